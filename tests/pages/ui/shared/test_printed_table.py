import pandas as pd

from pages.ui.shared.printed_table import MOST_COLUMNS, MOST_ROWS, table_html


def test_a_table_is_printed_with_the_columns_and_titles_of_the_screen() -> None:
    frame = pd.DataFrame({"width": [1], "path": ["<b>a</b>"], "hidden": ["no"]})
    looks = {"column_order": ("path", "width"), "column_config": {"width": "Width, px", "path": {}}}
    printed = table_html(frame, looks)
    assert printed.index("<th>path</th>") < printed.index("<th>Width, px</th>")
    assert "&lt;b&gt;a&lt;/b&gt;" in printed
    assert "hidden" not in printed


def test_a_long_table_says_how_much_is_printed() -> None:
    frame = pd.DataFrame({"n": range(MOST_ROWS + 1)})
    printed = table_html(frame, {})
    assert printed.count("<tr") == MOST_ROWS + 1
    assert f"The first {MOST_ROWS} of {MOST_ROWS + 1} rows." in printed
    assert "rows." not in table_html(frame.head(MOST_ROWS), {})


def test_a_wide_table_is_printed_in_parts_that_say_what_a_row_is_of() -> None:
    names = [f"c{n}" for n in range(MOST_COLUMNS + 3)]
    frame = pd.DataFrame({name: ["x"] for name in names})
    printed = table_html(frame, {"column_config": {"c1": {"pinned": True}}})
    assert printed.count("<table") == 2
    assert printed.count("<th>c1</th>") == 2
    assert all(printed.count(f"<th>{name}</th>") == 1 for name in names if name != "c1")
