"""What the page gives to take along is what the command writes and what Python answers."""

import json
from contextlib import closing
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
import streamlit as st
from pydicom.data import get_testdata_file

from pages.ui.opinion.look import ALL_THE_SAME
from tests.pages.conftest import OpenPage
from xray_core.cli import main
from xray_core.data.decoding.images import encode_png, read_film
from xray_core.data.phantom import make_phantom
from xray_core.evaluation.probability import probability_text
from xray_core.opinion.answer import give_opinion
from xray_core.opinion.consulted import Consulted

FILM = encode_png(make_phantom("viral", 31).image)

Made = dict[str, Any]


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> Made:
    """Label of a button -> its file, or what makes it."""
    found: Made = {}
    button = st.download_button

    def keep(label: str, data: Any, **rest: Any) -> bool:
        found[label] = data
        return button(label, data, **rest)

    monkeypatch.setattr(st, "download_button", keep)
    return found


@pytest.mark.long
def test_page_command_and_python_give_the_same_numbers(
    open_page: OpenPage, made: Made, tmp_path: Path
) -> None:
    page = open_page("second_opinion")
    page.file_uploader[0].upload("film.png", FILM, "image/png").run()
    page.text_area[0].set_value("Ward round.").run()
    assert not page.exception
    of_page = json.loads(made["JSON"]())
    path = tmp_path / "film.png"
    path.write_bytes(FILM)
    words = ["opinion", str(path), "--run", "small_cnn", "--out", str(tmp_path), "--json"]
    assert main([*words, "--html"]) == 0
    of_command = json.loads((tmp_path / "film.json").read_text(encoding="utf-8"))
    assert of_page.pop("comment") == "Ward round."
    assert of_page | {"time": "", "comment": ""} == of_command | {"time": ""}
    opinion = give_opinion(read_film(path), [Consulted.of("small_cnn")], name="film.png")
    assert of_command == of_command | opinion.as_json()
    with closing(pypdfium2.PdfDocument(made["PDF"]())) as document:
        text = " ".join(sheet.get_textpage().get_text_bounded() for sheet in document)
    for shown in (text, made["HTML"](), (tmp_path / "film.html").read_text(encoding="utf-8")):
        assert opinion.mean
        assert all(probability_text(value) in shown for value in opinion.mean.values())
    assert "Ward round." in text
    assert "Ward round." in str(made["Table (CSV)"])


def test_tags_of_the_patient_leave_the_page_only_if_asked_for(
    open_page: OpenPage, made: Made
) -> None:
    path = get_testdata_file("CT_small.dcm")
    page = open_page("second_opinion")
    page.file_uploader[0].upload("ct.dcm", Path(str(path)).read_bytes(), "").run()
    assert not page.exception
    assert json.loads(made["JSON"]())["patient"] is None
    (switch,) = [item for item in page.toggle if item.label == "With the patient's tags"]
    switch.set_value(True).run()
    assert json.loads(made["JSON"]())["patient"]["Patient's Name"] == "CompressedSamples^CT1"


@pytest.mark.long
def test_a_button_is_off_while_the_page_is_about_to_be_drawn_again(
    open_page: OpenPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    off: list[bool] = []
    button = st.download_button

    def watch(label: str, data: Any, **rest: Any) -> bool:
        if label == "JSON":
            off.append(rest["disabled"])
        return button(label, data, **rest)

    monkeypatch.setattr(st, "download_button", watch)
    page = open_page("second_opinion")
    page.file_uploader[0].upload("film.png", FILM, "image/png").run()
    for switch in (item for item in page.toggle if item.label == ALL_THE_SAME):
        switch.set_value(True).run()
    assert not page.exception
    assert off[-2:] == [True, False], "off until the maps of the other classes are there"
