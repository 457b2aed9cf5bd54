"""What a structured report says besides numbers: answer, gate, scope, assessment."""

from highdicom.sr import (
    CodeContentItem,
    ContainerContentItem,
    ContentItem,
    ContentSequence,
    RelationshipTypeValues,
    TextContentItem,
)
from pydicom.sr.coding import Code

from xray_core.opinion.opinion import Opinion
from xray_core.opinion.reader import ReaderWord
from xray_core.reports.dicom.codes import (
    ANSWER,
    COMMENT,
    CONCLUSION,
    GATE,
    GATE_FINDING,
    INDETERMINATE,
    NOTE,
    QUALITATIVE,
    READER,
    READER_SENTENCE,
    READER_TIME,
    REASON,
    USE,
    class_code,
    word_code,
)
from xray_core.reports.dicom.source import NEW_STUDY, Source
from xray_core.reports.research import RESEARCH_ONLY


def gate_code(opinion: Opinion) -> Code:
    """The result of the gate: passed, stopped or overridden."""
    gate = opinion.gate
    return word_code("passed" if gate.passed else "overridden" if gate.overridden else "stopped")


def answer_code(opinion: Opinion) -> Code:
    """The class where the answer is sure, else that it is indeterminate."""
    return class_code(opinion.label) if opinion.sure else INDETERMINATE


def statements(
    opinion: Opinion, source: Source, word: ReaderWord | None = None, comment: str = ""
) -> ContentItem:
    """The container `Qualitative Evaluations` of TID 1500, of codes and texts alone."""
    items: list[ContentItem] = [_text(USE, RESEARCH_ONLY)]
    if source.new_study:
        items.append(_text(NOTE, NEW_STUDY))
    items.append(_code(GATE, gate_code(opinion)))
    items += [
        _text(GATE_FINDING, " ".join(filter(None, (finding.words, finding.advice))))
        for finding in opinion.gate.findings
    ]
    if opinion.answered:
        items.append(_code(ANSWER, answer_code(opinion)))
    items.append(_text(CONCLUSION, opinion.sentence or opinion.verdict))
    if opinion.answered:
        items += [_text(REASON, words) for words in opinion.reasons]
    items += [_text(NOTE, words) for words in opinion.notes]
    if word:
        items += _reader(word)
    if comment:
        items.append(_text(COMMENT, comment))
    container = ContainerContentItem(
        name=QUALITATIVE, relationship_type=RelationshipTypeValues.CONTAINS
    )
    container.ContentSequence = ContentSequence(items)
    return container


def _reader(word: ReaderWord) -> list[ContentItem]:
    said = word.as_json()
    items = [
        _code(READER, word_code(word.decision)),
        _text(READER_SENTENCE, said["sentence"]),
        _text(READER_TIME, said["time"]),
    ]
    return [*items, _text(COMMENT, word.comment)] if word.comment else items


def _text(name: Code, words: str) -> TextContentItem:
    return TextContentItem(name, words, RelationshipTypeValues.CONTAINS)


def _code(name: Code, value: Code) -> CodeContentItem:
    return CodeContentItem(name, value, RelationshipTypeValues.CONTAINS)
