"""Training, validation and test films that share no patients or radiographs."""

import functools
import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from xray_core.data.duplicates import leak_groups
from xray_core.data.labels import order_labels
from xray_core.data.records import SPLITS, Manifest, Record, film_code, with_splits
from xray_core.errors import SplitError

MIN_VAL_SHARE = 0.05
"""A data set's own validation split below this share of its films is drawn again."""


@dataclass(frozen=True)
class _Group:
    """Films that go into one split together."""

    order: str  # the seeded rank: sha256 of the seed and the group's key
    records: tuple[Record, ...]

    @functools.cached_property
    def due(self) -> "Counter[str | tuple[str, str]]":
        """Films by class and by (class, source)."""
        return Counter(
            key for record in self.records for key in (record.label, (record.label, record.source))
        )

    @property
    def labels(self) -> set[str]:
        return {record.label for record in self.records}


def assign_splits(
    manifest: Manifest,
    *,
    seed: int = 0,
    fractions: tuple[float, float, float] = (0.7, 0.15, 0.15),
    keep_own: bool = False,
    copies: Iterable[Sequence[str]] | None = None,
) -> Manifest:
    """Split films by patient, with near-duplicates together, stratified by class and source.

    Groups are ranked by a hash of the seed and their films' content, so the result depends on
    neither the machine nor the order or folder of the films. Each group goes where most films are
    still wanted for its class and source. Every class ends up in every split.

    >>> assign_splits(manifest, seed=1).split("test").classes
    ('normal', 'bacterial', 'viral', 'covid')

    Args:
        manifest: records with a `problem` or without a label get no split.
        seed: another seed gives another split.
        fractions: shares of training, validation and test films.
        keep_own: keep the data set's own test split, and its validation split where that holds
            5 % of the films or more; else validation films are drawn from its training films, to
            which films without a split count. `split_leaks` reports what the test split shares.
        copies: films that show one radiograph, as `leak_groups` takes them; not with `keep_own`.

    Raises:
        SplitError: bad fractions, a class too small to be split, or the data set has no split to
            keep.
    """
    _check_fractions(fractions)
    if keep_own:
        return _keep_own(manifest, seed, fractions)
    groups = _make_groups(manifest, leak_groups(manifest, copies), seed)
    return with_splits(manifest, _divide(groups, dict(zip(SPLITS, fractions, strict=True))))


def divide_as(
    manifest: Manifest, splits: Mapping[str, str], *, keep_val: float = 1.0, seed: int = 0
) -> Manifest:
    """Split films as they were split before, on whatever machine, so that models compare.

    New films join the film of the same patient, or the near-duplicate, that was there before; else
    they keep the split that their data set gives them; else they are trained on. A new film that
    its data set holds out for validation or testing is never trained on: where it would join
    training films it gets no split.

    Args:
        manifest: records with a `problem` or without a label get no split.
        splits: `film_code` -> `train`, `val` or `test`.
        keep_val: share of those validation films that stay held out, stratified by class and
            source; the others are trained on. The test films stay the same.
        seed: another seed keeps other validation films.

    Raises:
        SplitError: no film that was held out for validation, or none for testing, is there; a bad
            share; or a class too small to be divided.
    """
    if not 0 < keep_val <= 1:
        raise SplitError(
            "The share of validation films that stays held out must be above 0 and at most 1.",
            where=f"{keep_val:g}",
            fix="Take 0.3, or 1 to keep all.",
        )
    records = manifest.usable.records
    keys = leak_groups(manifest)
    before = {record.id: splits.get(film_code(record), "") for record in records}
    own = {record.id: record.split for record in records if record.split in SPLITS}
    known = _of_groups(before, keys)
    group_splits = dict.fromkeys(keys.values(), "train") | _of_groups(own, keys) | known
    divided = {record.id: before[record.id] or group_splits[keys[record.id]] for record in records}
    if absent := sorted({"val", "test"} - set(divided.values())):
        raise SplitError(
            f"None of the films held out before is among these: {', '.join(absent)}.",
            fix="Take the data that the earlier model was trained on, or split them again.",
        )
    if keep_val < 1:
        held_out = manifest.where(lambda record: known.get(keys.get(record.id, "")) == "val")
        groups = _make_groups(held_out, keys, seed)
        divided |= _divide(groups, {"train": 1 - keep_val, "val": keep_val})
    kept_out = {film for film, split in own.items() if split != "train" and not before[film]}
    return with_splits(
        manifest,
        {
            film: split
            for film, split in divided.items()
            if split != "train" or film not in kept_out
        },
    )


def _of_groups(splits: Mapping[str, str], keys: Mapping[str, str]) -> dict[str, str]:
    """Leak group -> the split held out furthest among those of its films that have one."""
    found: dict[str, str] = {}
    for film_id, split in splits.items():
        if split:
            key = keys[film_id]
            found[key] = max(split, found.get(key, "train"), key=SPLITS.index)
    return found


def _check_fractions(fractions: tuple[float, float, float]) -> None:
    is_whole = abs(sum(fractions) - 1) <= 1e-6  # False for NaN
    if len(fractions) != 3 or not is_whole or min(fractions) <= 0:
        raise SplitError(
            "The shares of training, validation and test must be three positive numbers that "
            "sum to 1.",
            where=", ".join(f"{share:g}" for share in fractions),
            fix="Take 0.7, 0.15, 0.15.",
        )


