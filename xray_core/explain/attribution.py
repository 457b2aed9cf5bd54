"""An attribution: the raw map of one method for one class of one film."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Float32Array = NDArray[np.float32]


@dataclass(frozen=True)
class Attribution:
    """Where a network finds evidence for one class, raw and not scaled.

    Attributes:
        values: float32 (height, width) over the whole film, in the unit of the method; >= 0 unless
            the map is signed.
        method: key in `METHODS`.
        label: class explained.
        probability: of that class, as the same pass predicted it; of both classes together where
            there is one against it.
        against: class whose evidence is negative; empty where there is none.
    """

    values: Float32Array
    method: str
    label: str
    probability: float
    against: str = ""

    @property
    def is_flat(self) -> bool:
        """True when nothing in the layer speaks for the class; a valid answer, not an error."""
        return float(np.ptp(self.values)) <= 1e-12

    @property
    def is_signed(self) -> bool:
        """True when values below 0 speak against the class: as the method defines them."""
        from xray_core.explain.methods import METHODS  # methods give attributions

        return bool(self.against) or METHODS[self.method].signed
