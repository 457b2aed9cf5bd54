from xray_core.reports.published import PUBLISHED, published_for, published_lines


def test_a_figure_stands_only_beside_the_same_classes() -> None:
    (item,) = published_for(("covid", "normal"))
    assert (item.name, item.accuracy) == ("DarkCovidNet", 0.981)
    assert published_for(("normal", "bacterial")) == []


def test_what_differs_in_the_protocol_is_said_and_what_does_not_is_not() -> None:
    classes = ("normal", "bacterial", "viral", "covid")
    (line,) = published_lines(classes, 9677, 5, "patient")
    assert line.startswith("published, CoroNet (Xception): accuracy 0.896; other films (")
    assert "1,251 against 9,677" in line
    assert "folds by image, not by patient" in line
    assert "4 folds, not 5" in line
    (alike,) = published_lines(classes, 1251, 4, "image")
    assert "folds" not in alike


def test_every_result_can_be_cited() -> None:
    for item in PUBLISHED:
        assert "https://doi.org/" in item.citation
        assert 0.5 < item.accuracy < 1
