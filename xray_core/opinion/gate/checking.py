"""The gate's one question: may this film be answered?"""

from xray_core.data.decoding.images import Film
from xray_core.opinion.gate.result import GateResult
from xray_core.opinion.gate.tags import Facts, tag_findings


def check(film: Film, facts: Facts | None = None) -> GateResult:
    """What stands between a film and an answer.

    Args:
        film: as it was read.
        facts: what its tags say (`FilmFacts`); None where nothing is known.
    """
    return GateResult(tag_findings(facts) if facts is not None else ())
