"""Headers that contradict their samples: one film, 12 bits deep, must come out right all the same.

Each reading is compared with the film that was drawn; what was done must be said.
"""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.data.decoding.dicom_files import film_dataset, save
from tests.data.decoding.dicom_levels import (
    ALL_16,
    FILM,
    LEVELS,
    NO_WINDOW,
    OWN_RANGE,
    RIGHT,
    SIGNED,
    WINDOW,
    read,
    same,
    table,
)
from xray_core.data.decoding.images import decode_image


class TestStoredBits:
    @pytest.mark.parametrize(
        ("stored", "elements", "note"),
        [
            (FILM, {"BitsStored": 8, "HighBit": 7}, "BitsStored (0028,0101) is 8, yet"),
            (FILM, {"BitsStored": 11, "HighBit": 10}, "BitsStored (0028,0101) is 11, yet"),
            (FILM, {"HighBit": 15}, "HighBit (0028,0102) is 15, yet"),
            (FILM, {"HighBit": 8}, "HighBit (0028,0102) is 8, taken as 11"),
            (FILM, {"PixelRepresentation": 1}, "says signed, yet the samples are unsigned"),
            (
                SIGNED,
                {**ALL_16, "RescaleIntercept": 1024, "RescaleSlope": 1},
                "says unsigned, yet the samples are signed",
            ),
            (
                SIGNED,
                {"PixelRepresentation": 1, "RescaleIntercept": 1024, "RescaleSlope": 1},
                "BitsStored (0028,0101) is 12, yet the samples fill 13 bits",
            ),
            (FILM, {"BitsAllocated": 8}, "BitsAllocated (0028,0100) is 8, taken as 16"),
            (FILM, {"BitsAllocated": 12}, "BitsAllocated (0028,0100) is 12, taken as 16"),
            (FILM, {"SamplesPerPixel": 3}, "SamplesPerPixel (0028,0002) is 3, taken as 1"),
        ],
    )
    def test_the_samples_win_and_a_note_says_so(
        self, stored: NDArray[Any], elements: dict[str, Any], note: str
    ) -> None:
        film = read(stored, **elements)
        assert same(film)
        assert any(note in said for said in film.notes), film.notes

    @pytest.mark.parametrize(
        ("stored", "elements"),
        [
            (FILM, ALL_16),
            (FILM << 4, {"HighBit": 15}),  # the film lies in the upper bits, as it may
            (
                SIGNED.view(np.uint16) & 0x1FFF,  # the sign is not carried to the upper bits
                {
                    **{"BitsStored": 13, "HighBit": 12, "PixelRepresentation": 1},
                    **{"RescaleIntercept": 1024, "RescaleSlope": 1},
                },
            ),
        ],
    )
    def test_a_header_that_is_right_stands(
        self, stored: NDArray[Any], elements: dict[str, Any]
    ) -> None:
        film = read(stored, **elements)
        assert same(film)
        assert film.notes == ()

    @pytest.mark.parametrize("bits", [0x8000, 0x1000, 0xF000])
    def test_overlays_above_the_stored_bits_stay_out(self, bits: int) -> None:
        stored = FILM.copy()
        stored[10:40, 10:30] |= bits
        film = read(stored)
        assert same(film)
        assert film.notes == ()

    def test_letters_burnt_in_are_no_signed_film(self) -> None:
        stored = FILM.copy()
        stored[2:8, 8:20] = 65535
        film = read(stored, **ALL_16, **NO_WINDOW)
        assert same(film, np.where(stored == 65535, 1, RIGHT))
        assert film.notes[0] == OWN_RANGE
        assert "far outside cut off; with them: 0 to 65535" in film.notes[1]

    def test_one_hot_pixel_does_not_squeeze_the_film(self) -> None:
        stored = FILM.copy()
        stored[40, 30] = 65535
        film = read(stored, **ALL_16, **NO_WINDOW)
        assert same(film, np.where(stored == 65535, 1, RIGHT))

    def test_deep_colour_of_12_bits_in_16(self) -> None:
        stored = np.stack([FILM] * 3, axis=-1)
        elements = {"SamplesPerPixel": 3, "PhotometricInterpretation": "RGB"}
        film = read(stored, Rows=80, Columns=64, PlanarConfiguration=0, **elements)
        assert same(film)


class TestTables:
    @pytest.mark.parametrize(
        ("entries", "depth", "note"),
        [
            (LEVELS, 12, ""),
            (LEVELS, 16, "says 16 bits, yet the entries reach 4095: that is white"),
            (LEVELS, 10, "says 10 bits, yet the entries reach 4095: that is white"),
            (LEVELS * 16, 8, "says 8 bits, yet the entries reach 65520: that is white"),
            (LEVELS >> 4, 8, ""),
            ((LEVELS >> 4).astype(np.uint8).tobytes(), 8, ""),
            ((LEVELS >> 4).astype(np.uint8).view("<u2"), 8, ""),  # two entries in each word
        ],
    )
    def test_white_is_what_the_entries_reach(self, entries: Any, depth: int, note: str) -> None:
        film = read(**NO_WINDOW, VOILUTSequence=table(entries, depth=depth, n_entries=4096))
        assert same(film)
        assert film.warnings == ()
        assert [note in said for said in film.notes] == ([True] if note else [])

    @pytest.mark.parametrize(("first", "noted"), [(-1024, False), (65536 - 1024, True)])
    def test_first_value_with_either_sign(self, first: int, noted: bool) -> None:
        film = read(
            **{"RescaleIntercept": -1024, "RescaleSlope": 1, **NO_WINDOW},
            VOILUTSequence=table(LEVELS, first),
        )
        assert same(film)
        expected = ("LUTDescriptor (0028,3002) begins at 64512, but -1024 is meant",)
        assert film.notes == (expected if noted else ())

    def test_a_falling_table_stands_and_asks_to_look(self) -> None:
        film = read(**NO_WINDOW, VOILUTSequence=table(LEVELS[::-1]))
        assert same(film, 1 - RIGHT)
        assert film.warnings == film.notes
        assert "makes bright values dark: check that bone is bright" in film.notes[0]

    def test_a_table_for_other_values_gives_way_to_the_window(self) -> None:
        film = read(VOILUTSequence=table(LEVELS, 20000))
        assert same(film)
        assert film.warnings == ("the VOI LUT in the file leaves 100 % of the film white or black",)
        assert (
            film.notes[1] == "the VOI LUT in the file does not fit; the window in the file is used"
        )

    @pytest.mark.parametrize("part", ["LUTData", "LUTDescriptor"])
    def test_a_table_that_lacks_something_is_named(self, part: str) -> None:
        tables = table(LEVELS)
        delattr(tables[0], part)
        film = read(**NO_WINDOW, VOILUTSequence=tables)
        assert same(film)
        assert f"VOILUTSequence (0028,3010) has no usable {part}" in film.notes[0]

    def test_a_modality_table_says_nothing_of_its_depth(self) -> None:
        film = read(ModalityLUTSequence=table(LEVELS, depth=8))
        assert same(film)
        assert film.notes == ()


