"""Which films of a data set to explain, and which of them a run was trained on."""

import functools
from collections.abc import Sequence

from xray_core.data.duplicates import near_duplicates_of
from xray_core.data.records import Manifest, Record, film_code, patient_code
from xray_core.runs.store import Run


class SeenFilms:
    """Films and patients of a run's training and validation splits."""

    def __init__(self, run: Run) -> None:
        used = [record for record in run.manifest().records if record.split != "test"]
        self._used = used
        self._films = {record.id for record in used}  # run folders hold codes
        self._patients = {record.patient for record in used}
        self._kept = functools.lru_cache(maxsize=4)(self._among)  # a page calls this at every rerun

    def among(self, records: Sequence[Record]) -> frozenset[str]:
        """Ids of the records that the run was trained on or validated with.

        The same file, another film of a patient, or the same radiograph in another coding or
        windowing (see `duplicates.py`).
        """
        return self._kept(tuple(records))

    def _among(self, records: tuple[Record, ...]) -> frozenset[str]:
        met = {
            record.id
            for record in records
            if film_code(record) in self._films or patient_code(record) in self._patients
        }
        others = [record for record in records if record.id not in met]
        return near_duplicates_of(others, self._used) | met


def select_films(manifest: Manifest, seen: Sequence[SeenFilms], most: int) -> Manifest:
    """At most `most` films that can be explained, all classes in turn.

    Films with boxes and no label have a turn of their own. Films that no run has been trained on
    come first; the choice is the same every time.

    Args:
        manifest: the data set.
        seen: of the runs that will be compared.
        most: number of films.
    """
    met = frozenset[str]().union(*(films.among(manifest.records) for films in seen))
    by_label: dict[str, list[Record]] = {}
    for record in manifest.for_maps.records:
        by_label.setdefault(record.label, []).append(record)
    ranked: list[tuple[int, str, Record]] = []
    for records in by_label.values():
        records.sort(key=lambda record: (record.id in met, record.sha256))
        ranked += [(place, record.label, record) for place, record in enumerate(records)]
    ranked.sort(key=lambda item: item[:2])
    chosen = [record for _, _, record in ranked[:most]]
    return Manifest(tuple(sorted(chosen, key=lambda record: record.id)), manifest.roots)
