"""An attribution: the raw map of one method for one class of one film."""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from xray_core.arrays import Float32Array
from xray_core.errors import ExplainError
from xray_core.explain.methods import METHODS, get_method


@dataclass(frozen=True)
class Attribution:
    """Where a network finds evidence for one class, raw and not scaled.

    >>> covid = Attribution(np.array([[2.0, -1.0]], np.float32), "grad_cam", "covid", 0.9)
    >>> covid.positive.tolist(), covid.unit
    ([[2.0, 0.0]], 'logit units')

    Attributes:
        evidence: float32 (height, width) over the whole film, in the unit of the method; never cut,
            so that values below 0 are there wherever the method gives them.
        method: key in `METHODS`.
        label: class explained.
        probability: of that class, as the same pass predicted it; of both classes together where
            it is compared with another.
        versus: class whose evidence is negative; empty where there is none.
        cut: whether only the positive part was kept, as in files that older versions wrote: such a
            map is shown as any other, and cannot be held against another.
        layer: spelling of the layer that is explained, or of several joined by plus; empty for
            methods of the film, and in files of older versions.
    """

    evidence: Float32Array
    method: str
    label: str
    probability: float
    versus: str = ""
    cut: bool = False
    layer: str = ""

    @property
    def positive(self) -> Float32Array:
        """Evidence for the class: float32 (height, width), >= 0."""
        return np.maximum(self.evidence, 0)

    @property
    def values(self) -> Float32Array:
        """What is shown: all of a signed map, of any other its positive part."""
        return self.evidence if self.signed else self.positive

    @property
    def unit(self) -> str:
        """Of the values, as the method gives them."""
        return get_method(self.method).unit

    @property
    def signed(self) -> bool:
        """True where values below 0 speak against the class, or for the other class."""
        return bool(self.versus) or get_method(self.method).signed

    @property
    def is_flat(self) -> bool:
        """True where nothing speaks for the class; a valid answer, not an error."""
        return float(np.ptp(self.values)) <= 1e-12

    def against(self, other: "Attribution") -> "Attribution":
        """Evidence for this class and for another one of the same film in one signed map.

        >>> evidence = np.array([[2.0, -1.0]], np.float32)
        >>> covid = Attribution(evidence, "grad_cam", "covid", 0.6)
        >>> normal = Attribution(-evidence, "grad_cam", "normal", 0.4)
        >>> covid.against(normal).values.tolist()
        [[4.0, -2.0]]

        Where the method is linear, this is its map of the difference of the two logits. For the
        other layer methods it is the difference of the two maps.

        Args:
            other: of the same method and of another class; its evidence is negative.

        Returns:
            Signed attribution; its probability is that of both classes together.

        Raises:
            ExplainError: both are of the same class, of different methods, layers or sizes, the
                maps of the method have no direction, or one of them is cut.
        """
        method = get_method(self.method)
        if not method.directed:
            why = "says how much a place matters, not for which class"
            if method.fused:
                why = "scales the map of every class by itself"
            able = (item.name for item in METHODS.values() if item.directed)
            raise ExplainError(
                f"{method.title} {why}.",
                fix=f"Choose one of: {', '.join(able)}.",
            )
        if self.label == other.label:
            raise ExplainError(
                "A class cannot be compared with itself.",
                where=self.label,
                fix="Choose two classes.",
            )
        of_one = (self.method, self.layer) == (other.method, other.layer)
        if not of_one or self.evidence.shape != other.evidence.shape:
            raise ExplainError(
                "These maps cannot be compared.",
                where=f"{self.method} and {other.method}",
                fix="Take two classes of one film, explained by one method at one layer.",
            )
        if self.cut or other.cut:
            raise ExplainError(
                "Of these maps only the positive part was kept.",
                where=f"{self.label} against {other.label}",
                fix="Compute the maps again.",
            )
        together = min(self.probability + other.probability, 1.0)
        difference = self.evidence - other.evidence
        return replace(self, evidence=difference, probability=together, versus=other.label)

    def save(self, path: Path | str) -> Path:
        """Write the raw map.

        >>> even = Attribution(np.ones((1, 2), np.float32), "grad_cam", "covid", 0.6)
        >>> float(np.load(even.save("map.npz"))["probability"])
        0.6

        Args:
            path: `.npy` for the evidence alone, `.npz` for it with method, layer, label,
                versus, probability and unit.

        Returns:
            The path.

        Raises:
            ExplainError: the path has another ending.
            OSError: the file cannot be written.
        """
        path = Path(path)
        if path.suffix == ".npy":
            np.save(path, self.evidence)
        elif path.suffix == ".npz":
            np.savez_compressed(
                path,
                evidence=self.evidence,
                method=self.method,
                layer=self.layer,
                label=self.label,
                versus=self.versus,
                probability=self.probability,
                unit=self.unit,
            )
        else:
            raise ExplainError(
                "A raw map is kept as .npy or .npz.", where=path.name, fix="Change the ending."
            )
        return path
