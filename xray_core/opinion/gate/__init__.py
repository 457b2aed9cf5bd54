"""The gate before any answer: is this an upright frontal chest film that can be judged?"""

from xray_core.opinion.gate.checking import check
from xray_core.opinion.gate.result import KINDS, OVERRIDDEN, GateFinding, GateResult
from xray_core.opinion.gate.upright import invert, turn_upright

__all__ = [
    "KINDS",
    "OVERRIDDEN",
    "GateFinding",
    "GateResult",
    "check",
    "invert",
    "turn_upright",
]
