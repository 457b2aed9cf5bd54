"""Headers that contradict their samples: one film, 12 bits deep, must come out right all the same.

Each reading is compared with the film that was drawn; what was done must be said.
"""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from pydicom import uid
from pydicom.dataset import Dataset
from pydicom.encaps import encapsulate
from pydicom.sequence import Sequence

from tests.data.decoding.test_dicom import film_dataset, jpeg_of, save
from xray_core.data.decoding.images import Film, decode_image
from xray_core.errors import ImageReadError


def _draw_film() -> NDArray[np.uint16]:
    """A film of 12 bits, 80 x 64: black rim, bright body with two dark lungs, noise."""
    rows, columns = np.mgrid[:80, :64].astype(float)
    film = 2600 + 900 * np.sin(rows / 15) * np.cos(columns / 11)
    for middle in (20, 43):
        film -= 1500 * np.exp(-(((rows - 40) / 20) ** 2 + ((columns - middle) / 8) ** 2))
    film += np.random.default_rng(1).normal(0, 12, film.shape)
    film = film - film.min()
    film[:, :4] = film[:, -4:] = 0
    film *= 4095 / film.max()
    return np.asarray(np.rint(film), np.uint16)


FILM = _draw_film()
RIGHT = FILM / 4095
SIGNED = (FILM.astype(np.int32) - 1024).astype(np.int16)
BYTES = (FILM >> 4).astype(np.uint8)
WINDOW = {"WindowCenter": 2047.5, "WindowWidth": 4095}
NO_WINDOW: dict[str, Any] = {"WindowCenter": None, "WindowWidth": None}
ALL_16 = {"BitsStored": 16, "HighBit": 15}
OWN_RANGE = "no window in the file, scaled from its own range, 0 to 4095"


def read(stored: NDArray[Any] = FILM, **elements: Any) -> Film:
    return decode_image(save(film_dataset(stored, **({**WINDOW, **elements}))), "film.dcm")


def table(entries: Any, first: int = 0, depth: int = 12, n_entries: int = 0) -> Sequence:
    item = Dataset()
    descriptor = [n_entries or len(entries), first, depth]
    item.add_new("LUTDescriptor", "SS" if first < 0 else "US", descriptor)
    kind = "OW" if isinstance(entries, bytes) else "US"
    item.add_new("LUTData", kind, entries if kind == "OW" else np.asarray(entries).tolist())
    return Sequence([item])


LEVELS = np.arange(4096)


def same(film: Film, right: NDArray[Any] = RIGHT, atol: float = 0.006) -> bool:
    return bool(np.abs(film.pixels - right).max() <= atol)


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


