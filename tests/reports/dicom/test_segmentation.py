"""The segmentation lies on the pixels of the source, whatever was done to the film."""

import numpy as np
import pytest
from highdicom.seg import Segmentation
from pydicom.dataset import Dataset
from pydicom.uid import CTImageStorage

from tests.reports.dicom.films import COLUMNS, ROWS, corner_map, dicom_film, sure
from xray_core.data.decoding.images import Film, read_film
from xray_core.opinion.gate import invert, turn_upright
from xray_core.reports.dicom.objects import _shown
from xray_core.reports.dicom.segmentation import evidence_segments, inside
from xray_core.reports.dicom.source import Source, tags_of


def source_of(data: bytes, turned: int = 0) -> Source:
    tags = tags_of(data)
    assert tags is not None
    return Source(tags, turned=turned)


def segmented(data: bytes, film: Film, turned: int = 0) -> Dataset:
    dataset, _ = evidence_segments(_shown(sure(film, turned=turned)), source_of(data, turned))
    return dataset


@pytest.mark.parametrize("turned", [0, 90, 180, 270])
@pytest.mark.parametrize(
    ("kind", "photometric"),
    [("CR", "MONOCHROME2"), ("CR", "MONOCHROME1"), ("DX", "MONOCHROME2")],
)
def test_a_planted_corner_is_found_on_the_pixels_of_the_source(
    kind: str, photometric: str, turned: int
) -> None:
    data = dicom_film(kind, photometric=photometric)
    film = read_film(data)
    assert film.pixels[5, 3] > film.pixels[40, 3]  # the bright corner, whichever the grey scale
    if turned:
        film = turn_upright(film, turned)
    dataset = segmented(data, film, turned)
    assert (dataset.Rows, dataset.Columns, dataset.NumberOfFrames) == (ROWS, COLUMNS, 2)
    assert dataset.PatientOrientation == ["L", "F"]
    found = Segmentation.from_dataset(dataset).pixel_array.astype(bool)
    np.testing.assert_array_equal(found[0], found[1])
    planted = np.zeros((ROWS, COLUMNS), bool)
    planted[:12, :8] = True
    together = (found[0] & planted).sum() / (found[0] | planted).sum()
    assert together > 0.75
    assert not found[0][16:].any()
    assert not found[0][:, 12:].any()


def test_inverted_greys_move_nothing() -> None:
    data = dicom_film()
    film = read_film(data)
    np.testing.assert_array_equal(
        segmented(data, film).pixel_array, segmented(data, invert(film)).pixel_array
    )


def test_a_film_reduced_after_it_was_read_is_laid_over_all_of_the_source() -> None:
    values = np.zeros((7, 5), np.float32)
    values[-1, -1] = 1
    found = inside(values, source_of(dicom_film()))
    assert found.shape == (ROWS, COLUMNS)
    assert found[-1, -1]
    assert not found[: ROWS // 2].any()


def test_each_segment_is_coded_and_names_its_model(
    written: dict[str, Dataset], source_data: bytes
) -> None:
    first, second = written["evidence"].SegmentSequence
    assert first.SegmentLabel == "Evidence for COVID-19, First"
    assert second.SegmentAlgorithmName == "Second"
    kind = first.SegmentedPropertyTypeCodeSequence[0]
    assert (kind.CodeValue, kind.CodingSchemeDesignator) == ("EVIDENCE", "99THORAXLENS")
    assert kind.SegmentedPropertyTypeModifierCodeSequence[0].CodeValue == "840539006"
    (algorithm,) = first.SegmentationAlgorithmIdentificationSequence
    assert "weights_sha256=0123456789ab" in algorithm.AlgorithmParameters
    assert "inside_from_share_of_maximum=0.5" in algorithm.AlgorithmParameters
    for frame in written["evidence"].PerFrameFunctionalGroupsSequence:
        (image,) = frame.DerivationImageSequence[0].SourceImageSequence
        assert image.ReferencedSOPInstanceUID == source_of(source_data).tags.SOPInstanceUID
        assert "ReferencedFrameNumber" not in image


def test_the_map_of_a_turned_film_has_the_planted_corner_elsewhere() -> None:
    assert corner_map(turned=90)[0, -1] == 2
    assert corner_map(turned=90)[0, 0] == 0


def test_segments_lie_on_radiographs_of_one_frame_alone() -> None:
    source = source_of(dicom_film())
    assert source.is_film
    source.tags.NumberOfFrames = 2
    assert not source.is_film
    assert not source_of(dicom_film(SOPClassUID=CTImageStorage)).is_film