def _make_groups(manifest: Manifest, keys: Mapping[str, str], seed: int) -> list[_Group]:
    """The usable records by their leak groups, `keys` of `leak_groups`, in seeded order."""
    members: dict[str, list[Record]] = defaultdict(list)
    for record in manifest.usable.records:
        members[keys[record.id]].append(record)
    groups = (
        _Group(hashlib.sha256(f"{seed}:{key}".encode()).hexdigest(), tuple(records))
        for key, records in members.items()
    )
    return sorted(groups, key=lambda group: group.order)


def _divide(groups: list[_Group], shares: dict[str, float]) -> dict[str, str]:
    """Record id -> split.

    The largest groups are placed first. Each goes to the split that lacks the largest part of
    the films due to it, counted for the films' classes and for their (class, source) at once.
    """
    _check_sizes(groups, len(shares))
    placed: dict[str, str] = {}  # group.order -> split
    total = sum((group.due for group in groups), Counter[str | tuple[str, str]]())
    filled = {name: Counter[str | tuple[str, str]]() for name in shares}
    for group in sorted(groups, key=lambda group: (-len(group.records), group.order)):
        due = sorted(group.due.items(), key=str)

        def lack(name: str, due: list[tuple[str | tuple[str, str], int]] = due) -> float:
            return sum(n * (total[key] - filled[name][key] / shares[name]) for key, n in due)

        best = max(shares, key=lack)  # the first of equals
        placed[group.order] = best
        filled[best].update(group.due)
    _fill_gaps(groups, placed, tuple(shares))
    return {record.id: placed[group.order] for group in groups for record in group.records}


def _fill_gaps(groups: list[_Group], placed: dict[str, str], names: tuple[str, ...]) -> None:
    """Give every split a group of every class, by moving the smallest group that can be spared."""
    of_label: dict[str, list[_Group]] = defaultdict(list)
    for group in sorted(groups, key=lambda group: (len(group.records), group.order)):
        for label in group.labels:
            of_label[label].append(group)

    def counts(label: str) -> Counter[str]:
        return Counter(placed[group.order] for group in of_label[label])

    def can_go(group: _Group) -> bool:
        return all(counts(label)[placed[group.order]] > 1 for label in group.labels)

    for label, members in sorted(of_label.items(), key=lambda item: (len(item[1]), item[0])):
        for name in names:
            if counts(label)[name] == 0:
                spare = next((group for group in members if can_go(group)), None)
                if spare is None:
                    raise SplitError(
                        f"No group of '{label}' can be spared for {name}: its patients share "
                        "films with other classes.",
                        where=label,
                        fix="Add films of more patients, or leave the class out.",
                    )
                placed[spare.order] = name


def _check_sizes(groups: list[_Group], n_splits: int) -> None:
    n_groups = Counter(chain.from_iterable(group.labels for group in groups))
    small = [label for label in order_labels(set(n_groups)) if n_groups[label] < n_splits]
    if not groups or small:
        names = ", ".join(f"'{label}' has {n_groups[label]}" for label in small) or "there is none"
        raise SplitError(
            f"A class needs {n_splits} or more patients (or unrelated films) to be divided: "
            f"{names}.",
            where=", ".join(small),
            fix="Add films of more patients, or leave the class out.",
        )


def _keep_own(manifest: Manifest, seed: int, fractions: tuple[float, float, float]) -> Manifest:
    kept: dict[str, str] = {}
    drawn_from: set[str] = set()
    asked = {record.dataset for record in manifest.records if record.label or record.problem}
    for dataset in sorted(asked):
        own = [
            replace(record, split=record.split or "train")
            for record in manifest.usable.records
            if record.dataset == dataset
        ]
        sizes = Counter(record.split for record in own)
        _check_own(dataset, own)
        has_val = sizes["val"] >= MIN_VAL_SHARE * len(own)
        fixed = {"train", "val", "test"} if has_val else {"test"}
        kept.update((record.id, record.split) for record in own if record.split in fixed)
        drawn_from.update(record.id for record in own if record.split not in fixed)
    if drawn_from:
        train, val, _ = fractions
        shares = {"train": train / (train + val), "val": val / (train + val)}
        groups = _make_groups(
            manifest.where(lambda record: record.id in drawn_from), leak_groups(manifest), seed
        )
        kept.update(_divide(groups, shares))
    return with_splits(manifest, kept)


def _check_own(dataset: str, own: Iterable[Record]) -> None:
    """Every class must be in the own training and test films."""
    labels: dict[str, set[str]] = defaultdict(set)
    for record in own:
        labels[record.split].add(record.label)
    learnt = labels["train"] | labels["val"]
    absent = order_labels(learnt ^ labels["test"])
    if not learnt or not labels["test"] or absent:
        reason = f"not for {', '.join(absent)}" if learnt and labels["test"] else "none at all"
        raise SplitError(
            f"Data set '{dataset}' doesn't come with training and test films for every class: "
            f"{reason}.",
            where=dataset,
            fix="Split the films again instead of keeping the data set's own split.",
        )
