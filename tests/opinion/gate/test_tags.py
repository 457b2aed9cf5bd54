from dataclasses import dataclass

import pytest

from xray_core.opinion.gate.tags import tag_findings


@dataclass(frozen=True)
class Tags:
    view: str = ""
    body_part: str = ""
    modality: str = ""


@pytest.mark.parametrize(
    "tags",
    [Tags(), Tags("PA", "CHEST", "DX"), Tags("AP", "chest pa", "CR"), Tags(modality="SC")],
)
def test_tags_of_a_frontal_chest_film_or_no_tags_stop_nothing(tags: Tags) -> None:
    assert tag_findings(tags) == ()


@pytest.mark.parametrize(
    ("tags", "kind", "value"),
    [
        (Tags("lateral", "CHEST", "DX"), "lateral", "LATERAL"),
        (Tags("AP", "EXTREMITY", "CR"), "not_chest", "EXTREMITY"),
        (Tags("", "CHEST", "CT"), "not_chest", "CT"),
    ],
)
def test_tags_that_say_another_view_part_or_modality_stop_the_film(
    tags: Tags, kind: str, value: str
) -> None:
    (finding,) = tag_findings(tags)
    assert (finding.kind, finding.value, finding.stops) == (kind, value, True)
    assert value.lower() in finding.words.lower()
