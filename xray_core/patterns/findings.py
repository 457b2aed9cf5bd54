"""What stands out over a test set, in words. Every sentence has a threshold, listed here.

All shares are means over the films of a class, of the evidence for that class, with 95 % intervals;
a threshold has to be passed by the whole interval. Fewer than `LEAST_FILMS` films say nothing.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import isfinite

from xray_core.data.labels import label_title, order_labels
from xray_core.explain.zones import EVEN_CORNERS
from xray_core.lungs.zones import ZONES
from xray_core.patterns.intervals import Mean
from xray_core.patterns.means import correlation, mean_map
from xray_core.patterns.model import ModelPatterns, agreement
from xray_core.patterns.places import PARTS, even_share, region_title
from xray_core.quality.thresholds import MEASURES
from xray_core.wording import join

LEAST_FILMS = 10
"""Films of a class that a sentence needs."""

CORNERS_SUSPECT = MEASURES["corners"].good * EVEN_CORNERS
CORNERS_TOO_MUCH = MEASURES["corners"].poor * EVEN_CORNERS
"""Shares in the corners from which a marker shortcut is possible, and likely: as of single maps."""

BELOW_SUSPECT = 1.5
"""Multiple of an even map's share below the diaphragm that is worth a warning."""

STRONG_ZONE = 0.25
"""Share of a lung zone that is worth mentioning; in an even map a zone has about 0.05."""

STRONG_PART = 0.33
"""The same for a sixth of the film, where no lungs are known: twice that of an even map."""

OUTCOME_GAP = 0.05
"""Least difference of the corners' share between wrong and right films."""

SAME_PLACES = 0.6
"""Correlation of maps from which two models look at the same places."""

OTHER_PLACES = 0.3
"""Correlation up to which they do not."""

SOURCE_APART = 0.5
"""Correlation of the mean maps of two sources below which a model looks elsewhere."""

SOURCE_STEADY = 0.8
"""Least correlation of the mean maps of the two halves of each source: else it may be chance."""


@dataclass(frozen=True)
class Finding:
    """One sentence.

    Attributes:
        words: the sentence.
        label: class that it is about.
        warns: whether it speaks against the models.
    """

    words: str
    label: str
    warns: bool


def find_patterns(models: Sequence[ModelPatterns]) -> tuple[Finding, ...]:
    """All that stands out, warnings first.

    Args:
        models: one or more, with different names.
    """
    labels = order_labels({label for model in models for label in model.stored.classes})
    found = [
        finding
        for rule in (_corners, _past_lungs, _below, _wrong_films, _sources, _zones, _agreement)
        for label in labels
        for finding in rule([model for model in models if label in model.stored.classes], label)
    ]
    return tuple(sorted(found, key=lambda finding: not finding.warns))


def _corners(models: Sequence[ModelPatterns], label: str) -> Iterator[Finding]:
    suspect = {
        model.name: share
        for model in models
        if (share := _share(model, label, "corners")) and share.low > CORNERS_SUSPECT
    }
    if suspect:
        lowest = min(share.low for share in suspect.values())
        yield Finding(
            f"{_subject(suspect, models, 'puts', 'put')} "
            f"{_range([share.value for share in suspect.values()])} of "
            f"{'their' if len(suspect) > 1 else 'its'} evidence for {label_title(label)} in the "
            f"corners of the film (an even map: {_percent(EVEN_CORNERS)}): a marker shortcut is "
            f"{'likely' if lowest > CORNERS_TOO_MUCH else 'possible'}.",
            label,
            warns=True,
        )


def _past_lungs(models: Sequence[ModelPatterns], label: str) -> Iterator[Finding]:
    for model in models:
        share, even = _share(model, label, "lungs"), _even(model, label, "lungs")
        if share and share.high < even:
            yield Finding(
                f"{model.name} has only {_percent(share.value)} of its evidence for "
                f"{label_title(label)} inside the lungs, less than an even map "
                f"({_percent(even)}): it looks past them.",
                label,
                warns=True,
            )


def _below(models: Sequence[ModelPatterns], label: str) -> Iterator[Finding]:
    for model in models:
        share, even = _share(model, label, "below"), _even(model, label, "below")
        if share and share.low > BELOW_SUSPECT * even:
            yield Finding(
                f"{model.name} puts {_percent(share.value)} of its evidence for "
                f"{label_title(label)} below the diaphragm (an even map: {_percent(even)}), where "
                "no pneumonia is.",
                label,
                warns=True,
            )


def _wrong_films(models: Sequence[ModelPatterns], label: str) -> Iterator[Finding]:
    for model in models:
        wrong, right = (_share(model, label, "corners", name) for name in ("wrong", "right"))
        if wrong and right and wrong.low > right.high and wrong.value - right.value > OUTCOME_GAP:
            yield Finding(
                f"On the {label_title(label)} films that {model.name} gets wrong, "
                f"{_percent(wrong.value)} of the evidence lies in the corners; on the others "
                f"{_percent(right.value)}.",
                label,
                warns=True,
            )


