from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.planted import CLASSES, FILM_PX, knowing, mover, planted
from xray_core.cli import main
from xray_core.data.records import Manifest
from xray_core.quality import layer_report, sweep, trust_rates
from xray_core.quality.layer_file import require_layers, store_default, store_layers
from xray_core.quality.layer_report import measure_layers
from xray_core.quality.pairs import Pair
from xray_core.quality.trust_rates import rate_maps
from xray_core.quality.truth import split_for
from xray_core.runs.store import Run

pytestmark = pytest.mark.long

N_TEST, N_NORMAL = 8, 4


@pytest.fixture(scope="module")
def scanned(tmp_path_factory: pytest.TempPathFactory) -> Manifest:
    folder = tmp_path_factory.mktemp("planted") / "ward"
    return planted(folder, train=3, val=20, test=N_TEST, normal=N_NORMAL)


@pytest.fixture
def run(make_run: Callable[..., Run], scanned: Manifest, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Its last layer moves what the early one sees, and the early one was measured as the best."""
    model = mover()
    monkeypatch.setattr(layer_report, "open_model", lambda _run: model)
    for module in (sweep, trust_rates):
        monkeypatch.setattr(module, "lungs_of_all", lambda films, _: (None,) * len(films.records))
    made = make_run(classes=list(CLASSES), image_size_px=FILM_PX)
    made = knowing(made, scanned.where(lambda record: record.split == "train"))
    content = measure_layers(made, split_for(made, scanned))
    store_layers(made, content)
    default = store_default(made, content)
    monkeypatch.setattr(trust_rates, "open_model", lambda _run: replace(model, default=default))
    return made


def test_the_maps_of_before_are_poor_and_those_of_the_default_are_not(
    run: Run, scanned: Manifest
) -> None:
    steps: list[tuple[int, int]] = []
    films = split_for(run, scanned)
    rows = rate_maps(run, films, progress=lambda *step: steps.append(step))
    before, after, *others = rows
    assert {Pair.of(row) for row in others} == {
        Pair(**item) for item in require_layers(run)["best"]
    } - {Pair.of(before), Pair.of(after)}, "the best three are rated, too, each once"
    assert (before["layer"], after["layer"]) == ("moved", "look")
    assert before["words"]["hit_rate"] == {"good": 0, "doubtful": 0, "poor": 1}
    assert after["words"]["hit_rate"] == {"good": 1, "doubtful": 0, "poor": 0}
    assert before["verdict"]["poor"] > after["verdict"]["poor"]
    for row in rows:
        assert row["films"] == steps[-1][1] / len(rows)
        assert row["repeatability"]["n"] == row["films"] - row["flat"]
        for shares in (row["verdict"], *row["words"].values()):
            assert sum(shares.values()) == pytest.approx(1, abs=1e-3)
    assert steps[-1][0] == steps[-1][1]


def test_only_test_films_are_rated(run: Run, scanned: Manifest) -> None:
    train = scanned.where(lambda record: record.split != "test")
    assert rate_maps(run, split_for(run, train)) == []


def test_the_rates_are_printed_as_a_table(
    run: Run, scanned: Manifest, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["explain-report", "--run", run.id, "--trust", "--data", str(scanned.roots["ward"])]
    assert main(words) == 0
    before = [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()[:6]]
    assert before[:4] == [
        f"{run.id}, grad_cam at moved: {N_TEST + N_NORMAL} films, {N_NORMAL} flat maps",
        "good doubtful poor",
        "Verdict of the strip 0.00 0.00 1.00",
        "In the corners 1.00 0.00 0.00",
    ]
    assert before[4] == "Pointing game 0.00 0.00 1.00"
    assert before[5].startswith("Repeatability")
