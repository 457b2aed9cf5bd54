from xray_core.wording import capital, join


def test_lists_end_with_and() -> None:
    lists = [join([]), join(["a"]), join(["a", "b"]), join(["a", "b", "c"])]
    assert lists == ["", "a", "a and b", "a, b and c"]


def test_a_capital_changes_no_other_letter() -> None:
    assert [capital(""), capital("macro-F1")] == ["", "Macro-F1"]