def _sources(models: Sequence[ModelPatterns], label: str) -> Iterator[Finding]:
    for model in models:
        means = {}
        for source in sorted(set(model.stored.sources)):
            rows = model.rows(label, source=source)
            halves = [mean_map(model.stored, half, label) for half in (rows[::2], rows[1::2])]
            mean = mean_map(model.stored, rows, label)
            if not mean or mean.n < LEAST_FILMS or not halves[0] or not halves[1]:
                continue
            if correlation(halves[0].values, halves[1].values) >= SOURCE_STEADY:
                means[source or "unknown source"] = mean.values
        for first, second in combinations(means, 2):
            alike = correlation(means[first], means[second])
            if alike < SOURCE_APART:
                yield Finding(
                    f"For {label_title(label)}, {model.name} looks elsewhere on films of {first} "
                    f"than on films of {second} (correlation of the mean maps {_number(alike)}).",
                    label,
                    warns=True,
                )


def _zones(models: Sequence[ModelPatterns], label: str) -> Iterator[Finding]:
    for model in models:
        lungs_known = _share(model, label, "lungs") is not None
        regions, least = (ZONES, STRONG_ZONE) if lungs_known else (PARTS, STRONG_PART)
        shares = {region: share for region in regions if (share := _share(model, label, region))}
        if not shares:
            continue
        region, share = max(shares.items(), key=lambda item: item[1].value)
        if share.low > least:
            yield Finding(
                f"{model.name} puts {_percent(share.value)} of its evidence for "
                f"{label_title(label)} in the {region_title(region)} "
                f"(an even map: {_percent(_even(model, label, region))}).",
                label,
                warns=False,
            )


def _agreement(models: Sequence[ModelPatterns], label: str) -> Iterator[Finding]:
    pairs = {
        (first.name, second.name): alike.value
        for first, second in combinations(models, 2)
        if (alike := agreement(first, second, label)).n >= LEAST_FILMS
    }
    if not pairs:
        return
    title = label_title(label)
    group = _alike(pairs)
    if not group:
        if max(pairs.values()) <= OTHER_PLACES:
            yield Finding(
                f"No two models look at the same places for {title} "
                f"(correlation at most {_number(max(pairs.values()))}).",
                label,
                warns=True,
            )
        return
    nearest = {
        name: max(value for pair, value in pairs.items() if name in pair and group & {*pair})
        for name in dict.fromkeys(name for pair in pairs for name in pair)
        if name not in group
    }
    aside = "".join(
        f"; {name} does not ({_number(value)})"
        for name, value in nearest.items()
        if value <= OTHER_PLACES
    )
    values = [value for pair, value in pairs.items() if group >= {*pair}]
    yield Finding(
        f"{_names([model.name for model in models if model.name in group], len(models))} look at "
        f"the same places for {title} (correlation {_numbers(values)}){aside}.",
        label,
        warns=False,
    )


def _alike(pairs: Mapping[tuple[str, str], float]) -> frozenset[str]:
    """The largest group of models of which every two look at the same places."""
    names = list(dict.fromkeys(name for pair in pairs for name in pair))
    for size in range(len(names), 1, -1):
        for group in combinations(names, size):
            if all(pairs.get(pair, 0) >= SAME_PLACES for pair in combinations(group, 2)):
                return frozenset(group)
    return frozenset()


def _share(model: ModelPatterns, label: str, region: str, outcome: str = "all") -> Mean | None:
    """The mean share of a region; None where too few films say."""
    share = model.profile(label, outcome)[region]
    return share if share.n >= LEAST_FILMS else None


def _even(model: ModelPatterns, label: str, region: str) -> float:
    return even_share(model.places, model.rows(label), region)


def _subject(named: dict[str, Mean], models: Sequence[ModelPatterns], one: str, more: str) -> str:
    return f"{_names(list(named), len(models))} {one if len(named) == 1 else more}"


def _names(names: Sequence[str], n_models: int) -> str:
    """`Xception`, `Both models`, `All three models`, or some of them by name."""
    if len(names) == n_models and n_models > 1:
        return {2: "Both models", 3: "All three models", 4: "All four models"}.get(
            n_models, f"All {n_models} models"
        )
    return join(names)


def _range(shares: Sequence[float]) -> str:
    low, high = (f"{100 * share:.0f}" for share in (min(shares), max(shares)))
    return f"{low} %" if low == high else f"{low}-{high} %"


def _numbers(values: Sequence[float]) -> str:
    low, high = _number(min(values)), _number(max(values))
    return low if low == high else f"{low}-{high}"


def _number(value: float) -> str:
    return f"{round(value, 2) + 0.0:.2f}"  # no -0.00


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %" if isfinite(share) else "unknown"
