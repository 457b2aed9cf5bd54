from collections import Counter
from dataclasses import replace

from xray_core.data.records import Manifest
from xray_core.evaluation.selection import SeenFilms, select_films
from xray_core.runs.store import Run


def test_training_and_validation_films_were_met_and_test_films_not(
    tiny_run: Run, films: Manifest
) -> None:
    met = SeenFilms(tiny_run).among(films.records)
    assert met == {record.id for record in films.records if record.split != "test"}


def test_a_film_is_met_by_its_file_its_patient_or_its_look(tiny_run: Run, films: Manifest) -> None:
    seen, unseen = films.split("train").records[0], films.split("test").records[0]
    records = (
        replace(unseen, id="same file", sha256=seen.sha256),
        replace(unseen, id="same patient", patient=seen.patient),
        replace(unseen, id="same look", phash=seen.phash),
        replace(unseen, id="another hospital", patient=seen.patient, source="elsewhere"),
    )
    assert SeenFilms(tiny_run).among(records) == {"same file", "same patient", "same look"}


def test_classes_come_in_turn_and_unseen_films_first(tiny_run: Run, films: Manifest) -> None:
    seen = SeenFilms(tiny_run)
    chosen = select_films(films, [seen], 8)
    assert set(Counter(record.label for record in chosen.records).values()) == {2}
    n_test = Counter(record.label for record in films.split("test").records)
    n_met = len(seen.among(chosen.records))
    assert n_met == sum(max(0, 2 - n_test[label]) for label in films.classes)


def test_the_choice_is_the_same_whatever_the_order(tiny_run: Run, films: Manifest) -> None:
    turned = Manifest(films.records[::-1], films.roots)
    assert select_films(films, [], 10) == select_films(turned, [], 10)
    assert len(select_films(films, [], 1000).records) == len(films.records)


def test_films_with_a_problem_are_never_chosen(films: Manifest) -> None:
    broken = replace(films.records[0], problem="cut off")
    chosen = select_films(Manifest((broken, *films.records[1:5]), films.roots), [], 10)
    assert len(chosen.records) == 4


def test_films_with_boxes_and_no_label_have_a_turn_of_their_own(films: Manifest) -> None:
    boxed = [replace(record, label="") for record in films.records[:6]]
    others = [record for record in films.records[6:] if record.label in ("normal", "covid")]
    chosen = select_films(Manifest((*boxed, *others), films.roots), [], 9)
    assert Counter(record.label for record in chosen.records) == {"": 3, "normal": 3, "covid": 3}
    assert chosen.classes == ("normal", "covid")
