import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from pptx import Presentation
from pptx.opc.constants import RELATIONSHIP_TYPE

from xray_core.cli import main
from xray_core.reports.deck.content import Bars, Deck, Slide
from xray_core.reports.deck.formats import FORMATS
from xray_core.reports.deck.names import short_hash
from xray_core.reports.deck.powerpoint import write_powerpoint
from xray_core.reports.deck.story import tell_story
from xray_core.runs.store import Run, open_run

pytestmark = pytest.mark.long

RUNS = ("small_cnn", "xception")
WORDS = ["present", *(word for name in RUNS for word in ("--run", name))]


@pytest.fixture(scope="module")
def deck(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("deck") / "deck.pptx"
    assert main([*WORDS, "--films", "2", "--out", str(out)]) == 0
    return out


@pytest.fixture(scope="module")
def slides(deck: Path) -> list[Any]:
    return list(Presentation(str(deck)).slides)


def charts_of(slide: Any) -> list[Any]:
    return [shape.chart for shape in slide.shapes if shape.has_chart]


def titled(slides: list[Any], words: str) -> Any:
    (slide,) = [slide for slide in slides if words in slide.shapes.title.text_frame.text]
    return slide


def ends_of(series: Any, name: str) -> list[float]:
    return [float(item.text) for item in series._element.findall(f".//{{*}}{name}//{{*}}v")]


def test_bars_and_whiskers_are_the_stored_scores_to_the_digit(slides: list[Any]) -> None:
    (chart,) = charts_of(titled(slides, "How good they are"))
    for series, name in zip(chart.plots[0].series, RUNS, strict=True):
        scores = open_run(name).scores()
        keys = ("accuracy", "balanced_accuracy", "macro_f1", "auc_macro")
        assert list(series.values) == [scores[key]["value"] for key in keys]
        highs = [v + up for v, up in zip(series.values, ends_of(series, "plus"), strict=True)]
        lows = [v - down for v, down in zip(series.values, ends_of(series, "minus"), strict=True)]
        assert highs == pytest.approx([scores[key]["high"] for key in keys], abs=1e-9)
        assert lows == pytest.approx([scores[key]["low"] for key in keys], abs=1e-9)


def test_the_confusion_is_a_table_of_the_stored_counts_of_the_best_model(
    slides: list[Any],
) -> None:
    slide = titled(slides, "What Xception calls")
    (table,) = [shape.table for shape in slide.shapes if shape.has_table]
    cells = [[cell.text for cell in row.cells][1:] for row in list(table.rows)[1:]]
    assert cells == [list(map(str, row)) for row in open_run("xception").scores()["confusion"]]


def test_no_slide_has_an_empty_placeholder_or_lacks_notes_and_footer(slides: list[Any]) -> None:
    assert len(slides) >= 12
    for slide in slides:
        assert all(shape.text_frame.text.strip() for shape in slide.placeholders)
        assert len(slide.shapes) > 2
        words = " ".join(shape.text_frame.text for shape in slide.shapes if shape.has_text_frame)
        notes = slide.notes_slide.notes_text_frame.text
        for name in RUNS:
            named = f"{name} {short_hash(open_run(name))}"
            assert named in words
            assert named in notes
        assert "Research only, not a diagnosis." in words


def test_everything_lies_on_the_slide(deck: Path) -> None:
    presentation = Presentation(str(deck))
    width, height = presentation.slide_width, presentation.slide_height
    assert width is not None
    assert height is not None
    for slide in presentation.slides:
        for shape in slide.shapes:
            assert shape.left >= 0
            assert shape.top >= 0
            assert shape.left + shape.width <= width
            assert shape.top + shape.height <= height


def test_what_is_added_by_hand_takes_the_colours_of_the_theme(tmp_path: Path) -> None:
    write_powerpoint(
        Deck((Slide("Title", "notes", ("words",)),), "foot"), tmp_path / "a.pptx", "dark"
    )
    master = Presentation(str(tmp_path / "a.pptx")).slide_master
    theme = master.part.part_related_by(RELATIONSHIP_TYPE.THEME).blob.decode("utf-8")
    assert 'name="ThoraxLens"' in theme
    for name, colour in (("dk1", "E6EAF0"), ("lt1", "0E1116"), ("accent1", "1C978B")):
        assert f'<a:{name}><a:srgbClr val="{colour}"/></a:{name}>' in theme


def test_pictures_are_large_and_say_what_they_show(slides: list[Any]) -> None:
    pictures = [shape for slide in slides for shape in slide.shapes if hasattr(shape, "image")]
    assert len(pictures) == 3  # mean maps and two films
    for picture in pictures:
        assert picture.image.size[0] >= 1600
        assert picture._element.nvPicPr.cNvPr.get("descr")


def test_all_curves_of_a_chart_have_as_many_points_so_that_none_is_dropped(
    slides: list[Any],
) -> None:
    for chart in charts_of(titled(slides, "hardest to recognise")):
        lengths = {len(list(series.values)) for series in chart.plots[0].series}
        assert len(lengths) == 1


def test_a_score_without_interval_has_no_whisker(tmp_path: Path) -> None:
    score = {"value": 0.5, "low": None, "high": None, "n": 4}
    whole = {"value": 0.75, "low": 0.5, "high": 0.875, "n": 4}
    bars = Bars("Score", ("a", "b", "c"), {"Model": (score, whole, None)})
    write_powerpoint(Deck((Slide("Title", "notes", (), (bars,)),), "foot"), tmp_path / "a.pptx")
    (chart,) = charts_of(Presentation(str(tmp_path / "a.pptx")).slides[0])
    (series,) = chart.plots[0].series
    assert tuple(series.values) == (0.5, 0.75, None)
    assert ends_of(series, "plus") == [0, 0.125, 0]
    assert ends_of(series, "minus") == [0, 0.25, 0]


def test_one_small_run_without_kept_maps_has_a_story_too(tiny_run: Run, tmp_path: Path) -> None:
    told = tell_story([tiny_run])
    assert not [slide for slide in told.slides if "wrong for all" in slide.title]
    write_powerpoint(told, tmp_path / "dark.pptx", "dark")
    assert len(Presentation(str(tmp_path / "dark.pptx")).slides) == len(told.slides)


def test_films_from_files_are_explained_and_named_without_their_folder(
    tiny_run: Run, films_dir: Path, tmp_path: Path
) -> None:
    film = next((films_dir / "images").rglob("*.png"))
    out = tmp_path / "own.pptx"
    words = ["present", "--run", str(tiny_run.path), "--films", str(film), "--out", str(out)]
    assert main(words) == 0
    told = [
        shape.text_frame.text
        for slide in Presentation(str(out)).slides
        for shape in slide.shapes
        if shape.has_text_frame and film.name in shape.text_frame.text
    ]
    assert len(told) == 1
    assert str(films_dir) not in told[0]


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["--out", "deck.odp"], "Slides are written as .pptx, .pdf, .html."),
        (["--films", "5", "--out", "deck.pptx"], "There are 4 demo films."),
    ],
)
def test_what_cannot_be_written_is_refused_with_a_way_out(
    words: list[str], why: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*WORDS, *words]) == 2
    assert why in capsys.readouterr().err


