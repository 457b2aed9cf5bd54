from xray_core.settings import PROJECT_DIR
from xray_core.viewer.classes import CLASS_COLOURS, class_colour, class_colours


def test_known_classes_keep_their_colours_whatever_else_is_there() -> None:
    assert class_colours({"viral", "normal"}) == {"normal": "#56B4E9", "viral": "#009E73"}
    assert class_colours({"normal", "effusion", "asthma", "mass", "nodule"}) == {
        "normal": "#56B4E9",
        "asthma": "#F0E442",
        "effusion": "#D55E00",
        "mass": "#0072B2",
        "nodule": "#F0E442",
    }


def test_one_class_has_the_colour_it_has_among_all() -> None:
    labels = {"normal", "effusion", "asthma"}
    assert class_colour("effusion", labels) == class_colours(labels)["effusion"]
    assert class_colour("covid") == CLASS_COLOURS["covid"]


def test_no_page_loads_itself_again() -> None:
    for path in (PROJECT_DIR / "pages").rglob("*.*"):
        if path.suffix in (".py", ".js"):
            assert "location.reload" not in path.read_text(encoding="utf-8"), path.name
