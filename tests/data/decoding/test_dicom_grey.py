"""From stored values to grey levels: hand-worked values, and pydicom's own windows."""

import numpy as np
import pytest
from numpy.typing import NDArray
from pydicom.dataset import Dataset
from pydicom.pixels import apply_windowing
from pydicom.sequence import Sequence

from xray_core.data.decoding.dicom_grey import to_grey
from xray_core.data.decoding.greys import Notes

STORED = np.array([[0, 100, 200], [300, 400, 4095]], np.uint16)


def describe(**elements: object) -> Dataset:
    """12 of 16 bits, MONOCHROME2, no window."""
    dataset = Dataset()
    dataset.PhotometricInterpretation = "MONOCHROME2"
    dataset.BitsAllocated, dataset.BitsStored, dataset.PixelRepresentation = 16, 12, 0
    for name, value in elements.items():
        setattr(dataset, name, value)
    if "HighBit" not in elements:
        dataset.HighBit = dataset.BitsStored - 1
    return dataset


def lut(first: int, depth: int, entries: list[int] | bytes, n_entries: int = 0) -> Sequence:
    item = Dataset()
    item.add_new("LUTDescriptor", "US", [n_entries or len(entries), first, depth])
    item.add_new("LUTData", "OW" if isinstance(entries, bytes) else "US", entries)
    return Sequence([item])


def shown(stored: NDArray[np.generic], dataset: Dataset) -> tuple[list[list[float]], list[str]]:
    notes = Notes()
    pixels = to_grey(stored.copy(), dataset, notes)
    assert pixels.dtype == np.float32
    return np.round(pixels.astype(float), 4).tolist(), notes


def test_without_a_window_the_film_is_stretched_from_its_own_range() -> None:
    pixels, notes = shown(STORED[:, :2], describe())
    assert pixels == [[0, 0.25], [0.75, 1]]
    assert notes == ["no window in the file, scaled from its own range, 0 to 400"]


def test_linear_exact_window() -> None:
    dataset = describe(WindowCenter=200, WindowWidth=400, VOILUTFunction="LINEAR_EXACT")
    assert shown(STORED, dataset) == ([[0, 0.25, 0.5], [0.75, 1, 1]], [])


def test_first_of_several_windows() -> None:
    dataset = describe(WindowCenter=[200, 9], WindowWidth=[400, 9], VOILUTFunction="LINEAR_EXACT")
    assert shown(STORED, dataset)[0] == [[0, 0.25, 0.5], [0.75, 1, 1]]


@pytest.mark.parametrize("function", ["LINEAR", "LINEAR_EXACT", "SIGMOID"])
@pytest.mark.parametrize(("slope", "intercept"), [(1, 0), (2, -1024)])
def test_windows_agree_with_pydicom(function: str, slope: int, intercept: int) -> None:
    stored = np.arange(4096, dtype=np.uint16).reshape(64, 64)
    dataset = describe(
        WindowCenter=1800,
        WindowWidth=2600 * slope,
        VOILUTFunction=function,
        RescaleSlope=slope,
        RescaleIntercept=intercept,
    )
    reference = apply_windowing(stored * float(slope) + intercept, dataset)
    low, high = intercept, 4095 * slope + intercept
    np.testing.assert_allclose(
        to_grey(stored.copy(), dataset, Notes()), (reference - low) / (high - low), atol=1e-5
    )


@pytest.mark.parametrize("width", [0, -5])
def test_impossible_window_counts_as_none(width: int) -> None:
    pixels, notes = shown(STORED[:, :2], describe(WindowCenter=200, WindowWidth=width))
    assert pixels == [[0, 0.25], [0.75, 1]]
    assert notes == [
        f"WindowWidth (0028,1051) is {width}, left out",
        "no window in the file, scaled from its own range, 0 to 400",
    ]


def test_monochrome1_is_inverted() -> None:
    pixels, notes = shown(STORED[:, :2], describe(PhotometricInterpretation="MONOCHROME1"))
    assert pixels == [[1, 0.75], [0.25, 0]]
    assert notes[-1] == "MONOCHROME1 inverted"


@pytest.mark.parametrize("photometric", ["MONOCHROME1", "MONOCHROME2"])
def test_padding_is_black_and_outside_the_range(photometric: str) -> None:
    dataset = describe(PhotometricInterpretation=photometric, PixelPaddingValue=4095)
    pixels, _ = shown(STORED, dataset)
    inside = [0, 0.25, 0.5, 0.75, 1]
    if photometric == "MONOCHROME1":
        inside.reverse()
    assert pixels == [inside[:3], [*inside[3:], 0]]


