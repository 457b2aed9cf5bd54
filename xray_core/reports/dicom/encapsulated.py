"""The report as PDF, inside a DICOM object."""

from datetime import datetime

from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.sr.codedict import codes
from pydicom.uid import EncapsulatedPDFStorage, ExplicitVRLittleEndian

from xray_core.reports.dicom.made_by import DOCUMENT, equipment, place_in
from xray_core.reports.dicom.source import CHARACTERS, Source


def encapsulated_pdf(pdf: bytes, source: Source) -> Dataset:
    """A PDF as an object of the source's study.

    Args:
        pdf: the whole file.
        source: whose study it joins. Unless that image says that no text is burned into it, the
            copy of the film in the report may name the patient, and the object says so.
    """
    place, device, now = place_in(DOCUMENT), equipment(), datetime.now()
    found = Dataset()
    found.file_meta = FileMetaDataset()
    found.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    found.file_meta.MediaStorageSOPClassUID = EncapsulatedPDFStorage
    found.file_meta.MediaStorageSOPInstanceUID = place["sop_instance_uid"]
    found.SpecificCharacterSet = CHARACTERS
    found.SOPClassUID, found.SOPInstanceUID = EncapsulatedPDFStorage, place["sop_instance_uid"]
    found.ContentQualification = device["content_qualification"]
    source.join(found)
    found.Modality, found.ConversionType = "DOC", "WSD"
    found.SeriesInstanceUID, found.SeriesNumber = place["series_instance_uid"], DOCUMENT.number
    found.SeriesDescription, found.InstanceNumber = DOCUMENT.description, 1
    found.Manufacturer = device["manufacturer"]
    found.ManufacturerModelName = device["manufacturer_model_name"]
    found.SoftwareVersions = device["software_versions"]
    found.ContentDate, found.ContentTime = now.strftime("%Y%m%d"), now.strftime("%H%M%S")
    found.InstanceCreationDate, found.InstanceCreationTime = found.ContentDate, found.ContentTime
    found.AcquisitionDateTime = ""
    found.BurnedInAnnotation = source.tags.get("BurnedInAnnotation") or "YES"
    found.DocumentTitle = DOCUMENT.description
    found.ConceptNameCodeSequence = [_title()]
    found.SourceInstanceSequence = [_reference(source)]
    found.MIMETypeOfEncapsulatedDocument = "application/pdf"
    found.EncapsulatedDocumentLength = len(pdf)
    found.EncapsulatedDocument = pdf + b"\0" * (len(pdf) % 2)
    return found


def _title() -> Dataset:
    title = codes.DCM.ImagingMeasurementReport
    item = Dataset()
    item.CodeValue, item.CodingSchemeDesignator = title.value, title.scheme_designator
    item.CodeMeaning = title.meaning
    return item


def _reference(source: Source) -> Dataset:
    item = Dataset()
    item.ReferencedSOPClassUID = source.tags.SOPClassUID
    item.ReferencedSOPInstanceUID = source.tags.SOPInstanceUID
    if source.frame:
        item.ReferencedFrameNumber = source.frame
    return item
