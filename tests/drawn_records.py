"""Records of films that were never drawn, with their labels, patients and sources."""

from collections import Counter

from xray_core.data.records import Manifest, Record


def film(number: int, label: str, patient: str = "", **facts: str) -> Record:
    return Record(
        id=f"d/{label}{number}",
        dataset=facts.pop("dataset", "d"),
        path=f"{label}{number}",
        label=label,
        patient=patient,
        sha256=f"{label}-{number}",
        **facts,  # type: ignore[arg-type]
    )


def films(n: int, label: str, **facts: str) -> list[Record]:
    return [film(number, label, **facts) for number in range(n)]


def manifest(records: list[Record]) -> Manifest:
    return Manifest(tuple(records), {})


def counts(split: Manifest, *facts: str) -> Counter[tuple[str, ...]]:
    return Counter(tuple(getattr(record, fact) for fact in facts) for record in split.records)


def own_split(n_train: int, n_val: int, n_test: int) -> list[Record]:
    records = []
    for label in ("normal", "covid"):
        names = ["train"] * n_train + ["val"] * n_val + ["test"] * n_test
        records += [film(n, label, f"{label} {n}", split=name) for n, name in enumerate(names)]
    return records