class TestMissingElements:
    @pytest.mark.parametrize(
        ("keyword", "note"),
        [
            ("SamplesPerPixel", "(0028,0002) is missing, taken as 1"),
            ("PixelRepresentation", "(0028,0103) is missing, taken as 0, unsigned"),
            ("BitsStored", "(0028,0101) is missing, taken as 12"),
            ("HighBit", "(0028,0102) is missing, taken as 11"),
            ("BitsAllocated", "(0028,0100) is missing, taken as 16, which the pixel data fill"),
        ],
    )
    @pytest.mark.parametrize("implicit", [False, True])
    def test_the_usual_value_is_taken(self, keyword: str, note: str, implicit: bool) -> None:
        dataset = film_dataset(FILM, **WINDOW, **{keyword: None})
        if implicit:
            dataset.file_meta.TransferSyntaxUID = uid.ImplicitVRLittleEndian
        film = decode_image(save(dataset), "film.dcm")
        assert same(film)
        assert film.notes == (f"{keyword} {note}",)
        assert film.warnings == ()

    @pytest.mark.parametrize(
        ("elements", "text"),
        [
            ({"Rows": 0}, r"Rows \(0028,0010\) is 0; one whole number"),
            ({"SamplesPerPixel": 4}, r"SamplesPerPixel \(0028,0002\) is 4; 1 or 3"),
            (
                {"PhotometricInterpretation": "PALETTE COLOR"},
                r"RedPaletteColorLookupTableDescriptor \(0028,1101\) is missing",
            ),
        ],
    )
    def test_what_leaves_no_reading_is_named(self, elements: dict[str, Any], text: str) -> None:
        with pytest.raises(ImageReadError, match=text) as caught:
            read(**elements)
        assert "damaged" not in str(caught.value)

    @pytest.mark.parametrize("allocated", [None, 16, 32])
    def test_floats_have_the_depth_of_their_element(self, allocated: int | None) -> None:
        dataset = film_dataset(FILM, **NO_WINDOW, PixelData=None, BitsAllocated=allocated)
        dataset.FloatPixelData = FILM.astype("<f4").tobytes()
        film = decode_image(save(dataset), "film.dcm")
        assert same(film)
        assert any("taken as 32" in note for note in film.notes) is (allocated != 32)

    def test_only_whole_frames_count(self) -> None:
        film = read(NumberOfFrames=2)
        assert same(film)
        assert film.notes[0] == "only 1 of 2 frames are whole"

    def test_rows_that_leave_pixels_over_ask_to_look(self) -> None:
        film = read(Rows=60)
        assert same(film, RIGHT[:60])
        assert "check that the film is complete" in film.warnings[0]

    def test_padding_with_the_other_sign(self) -> None:
        stored = FILM.copy()
        stored[:20] = 63536  # -2000
        film = read(stored.view(np.int16), PixelRepresentation=1, **ALL_16, PixelPaddingValue=-2000)
        expected = np.where(stored == 63536, 0, RIGHT)
        assert same(film, expected)
        assert same(read(stored, **ALL_16, PixelPaddingValue=63536, **NO_WINDOW), expected)

    def test_padding_that_would_hide_the_film_is_left_out(self) -> None:
        film = read(PixelPaddingValue=0, PixelPaddingRangeLimit=4095)
        assert same(film)
        assert film.notes == ("PixelPaddingValue (0028,0120) would hide 100 %, left out",)


class TestTags:
    @pytest.mark.parametrize(
        ("elements", "warning"),
        [
            ({"BodyPartExamined": "CHEST", "ViewPosition": "PA"}, ""),
            ({"BodyPartExamined": "PORT CHEST", "ViewPosition": "AP"}, ""),
            ({"BodyPartExamined": "HIP"}, "body part HIP, not a chest"),
            ({"BodyPartExamined": "Doe^Jane"}, "body part unknown, which may be no chest"),
            ({"BodyPartExamined": "TORAX PA"}, ""),
            ({"ViewPosition": "LL"}, "view LL, not a frontal film"),
            ({"ViewPosition": "LATERAL"}, "view LATERAL, not a frontal film"),
            ({"Modality": "MR"}, "modality MR, not a chest radiograph"),
            (
                {"Modality": "", "SOPClassUID": uid.CTImageStorage},
                "CT Image Storage, not a chest radiograph",
            ),
        ],
    )
    def test_what_is_no_frontal_chest_film_asks_to_look(
        self, elements: dict[str, Any], warning: str
    ) -> None:
        assert read(**elements).warnings == ((warning,) if warning else ())

    def test_a_lateral_view_by_its_code(self) -> None:
        code = Dataset()
        code.CodeMeaning = "left lateral"
        film = read(ViewCodeSequence=Sequence([code]))
        assert film.warnings == ("a lateral or oblique view by its tags, not a frontal film",)


