import pytest

from xray_core.opinion.gate import GateFinding, GateResult

LATERAL = GateFinding("lateral", None, "This is a lateral view.", True)
MIRRORED = GateFinding("mirrored", None, "It may be mirrored.", False)


def test_a_film_without_findings_passes() -> None:
    assert GateResult().passed
    assert GateResult().answered
    assert GateResult().overridden_words == ""


def test_a_note_does_not_stop_and_a_stop_does() -> None:
    assert GateResult((MIRRORED,)).passed
    stopped = GateResult((LATERAL, MIRRORED))
    assert not stopped.passed
    assert not stopped.answered
    assert stopped.stopping == (LATERAL,)
    assert stopped.notes == (MIRRORED,)


def test_an_answer_all_the_same_says_so_and_why() -> None:
    result = GateResult((LATERAL, MIRRORED)).answer_anyway()
    assert result.answered
    assert not result.passed
    assert "Not a frontal chest film by the gate" in result.overridden_words
    assert "This is a lateral view." in result.overridden_words


@pytest.mark.parametrize("findings", [(), (MIRRORED,)])
def test_there_is_nothing_to_override_on_a_film_that_passed(
    findings: tuple[GateFinding, ...],
) -> None:
    assert not GateResult(findings).answer_anyway().overridden


def test_json_holds_kind_value_and_words() -> None:
    turned = GateFinding("turned", 90, "It lies on its side.", True, "Turn it.")
    assert GateResult((turned,)).as_json() == {
        "passed": False,
        "overridden": False,
        "findings": [{"kind": "turned", "value": 90, "words": "It lies on its side."}],
    }
