"""A mistake of the user's is one line that says what, where and what to do, and status 2."""

from collections.abc import Callable
from pathlib import Path

import pytest

from xray_core.cli import main
from xray_core.runs.status import read_status
from xray_core.runs.store import WEIGHTS, Run
from xray_core.settings import Settings

Capture = pytest.CaptureFixture[str]
AGAINST = ["explain", "{run}", "--against", "covid"]
LAYER = ["explain", "{run}", "--layer", "stage3_relu2"]


@pytest.mark.parametrize(
    ("words", "part"),
    [
        ([], "COMMAND"),
        (["dream"], "dream"),
        (["scan"], "path"),
        (["scan", "{tmp}/nowhere"], "nowhere"),
        (["scan", "{tmp}"], "empty"),
        (["scan", "{films}", "--reader", "tarot"], "tarot"),
        (["split", "{tmp}/nowhere"], "nowhere"),
        (["train", "--network", "small_cnn"], "--data"),
        (["train", "--data", "{films}", "--network", "alexnet"], "alexnet"),
        (["train", "--data", "{tmp}/nowhere", "--network", "small_cnn"], "nowhere"),
        (["train", "--data", "{films}", "--network", "small_cnn", "--epochs", "0"], "epochs=0"),
        (["train", "--data", "{films}", "--network", "small_cnn", "--epochs", "few"], "few"),
        (["train", "--data", "{films}", "--network", "small_cnn", "--image-size", "50"], "48"),
        (["train", "--data", "{films}", "--network", "small_cnn", "--seed", "-1"], "seed=-1"),
        (
            ["train", "--data", "{films}", "--data", "{films}", "--network", "small_cnn"],
            "two data sets",
        ),
        (["evaluate", "--run", "lost"], "lost"),
        (["predict", "--run", "lost", "{film}"], "lost"),
        (["predict", "{run}"], "FILE"),
        (["evaluate", "{run}", "--data", "{tmp}/nowhere"], "nowhere"),
        (["explain", "--run", "lost", "--out", "{tmp}/a.png", "{film}"], "lost"),
        (["explain", "{run}", "--class", "zoster", "--out", "{tmp}/a.png", "{film}"], "zoster"),
        (["explain", "{run}", "--against", "zoster", "--out", "{tmp}/a.png", "{film}"], "zoster"),
        ([*AGAINST, "--class", "covid", "--out", "{tmp}/a.png", "{film}"], "with itself"),
        ([*AGAINST, "--method", "saliency", "--out", "{tmp}/a.png", "{film}"], "for which class"),
        (["explain", "{run}", "--method", "tea", "--out", "{tmp}/a.png", "{film}"], "'tea'"),
        ([*LAYER, "--method", "occlusion", "--out", "{tmp}/a.png", "{film}"], "at no layer"),
        (["explain", "{run}", "--out", "{tmp}/a.png", "{tmp}/lost.png"], "lost.png"),
        (["explain", "{run}", "--opacity", "7", "--out", "{tmp}/a.png", "{film}"], "7"),
        (["explain", "{run}", "--opacity", "nan", "--out", "{tmp}/a.png", "{film}"], "nan"),
        (["explain-report", "--run", "lost", "--data", "{films}"], "lost"),
        (["explain-report", "{run}", "--data", "{films}", "--method", "tea"], "'tea'"),
        (["explain-report", "{run}", "--data", "{films}", "--films", "0"], "0 is not"),
        (["explain-report", "{run}", "--data", "{tmp}/nowhere"], "nowhere"),
        (["phantom", "--count", "0", "--out", "{tmp}"], "count 0"),
        (["phantom", "--seed", "-4", "--out", "{tmp}"], "-4"),
        (["phantom", "--image-size", "8", "--out", "{tmp}"], "8 px"),
        (["phantom", "--out", ""], "the path is empty"),
        (["scan", ""], "the path is empty"),
        (["scan", "{films}", "--out", ""], "the path is empty"),
        (["scan", "~no-such-user/films"], "films"),
        (["estimate", "--network", "small_cnn", "--films", "0"], "0 is not"),
        (["phantom", "--shortcut", "zoster", "--out", "{tmp}"], "zoster"),
        (["export", "--run", "lost", "--out", "{tmp}/out"], "lost"),
        (["download", "everything", "--out", "{tmp}"], "everything"),
        (["bench", "patience"], "patience"),
        (["bench", "explain", "--network", "alexnet"], "alexnet"),
        (["bench", "explain", "--method", "tea"], "'tea'"),
        (["bench", "data", "--method", "grad_cam"], "bench data --method"),
        (["bench", "lungs", "--network", "small_cnn"], "bench lungs --network"),
        (["bench", "explain", "--films", "4"], "bench explain --films"),
        (["resume", "--run", "lost"], "lost"),
        (["resume", "{run}"], "nothing to resume"),
        (["estimate", "--network", "alexnet"], "alexnet"),
        (["train", "--data", "{films}", "--network", "small_cnn", "--weights", "lost.h5"], "lost"),
        (["bench", "data", "--data", "{tmp}/nowhere"], "nowhere"),
    ],
    ids=lambda value: "-" if isinstance(value, str) else " ".join(value)[:60],
)
def test_a_mistake_is_one_line_and_status_two(
    refused: Callable[..., str],
    words: list[str],
    part: str,
    films_dir: Path,
    film: Path,
    tmp_path: Path,
    tiny_run: Run,
) -> None:
    names = {"tmp": tmp_path, "films": films_dir, "film": film}
    filled = [word.format(**names, run="{run}") for word in words]
    if "{run}" in filled:
        filled[filled.index("{run}") : filled.index("{run}") + 1] = ["--run", str(tiny_run.path)]
    assert part.lower() in refused(*filled).lower()