class TestCompression:
    """What the pixel data begin with decides, not the name of their compression."""

    @pytest.mark.parametrize(
        "syntax",
        [uid.JPEG2000Lossless, uid.JPEGLosslessSV1, uid.RLELossless, uid.JPEGExtended12Bit],
    )
    def test_baseline_jpeg_under_another_name(self, syntax: uid.UID) -> None:
        dataset = film_dataset(BYTES, WindowCenter=127.5, WindowWidth=255)
        dataset.file_meta.TransferSyntaxUID = syntax
        dataset.PixelData = encapsulate([jpeg_of(BYTES)])
        dataset["PixelData"].is_undefined_length = True
        assert same(decode_image(save(dataset), "film.dcm"), BYTES / 255, atol=0.06)

    def test_a_size_that_cannot_be_true_is_not_repeated(self) -> None:
        dataset = film_dataset(FILM, **WINDOW)
        dataset.compress(uid.JPEG2000Lossless, generate_instance_uid=False)
        data = save(dataset)
        place = data.index(b"\xff\x4f\xff\x51") + 8
        broken = data[:place] + b"\xdd\xdd\xdd\xdd" + data[place + 4 :]
        with pytest.raises(ImageReadError, match=r"damaged \(compressed as JPEG 2000") as caught:
            decode_image(broken, "film.dcm")
        assert "3,722" not in str(caught.value)


class TestEvenGrey:
    @pytest.mark.parametrize("spread", [1, 3])
    def test_noise_of_a_few_levels_is_not_stretched(self, spread: int) -> None:
        noise = np.random.default_rng(0).integers(0, spread, FILM.shape)
        with pytest.raises(ImageReadError, match="one even grey"):
            read((700 + noise).astype(np.uint16), **NO_WINDOW)

    def test_a_narrow_window_makes_no_picture_of_noise(self) -> None:
        noise = np.random.default_rng(0).integers(0, 3, FILM.shape)
        with pytest.raises(ImageReadError, match="one even grey"):
            read((1000 + noise).astype(np.uint16), WindowCenter=1001, WindowWidth=4)


class TestWordsAndOrder:
    @pytest.mark.parametrize("word", ["MONOCHROME 1", "monochrome_1", "MONOCHROME1\0"])
    def test_a_word_written_in_another_way(self, word: str) -> None:
        film = read(4095 - FILM, PhotometricInterpretation=word)
        assert same(film)
        assert not film.warnings

    @pytest.mark.parametrize("given", [0, 1])
    def test_colours_by_pixel_or_by_plane(self, given: int) -> None:
        axis = 0 if given == 0 else -1  # the other way
        elements = {"SamplesPerPixel": 3, "PhotometricInterpretation": "RGB"}
        stored = np.stack([BYTES] * 3, axis=axis)
        film = read(stored, Rows=80, Columns=64, PlanarConfiguration=given, **elements)
        assert same(film, BYTES / 255)
        assert film.notes[0].startswith(f"PlanarConfiguration (0028,0006) is {given}, yet")

    def test_colours_of_most_of_the_film_ask_to_look(self) -> None:
        grey = np.full_like(BYTES, 128)
        elements = {"SamplesPerPixel": 3, "PhotometricInterpretation": "RGB"}
        stored = np.stack([BYTES, grey, grey], axis=-1)  # YBR that is called RGB
        film = read(stored, Rows=80, Columns=64, PlanarConfiguration=0, **elements)
        assert film.warnings == ("colour image turned to grey: hardly a radiograph",)

    def test_pixels_that_are_not_compressed_as_promised(self) -> None:
        dataset = film_dataset(FILM, **WINDOW)
        data = save(dataset).replace(uid.ExplicitVRLittleEndian.encode(), b"1.2.840.10008.1.2.5")
        film = decode_image(data, "film.dcm")
        assert same(film)
        assert film.notes == ("the header declares the pixels compressed, but they are not",)

    @pytest.mark.parametrize("begin", [128, 132])
    def test_without_preamble(self, begin: int) -> None:
        assert same(decode_image(save(film_dataset(FILM, **WINDOW))[begin:], "film.dcm"))

    def test_padding_beyond_the_stored_bits_is_black(self) -> None:
        stored = FILM.copy()
        stored[:20] = 63536
        film = read(stored, PixelPaddingValue=63536)
        assert not film.pixels[:20].any()
        assert same(film, np.where(stored == 63536, 0, RIGHT))

    def test_a_slope_that_makes_tiny_numbers(self) -> None:
        assert same(read(RescaleSlope="1e-10", RescaleIntercept="0", **NO_WINDOW))
