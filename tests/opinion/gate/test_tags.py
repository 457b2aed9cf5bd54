import pytest

from xray_core.data.film_facts import FilmFacts
from xray_core.opinion.gate.tags import tag_findings


@pytest.mark.parametrize(
    "tags",
    [
        FilmFacts(),
        FilmFacts(view="PA", body_part="CHEST", modality="DX"),
        FilmFacts(view="AP", body_part="chest pa", modality="CR"),
        FilmFacts(modality="SC"),
    ],
)
def test_tags_of_a_frontal_chest_film_or_no_tags_stop_nothing(tags: FilmFacts) -> None:
    assert tag_findings(tags) == ()


@pytest.mark.parametrize(
    ("tags", "kind", "value"),
    [
        (FilmFacts(view="lateral", body_part="CHEST", modality="DX"), "lateral", "LATERAL"),
        (FilmFacts(view="AP", body_part="EXTREMITY", modality="CR"), "not_chest", "EXTREMITY"),
        (FilmFacts(view="", body_part="CHEST", modality="CT"), "not_chest", "CT"),
    ],
)
def test_tags_that_say_another_view_part_or_modality_stop_the_film(
    tags: FilmFacts, kind: str, value: str
) -> None:
    (finding,) = tag_findings(tags)
    assert (finding.kind, finding.value, finding.stops) == (kind, value, True)
    assert value.lower() in finding.words.lower()
