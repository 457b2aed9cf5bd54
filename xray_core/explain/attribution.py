"""An attribution: the raw map of one method for one class of one film."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Float32Array = NDArray[np.float32]


@dataclass(frozen=True)
class Attribution:
    """Where a network finds evidence for one class, raw and not scaled.

    Attributes:
        values: float32 (height, width) of the explained layer, >= 0, in logit units.
        method: key in `METHODS`.
        label: class explained.
        probability: of that class, as the same pass predicted it.
    """

    values: Float32Array
    method: str
    label: str
    probability: float

    @property
    def is_flat(self) -> bool:
        """True when nothing in the layer speaks for the class; a valid answer, not an error."""
        return float(np.ptp(self.values)) <= 1e-12
