from pages.ui.compare.mistakes_tab import counts_apart


def test_why_fewer_films_are_in_common_than_records_were_scored_stands_in_words() -> None:
    ids = ["a", "b", "b", "c", "d"]
    assert counts_apart(ids, 4) == (
        "scores count 5 records, minus 1 that repeats a film, which counts once here."
    )
    assert counts_apart(ids, 3) == (
        "scores count 5 records, minus 1 that repeats a film, which counts once here and minus 1 "
        "film that not all models were tested on under the same label."
    )
    assert counts_apart(["a", "b"], 2) == ""
