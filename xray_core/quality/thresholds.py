"""Numbers as words: where a map counts as good, doubtful or poor, and on whose authority.

A threshold is a convention. Each is stated here once, with its source; where there is none, with
the value by chance.
"""

from dataclasses import dataclass
from typing import Literal

Word = Literal["good", "doubtful", "poor"]
Form = Literal["share", "correlation", "change"]


@dataclass(frozen=True)
class Measure:
    """One measure of a map or of a set of maps.

    Attributes:
        name: key in `MEASURES`.
        title: display name.
        asks: what it shows, as one sentence.
        good: from here on the word is good.
        poor: below this the word is poor; doubtful lies between.
        source: of the measure and of its thresholds.
        form: how the number is written: a share of something, a correlation, or a change.
        less_is_better: then good up to `good`, and poor above `poor`.
        by_chance: the thresholds are multiples of what chance gives.
    """

    name: str
    title: str
    asks: str
    good: float
    poor: float
    source: str
    form: Form = "correlation"
    less_is_better: bool = False
    by_chance: bool = False

    def word(self, value: float, chance: float = 1.0) -> Word:
        """The word for a number, as it is shown: rounded to two digits.

        Args:
            value: the number.
            chance: what chance gives, above 0; used where the thresholds are multiples of it.
        """
        sign = -1 if self.less_is_better else 1
        number = sign * round(value / chance if self.by_chance else value, 2)
        if number >= sign * self.good:
            return "good"
        return "doubtful" if number >= sign * self.poor else "poor"

    def number(self, value: float, chance: float | None = None) -> str:
        """The number as it is displayed.

        >>> MEASURES["lungs"].number(0.62, 0.31)
        '62 % (even map: 31 %)'
        >>> MEASURES["deletion_gain"].number(0.124)
        '+0.12'
        """
        if self.form == "share":
            even = "" if chance is None else f" (even map: {100 * chance:.0f} %)"
            return f"{100 * value:.0f} %{even}"
        shown = round(value, 2) + 0.0  # never -0.00
        return f"{shown:+.2f}" if self.form == "change" else f"{shown:.2f}"


_PETSIUK = (
    "Petsiuk et al. 2018, section 4.1; a random map as the yardstick: Samek et al. 2017. Poor: no "
    "better than that map. Good, 0.05 of probability over the whole way: our convention."
)
_CENTRE = f"{_PETSIUK} The map of any chest takes the place of the random one."
_ADEBAYO = (
    "Adebayo et al. 2018, section 3; good where maps are no more alike than those of two different "
    "films: Arun et al. 2021. Up to 0.10 above that is doubtful, our convention."
)
_SCHOBER = (
    "Krishna et al. 2022; correlations of 0.70 and more are strong, below 0.40 weak: Schober et "
    "al. 2018, https://doi.org/10.1213/ANE.0000000000002864."
)
_ZECH = "Zech et al. 2018, https://doi.org/10.1371/journal.pmed.1002683."
_DEGRAVE = "DeGrave et al. 2021, https://doi.org/10.1038/s42256-021-00338-7."
_LESS = "Good: no more than an even map has. Poor: more than 1.5 times that, our convention."
_CHANCE = "Poor: less than an even map has. Good, {0} times that: our convention."

MEASURES = {
    measure.name: measure
    for measure in (
        Measure(
            "deletion_gain",
            "Deletion against random",
            "How much sooner the probability falls when the places that the map points at are "
            "hidden than when random ones are.",
            0.05,
            0.0,
            _PETSIUK,
            "change",
        ),
        Measure(
            "insertion_gain",
            "Insertion against random",
            "How much sooner the probability rises when the places that the map points at are "
            "shown than when random ones are.",
            0.05,
            0.0,
            _PETSIUK,
            "change",
        ),
        Measure(
            "deletion_gain_centre",
            "Deletion against the middle",
            "How much sooner the probability falls when the places that the map points at are "
            "hidden than when the film is hidden from its middle outwards.",
            0.05,
            0.0,
            _CENTRE,
            "change",
        ),
        Measure(
            "insertion_gain_centre",
            "Insertion against the middle",
            "How much sooner the probability rises when the places that the map points at are "
            "shown than when the film is shown from its middle outwards.",
            0.05,
            0.0,
            _CENTRE,
            "change",
        ),
        Measure(
            "randomisation",
            "Randomisation",
            "How much more alike maps stay when the network forgets what it has learnt than maps "
            "of two different films are.",
            0.0,
            0.10,
            _ADEBAYO,
            "change",
            less_is_better=True,
        ),
        Measure(
            "repeatability",
            "Repeatability",
            "How alike the map stays after a little noise, a shift of a few pixels and JPEG "
            "coding.",
            0.75,
            0.50,
            "Arun et al. 2021; reliability of 0.75 and more is good, below 0.50 poor: Koo and Li "
            "2016, https://doi.org/10.1016/j.jcm.2016.02.012.",
        ),
        Measure(
            "agreement_models",
            "Agreement of models",
            "How alike the maps of the other models are for the same class of the same film.",
            0.70,
            0.40,
            _SCHOBER,
        ),
        Measure(
            "agreement_methods",
            "Agreement of methods",
            "How alike the maps of other methods are on the same model and film.",
            0.70,
            0.40,
            _SCHOBER,
        ),
        Measure(
            "hit_rate",
            "Pointing game",
            "How often the strongest place of the map lies on the finding.",
            2.0,
            1.0,
            f"Zhang et al. 2018, section 4.2. {_CHANCE.format('two')}",
            "share",
            by_chance=True,
        ),
        Measure(
            "iou",
            "Overlap",
            "How well the map, cut at the best fixed threshold, covers the finding and no more.",
            0.50,
            0.10,
            "From 0.50 on a place counts as found: Everingham et al. 2010 (PASCAL VOC); 0.10 is "
            "the least that Wang et al. 2017 (ChestX-ray8) take.",
        ),
        Measure(
            "auprc",
            "Precision and recall",
            "How well the order of the map's places separates the finding from the rest.",
            2.0,
            1.0,
            f"Saito and Rehmsmeier 2015. {_CHANCE.format('two')}",
            "share",
            by_chance=True,
        ),
        Measure(
            "lungs",
            "Inside the lungs",
            "How much of the evidence lies inside the lungs.",
            1.5,
            1.0,
            f"{_DEGRAVE} {_CHANCE.format('one and a half')}",
            "share",
            by_chance=True,
        ),
        Measure(
            "corners",
            "In the corners",
            "How much of the evidence lies in the four corners, where markers and text stand.",
            1.0,
            2.0,
            f"{_ZECH} Good: no more than an even map has. Poor: more than twice that, from where "
            "on the Explain page warns.",
            "share",
            less_is_better=True,
            by_chance=True,
        ),
        Measure(
            "border",
            "Along the border",
            "How much of the evidence lies along the border, where collimation and frames are.",
            1.0,
            1.5,
            f"{_ZECH} {_LESS}",
            "share",
            less_is_better=True,
            by_chance=True,
        ),
        Measure(
            "below",
            "Below the diaphragm",
            "How much of the evidence lies below the lungs, where no pneumonia is.",
            1.0,
            1.5,
            f"{_DEGRAVE} {_LESS}",
            "share",
            less_is_better=True,
            by_chance=True,
        ),
    )
}