@pytest.mark.parametrize(
    "words",
    [
        ["scan", "{films}", "--out", "{tmp}/no/such/folder/a.csv"],
        ["split", "{films}", "--out", "{tmp}/no/such/folder/a.csv"],
        ["explain", "--run", "{run}", "--out", "{tmp}/no/such/folder/a.png", "{film}"],
        ["explain", "--run", "{run}", "--out", "{tmp}/a.png", "{film}"],
        ["present", "--run", "{run}", "--out", "{tmp}/no/such/folder/a.pptx"],
        ["phantom", "--count", "1", "--image-size", "64", "--out", "{tmp}/taken"],
        ["export", "--run", "{run}", "--out", "{tmp}/taken"],
        ["export", "--run", "{run}", "--out", "{run}"],
        ["train", "--data", "{films}", "--network", "small_cnn", "--models-dir", "{tmp}/taken"],
    ],
    ids=lambda words: f"{words[0]} to {words[-1] if words[0] != 'explain' else words[4]}",
)
def test_where_nothing_can_be_written_one_line_says_so(
    refused: Callable[..., str],
    words: list[str],
    films_dir: Path,
    film: Path,
    tmp_path: Path,
    tiny_run: Run,
) -> None:
    (tmp_path / "taken").write_text("a file, not a folder")
    (tmp_path / "a.png").mkdir()
    names = {"tmp": tmp_path, "films": films_dir, "film": film, "run": tiny_run.path}
    assert "permissions" in refused(*(word.format(**names) for word in words))


@pytest.mark.parametrize("command", ["scan", "split", "train", "evaluate", "maps"])
def test_the_reader_can_be_named_wherever_films_are_read(
    command: str, refused: Callable[..., str], run_words: list[str], films_dir: Path
) -> None:
    words = {
        "scan": [str(films_dir)],
        "split": [str(films_dir)],
        "train": ["--network", "small_cnn", "--data", str(films_dir)],
    }.get(command, [*run_words, "--data", str(films_dir)])

    assert "No reader is named 'karmany'" in refused(command, *words, "--reader", "karmany")


def test_the_run_itself_is_not_harmed_by_exporting_onto_it(tiny_run: Run) -> None:
    assert main(["export", "--run", str(tiny_run.path), "--out", str(tiny_run.path)]) == 2
    assert tiny_run.finished
    assert "epochs" in read_status(tiny_run.path)


def test_a_run_in_its_first_epoch_cannot_predict(
    refused: Callable[..., str], make_run: Callable[..., Run], film: Path
) -> None:
    run = make_run(classes=[])
    assert "has no weights" in refused("predict", "--run", run.id, film)
    assert "no predictions" in refused("evaluate", "--run", run.id)
    assert "has not finished" in refused("export", "--run", run.id, "--out", run.path / "copy")


def test_damaged_weights_are_one_line(
    refused: Callable[..., str], make_run: Callable[..., Run], film: Path
) -> None:
    run = make_run()
    (run.path / WEIGHTS).write_bytes(b"PK\x03\x04 and then nothing")
    assert WEIGHTS in refused("predict", "--run", run.id, film)


def test_a_wrong_variable_is_one_line(
    refused: Callable[..., str],
    monkeypatch: pytest.MonkeyPatch,
    settings: Settings,
    films_dir: Path,
) -> None:
    from xray_core.settings import settings_of_environment

    monkeypatch.setenv("XRAY_MAX_MEGABYTES", "lots")
    settings_of_environment.cache_clear()
    assert "XRAY_MAX_MEGABYTES=lots" in refused("scan", films_dir)


def test_a_licence_is_shown_before_anything_is_fetched(capsys: Capture, tmp_path: Path) -> None:
    from xray_core.data.download import SOURCES

    for name, source in SOURCES.items():
        assert main(["download", name, "--out", str(tmp_path)]) == 2
        shown = capsys.readouterr()
        assert source.licence in shown.err
        assert shown.err.splitlines()[-1].startswith("error: The licence has not been accepted.")
    assert list(tmp_path.iterdir()) == []