def test_range_of_padding() -> None:
    dataset = describe(PixelPaddingValue=0, PixelPaddingRangeLimit=100)
    assert shown(STORED[:, :3][:1], dataset)[0] == [[0, 0, 0.5]]  # one value left: middle grey


def test_rescaled_values_go_through_the_window() -> None:
    dataset = describe(
        RescaleSlope=0.5,
        RescaleIntercept=-100,
        WindowCenter=0,
        WindowWidth=200,
        VOILUTFunction="LINEAR_EXACT",
    )
    assert shown(STORED, dataset)[0] == [[0, 0.25, 0.5], [0.75, 1, 1]]


def test_voi_lut_goes_before_the_window() -> None:
    dataset = describe(
        WindowCenter=1, WindowWidth=1, VOILUTSequence=lut(100, 8, [0, 51, 102] + [255] * 300)
    )
    stored = np.array([[0, 100, 101], [102, 103, 4000]], np.uint16)
    assert shown(stored, dataset) == ([[0, 0, 0.2], [0.4, 1, 1]], [])


def test_modality_lut_goes_before_the_voi_lut() -> None:
    dataset = describe(
        ModalityLUTSequence=lut(0, 16, [*range(10, -1, -1)]),
        VOILUTSequence=lut(0, 10, [0] * 5 + [341] * 5 + [1023]),
    )
    stored = np.array([[0, 5, 10]], np.uint16)
    assert shown(stored, dataset)[0] == [[1, 0.3333, 0]]


@pytest.mark.parametrize("little", [True, False])
def test_lut_stored_as_bytes(little: bool) -> None:
    listed = [0] * 5 + [1023] * 5 + [4095]
    entries = np.array(listed, "<u2" if little else ">u2").tobytes()
    dataset = describe(VOILUTSequence=lut(0, 12, entries, n_entries=11))
    dataset.set_original_encoding(False, little)
    assert shown(np.array([[0, 5, 10]], np.uint16), dataset)[0] == [[0, 0.2498, 1]]


def test_overlay_bits_above_the_stored_ones_are_ignored() -> None:
    pixels, _ = shown(STORED[:, :2] | 0xF000, describe())
    assert pixels == [[0, 0.25], [0.75, 1]]


def test_signed_values_over_the_whole_range() -> None:
    stored = np.array([[-32768, 0, 32767]], np.int16)
    dataset = describe(BitsStored=16, PixelRepresentation=1)
    assert shown(stored, dataset)[0] == [[0, 0.5, 1]]


@pytest.mark.parametrize("kind", [np.uint32, np.float32])
def test_pixels_too_deep_for_a_table(kind: type[np.generic]) -> None:
    stored = np.array([[0, 250_000, 1_000_000]]).astype(kind)
    dataset = describe(BitsAllocated=32, BitsStored=32)
    assert shown(stored, dataset)[0] == [[0, 0.25, 1]]


def test_not_a_number_is_black() -> None:
    stored = np.array([[1, 2, np.nan]], np.float32)
    assert shown(stored, describe(BitsAllocated=32))[0] == [[0, 1, 0]]


def test_colour_becomes_luminance() -> None:
    colours = np.array([[[255, 0, 0], [0, 255, 0], [0, 0, 255], [255, 255, 255]]], np.uint8)
    pixels, notes = shown(colours, describe(PhotometricInterpretation="RGB"))
    assert pixels == [[pytest.approx(level, abs=1e-3) for level in (0.299, 0.587, 0.114, 1)]]
    assert notes == ["colour image turned to grey: hardly a radiograph"]


def test_palette_is_looked_up() -> None:
    dataset = describe(PhotometricInterpretation="PALETTE COLOR", BitsAllocated=8, BitsStored=8)
    for colour in ("Red", "Green", "Blue"):
        setattr(dataset, f"{colour}PaletteColorLookupTableDescriptor", [3, 0, 16])
        entries = np.array([0, 32768, 65535], "<u2").tobytes()
        setattr(dataset, f"{colour}PaletteColorLookupTableData", entries)
    dataset.set_original_encoding(False, True)
    pixels, _ = shown(np.array([[2, 1, 0]], np.uint8), dataset)
    assert pixels == [[1, pytest.approx(0.5, abs=1e-3), 0]]
