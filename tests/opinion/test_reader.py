"""The reader's assessment, and reader mode."""

from datetime import UTC, datetime

from xray_core.opinion.reader import Agreement, Commitment, ReaderWord, choice_of, count_reader


def test_a_word_is_printed_with_its_time() -> None:
    word = ReaderWord("amended", "Effusion.", datetime(2026, 3, 1, 12, 30, 5, tzinfo=UTC), "?")
    assert word.as_json() == {
        "decision": "amended",
        "sentence": "Effusion.",
        "time": "2026-03-01T12:30:05+00:00",
        "comment": "?",
    }


def test_an_answer_amounts_to_one_of_three_choices() -> None:
    assert choice_of(("normal",)) == "no_pneumonia"
    assert choice_of(("bacterial", "viral")) == "opacity"
    assert choice_of(("normal", "covid")) == "not_sure"
    assert choice_of(()) == "not_sure"


def test_agreement_and_changes_of_mind_are_counted() -> None:
    films = [
        Commitment("a", "opacity", (0.3, 0.6), "opacity"),
        Commitment("b", "no_pneumonia", after="opacity"),
        Commitment("c", "not_sure", after="no_pneumonia"),
        Commitment("d", "opacity"),
    ]
    said = {"a": "opacity", "b": "opacity", "c": "opacity", "d": "not_sure"}
    found = count_reader(films, {"Xception": said}, said)  # type: ignore[dict-item, arg-type]
    assert (found.n, found.n_after, found.changed, found.towards) == (4, 3, 2, 1)
    # a agrees, b does not; of c the reader and of d the model was not sure.
    assert found.models == {"Xception": Agreement(n=2, agreed=1, n_unsure=2)}
