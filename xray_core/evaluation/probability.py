"""A probability as it is displayed: the same everywhere."""

from decimal import ROUND_HALF_UP, Decimal

_DIGITS = Decimal("0.01")


def probability_text(probability: float) -> str:
    """Two digits; never 0.00 or 1.00 for what is not quite that.

    The viewer in the browser formats probabilities by the same rule (`shortNumber`).

    >>> [probability_text(value) for value in (0, 0.004, 0.125, 0.9951, 1)]
    ['0.00', '<0.01', '0.13', '>0.99', '1.00']
    """
    if 0 < probability < 0.005:
        return "<0.01"
    if 0.995 <= probability < 1:
        return ">0.99"
    return str(Decimal(float(probability)).quantize(_DIGITS, ROUND_HALF_UP))