class TestWindows:
    @pytest.mark.parametrize(
        ("centre", "width", "intercept", "grave", "said"),
        [
            (127, 255, 0, True, r" % of the film white or black"),
            (40, 400, -9024, True, "100 % of the film white or black"),
            (4096, 1000, 0, True, r" % of the film white or black"),
            (32768, 65536, 0, False, "leaves the film 6 % of the grey scale"),
            (0, 1e9, 0, False, "leaves the film 0 % of the grey scale"),
        ],
    )
    def test_a_window_that_does_not_fit_gives_way_to_the_films_own_range(
        self, centre: float, width: float, intercept: float, grave: bool, said: str
    ) -> None:
        film = read(
            WindowCenter=centre, WindowWidth=width, RescaleIntercept=intercept, RescaleSlope=1
        )
        assert same(film)
        assert said in film.notes[0]
        assert film.notes[1].startswith("scaled from its own range, ")
        assert film.warnings == (film.notes[:1] if grave else ())

    def test_the_first_window_that_fits_is_taken(self) -> None:
        film = read(WindowCenter=[127, 2047.5], WindowWidth=[255, 4095])
        assert same(film)
        assert film.notes[1] == (
            "the first window in the file does not fit; the second window in the file is used"
        )

    def test_a_window_on_the_lungs_stands_though_a_black_rim_is_cut(self) -> None:
        stored = FILM.copy()
        stored[:, :40] = 0  # more than half
        film = read(stored, WindowCenter=2300, WindowWidth=3400)
        shown = np.clip((stored - 2300.0) / 3400 + 0.5, 0, 1)
        assert same(film, shown)
        assert film.notes == ("71 % of the picture is pure black or white",)

    @pytest.mark.parametrize(
        ("old", "new", "note"),
        [
            (b"2047.5", b"2047,5", "WindowCenter (0028,1050) is written with a comma"),
            (b"4095", b"nan ", "WindowWidth (0028,1051) is unreadable, left out"),
            (b"4095", b"    ", "WindowWidth (0028,1051) is 0, left out"),
        ],
    )
    def test_numbers_that_are_none(self, old: bytes, new: bytes, note: str) -> None:
        film = decode_image(save(film_dataset(FILM, **WINDOW)).replace(old, new), "film.dcm")
        assert same(film)
        assert note in film.notes[0]


class TestRescale:
    @pytest.mark.parametrize(
        ("slope", "intercept", "notes"),
        [
            (0, 0, ("RescaleSlope (0028,1053) is 0, taken as 1",)),
            (
                *("", ""),
                (
                    "RescaleSlope (0028,1053) is empty, taken as 1",
                    "RescaleIntercept (0028,1052) is empty, taken as 0",
                ),
            ),
        ],
    )
    def test_no_slope_is_1(self, slope: Any, intercept: Any, notes: tuple[str, ...]) -> None:
        film = read(RescaleSlope=slope, RescaleIntercept=intercept)
        assert same(film)
        assert film.notes == notes
        assert film.warnings == ()

    def test_a_negative_slope_stands_and_asks_to_look(self) -> None:
        film = read(RescaleSlope=-1, RescaleIntercept=4095)
        assert same(film, 1 - RIGHT)
        assert film.warnings == ("RescaleSlope (0028,1053) is negative: check that bone is bright",)


class TestPolarity:
    @pytest.mark.parametrize(
        ("photometric", "shape", "inverted", "grave"),
        [
            ("MONOCHROME2", "IDENTITY", False, False),
            ("MONOCHROME2", "INVERSE", False, True),
            ("MONOCHROME1", "INVERSE", True, False),
            ("MONOCHROME1", "IDENTITY", True, True),
            ("monochrome1", None, True, False),
            ("MONOCHROME 2", None, False, False),
            ("GREY", None, False, True),
            (None, None, False, True),
            ("RGB", None, False, True),
        ],
    )
    def test_where_the_samples_cannot_decide_the_header_stands(
        self, photometric: str | None, shape: str | None, inverted: bool, grave: bool
    ) -> None:
        elements: dict[str, Any] = {"PhotometricInterpretation": photometric}
        if shape:
            elements["PresentationLUTShape"] = shape
        film = read(**elements)
        assert same(film, 1 - RIGHT if inverted else RIGHT)
        assert bool(film.warnings) is grave
        assert all("check that bone is bright" in warning for warning in film.warnings)
