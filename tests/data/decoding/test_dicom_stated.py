"""What a DICOM file states, or leaves out: elements, tags, compression, and the words on them."""

from typing import Any

import numpy as np
import pytest
from pydicom import uid
from pydicom.dataset import Dataset
from pydicom.encaps import encapsulate
from pydicom.sequence import Sequence

from tests.data.decoding.dicom_files import film_dataset, jpeg_of, save
from tests.data.decoding.dicom_levels import (
    ALL_16,
    BYTES,
    FILM,
    NO_WINDOW,
    RIGHT,
    WINDOW,
    read,
    same,
)
from xray_core.data.decoding.images import decode_image
from xray_core.errors import ImageReadError


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