def test_an_interrupted_command_leaves_no_half_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(deck: Deck, path: Path, theme: str) -> None:
        path.write_bytes(b"half")
        raise KeyboardInterrupt

    monkeypatch.setitem(FORMATS, ".pptx", interrupt)
    out = tmp_path / "deck.pptx"
    out.write_bytes(b"earlier")
    assert main([*WORDS, "--films", "1", "--out", str(out)]) == 130
    assert [path.name for path in tmp_path.iterdir()] == ["deck.pptx"]
    assert out.read_bytes() == b"earlier"


@pytest.mark.long
def test_libreoffice_draws_every_slide(deck: Path, slides: list[Any], tmp_path: Path) -> None:
    if not (shutil.which("soffice") and shutil.which("pdfinfo")):
        pytest.skip("needs LibreOffice Impress and poppler-utils")
    subprocess.run(
        [
            *("soffice", "--headless", f"-env:UserInstallation=file://{tmp_path}/profile"),
            *("--convert-to", "pdf", "--outdir", str(tmp_path), str(deck)),
        ],
        check=True,
        capture_output=True,
        timeout=240,
    )
    facts = subprocess.run(
        ["pdfinfo", str(tmp_path / "deck.pdf")], check=True, capture_output=True, text=True
    ).stdout
    pages = next(line for line in facts.splitlines() if line.startswith("Pages:"))
    assert int(pages.split()[1]) == len(slides)
