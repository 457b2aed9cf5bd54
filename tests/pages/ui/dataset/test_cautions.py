"""What the Dataset and Train pages warn of, on data sets of a few records."""

from collections.abc import Callable

from pages.ui.dataset.cautions import cautions, label_caution, leak_caution
from xray_core.data.records import Manifest, Record
from xray_core.data.split_leaks import Leak

MakeRecord = Callable[..., Record]


def manifest_of(*records: Record) -> Manifest:
    return Manifest(records, {})


def texts(manifest: Manifest, title: str) -> list[str]:
    return [item.text for item in cautions(manifest) if item.title == title]


def test_honest_data_set_warns_of_nothing(make_record: MakeRecord) -> None:
    records = [
        make_record(f"{label}{i}", label, patient=f"{label}{i}", source=f"clinic {i % 2}")
        for label in ("normal", "covid")
        for i in range(30)
    ]
    assert cautions(manifest_of(*records)) == ()


def test_three_times_as_many_films_are_an_imbalance(make_record: MakeRecord) -> None:
    few = [make_record(f"c{i}", "covid") for i in range(10)]
    many = [make_record(f"n{i}", "normal") for i in range(30)]
    assert texts(manifest_of(*few, *many), "Class imbalance")[0].startswith(
        "Normal has 30 films, COVID-19 has 10."
    )
    assert not texts(manifest_of(*few, *many[:29]), "Class imbalance")


def test_small_classes_are_named(make_record: MakeRecord) -> None:
    records = [make_record(f"n{i}", "normal") for i in range(30)]
    records += [make_record(f"c{i}", "covid") for i in range(29)]
    assert texts(manifest_of(*records), "Few films") == [
        "COVID-19: fewer than 30 films each. Expect wide intervals."
    ]


def test_class_with_one_source_and_age_can_be_told_by_them(make_record: MakeRecord) -> None:
    found = texts(
        manifest_of(
            make_record("1", "covid", source="Madrid", age_group="adult"),
            make_record("2", "normal", source="Madrid", age_group="adult"),
            make_record("3", "normal", source="Guangzhou", age_group="child"),
        ),
        "Possible shortcut",
    )
    assert found == [
        "COVID-19 comes only from the source “Madrid” and from the age group “adult”: "
        "a model can learn the source or the age instead of the disease."
    ]


def test_classes_with_the_same_trap_share_a_sentence(make_record: MakeRecord) -> None:
    found = texts(
        manifest_of(
            make_record("1", "viral", age_group="child"),
            make_record("2", "bacterial", age_group="child"),
            make_record("3", "covid", age_group="adult"),
        ),
        "Possible shortcut",
    )
    assert [text.split(":")[0] for text in found] == [
        "Bacterial pneumonia and Viral pneumonia come only from the age group “child”",
        "COVID-19 comes only from the age group “adult”",
    ]


def test_fact_that_all_films_share_gives_nothing_away(make_record: MakeRecord) -> None:
    records = [make_record(label, label, source="Madrid") for label in ("normal", "covid")]
    assert not texts(manifest_of(*records), "Possible shortcut")


def test_unknown_patients_are_counted_from_a_tenth_on(make_record: MakeRecord) -> None:
    known = [make_record(f"k{i}", patient=str(i)) for i in range(9)]
    unknown = [make_record("u1"), make_record("u2")]
    assert not texts(manifest_of(*known, unknown[0]), "Unknown patients")
    assert texts(manifest_of(*known, *unknown), "Unknown patients")[0].startswith(
        "2 of 11 films do not name their patient."
    )
    assert texts(manifest_of(*unknown), "Unknown patients")[0].startswith(
        "No film names its patient."
    )


def test_one_class_is_not_enough(make_record: MakeRecord) -> None:
    assert texts(manifest_of(make_record("1", "covid")), "Only one class")


def test_unusable_films_are_not_judged(make_record: MakeRecord) -> None:
    assert cautions(manifest_of(make_record("1", "covid", problem="file is missing"))) == ()


def test_leaks_are_counted_by_kind() -> None:
    leaks = (
        Leak("patient", ("train", "test"), ("a", "b")),
        Leak("patient", ("train", "test"), ("c", "d")),
        Leak("near-duplicate", ("train", "test"), ("a", "b")),
    )
    (found,) = leak_caution(leaks)
    assert found.text.startswith("2 patients and 1 near-duplicate group lie in more than one split")
    assert leak_caution(leaks[:1])[0].text.startswith("1 patient lies in")
    assert leak_caution(()) == ()


def test_films_named_as_altered_copies_of_unknown_films_are_named(make_record: MakeRecord) -> None:
    known = [make_record("7.png"), make_record("7_rot.png")]
    assert not texts(manifest_of(*known), "Possible altered copies")

    (text,) = texts(manifest_of(*known, make_record("aug_0_59.png")), "Possible altered copies")
    assert text.startswith("1 film is named as altered copies, such as aug_0_59.png,")


def test_near_duplicates_of_several_labels_are_named(make_record: MakeRecord) -> None:
    one, two, three = make_record("1", "covid"), make_record("2", "normal"), make_record("3")
    manifest = manifest_of(one, two, three)
    assert label_caution(manifest, ((two.id, three.id),)) == ()

    (caution,) = label_caution(manifest, ((one.id, two.id), (two.id, three.id)))
    assert caution.text.startswith(
        f"1 near-duplicate group contains films with different labels, such as {two.id} as "
        f"Normal and {one.id} as COVID-19."
    )


def test_films_for_maps_only_are_no_class_and_hide_no_shortcut(make_record: MakeRecord) -> None:
    labelled = [
        make_record(f"{label}{i}", label, patient=f"{label}{i}", source=f"clinic of {label}")
        for label in ("normal", "covid")
        for i in range(30)
    ]
    boxed = [make_record(f"b{i}_flip", "", source="clinic of normal") for i in range(9)]
    found = cautions(manifest_of(*labelled))
    assert [item.title for item in found] == ["Possible shortcut"] * 2
    assert cautions(manifest_of(*labelled, *boxed)) == found
    assert cautions(manifest_of(*boxed)) == ()
    assert "Only one class" in [item.title for item in cautions(manifest_of(labelled[0], *boxed))]
