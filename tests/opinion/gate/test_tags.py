import pytest

from xray_core.data.film_facts import FilmFacts
from xray_core.opinion.gate.tags import noted_tags, stopping_tags


@pytest.mark.parametrize(
    "tags",
    [
        FilmFacts(),
        FilmFacts(view="PA", body_part="CHEST", modality="DX"),
        FilmFacts(view="AP", body_part="chest pa", modality="CR"),
        FilmFacts(view="frontal", modality="SC"),
        FilmFacts(view="decubitus", body_part="CHEST", modality="DX"),
        *(
            FilmFacts(body_part=part)
            for part in ("TORAX", "TÓRAX", "CXR", "BODY", "RIBS", "LUNG", "THORAX AP", "MANO")
        ),
    ],
)
def test_tags_of_a_frontal_chest_film_or_no_tags_stop_nothing(tags: FilmFacts) -> None:
    assert stopping_tags(tags) == ()


@pytest.mark.parametrize(
    ("tags", "kind", "value"),
    [
        (FilmFacts(view="lateral", body_part="CHEST", modality="DX"), "lateral", "lateral"),
        (FilmFacts(view="oblique", body_part="CHEST", modality="DX"), "oblique", "oblique"),
        (FilmFacts(view="AP", body_part="EXTREMITY", modality="CR"), "not_chest", "EXTREMITY"),
        (FilmFacts(body_part="TSPINE", modality="CR"), "not_chest", "TSPINE"),
        (FilmFacts(view="", body_part="CHEST", modality="CT"), "not_chest", "CT"),
        (FilmFacts(body_part="CHEST", modality="DX", n_frames=30), "several", 30),
    ],
)
def test_tags_that_say_another_view_part_or_modality_stop_the_film(
    tags: FilmFacts, kind: str, value: str | int
) -> None:
    (finding,) = stopping_tags(tags)
    assert (finding.kind, finding.value, finding.stops) == (kind, value, True)
    assert str(value).lower() in finding.words.lower()


def test_the_tag_that_gives_the_view_is_named() -> None:
    (finding,) = stopping_tags(FilmFacts(view="lateral", view_from="PatientOrientation"))
    assert finding.words.startswith("By its tags (PatientOrientation) this is a lateral view")


def test_what_does_not_stop_a_film_is_noted() -> None:
    tags = FilmFacts(
        view="decubitus",
        mirrored=True,
        photo_by_file="Its EXIF data name a camera (Apple iPhone).",
        burned_in=True,
    )
    assert stopping_tags(tags) == ()
    found = noted_tags(tags)
    assert [item.kind for item in found] == ["decubitus", "mirrored", "photographed", "burned_in"]
    assert not any(item.stops for item in found)
    assert "iPhone" in found[2].words


def test_a_file_that_says_that_no_text_is_burned_in_gets_no_note() -> None:
    assert noted_tags(FilmFacts(burned_in=False, view="PA")) == ()
