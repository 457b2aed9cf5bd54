"""What a DICOM object without a picture is, by its storage class."""

from pydicom.uid import UID

_FILM_ITSELF = "Give the file of the film itself: it lies in the same study."
_KINDS = (  # a part of the class's name in pydicom's dictionary, what it is, what to do
    ("Encapsulated", "a document", "If the document shows the film, export that as DICOM or PNG."),
    (" SR", "a structured report", _FILM_ITSELF),
    ("Key Object Selection", "a list of key images", _FILM_ITSELF),
    ("Presentation State", "a way to show an image, not the image", _FILM_ITSELF),
    ("Structure Set", "contours for radiotherapy", _FILM_ITSELF),
    ("Surface Segmentation", "a surface of an organ", _FILM_ITSELF),
    ("RT ", "a plan or record of radiotherapy", _FILM_ITSELF),
    ("Waveform", "a waveform, such as an ECG", _FILM_ITSELF),
    ("Spectroscopy", "a spectrum", _FILM_ITSELF),
    ("Raw Data", "raw data of a scanner", _FILM_ITSELF),
    ("Directory", "the index of a medium", "Give the files that it lists."),
)


def kind_without_picture(sop_class: str) -> tuple[str, str]:
    """What an object of that storage class is, and what to do; both "" where that is not known.

    >>> kind_without_picture("1.2.840.10008.5.1.4.1.1.88.11")[0]
    'a structured report'

    Args:
        sop_class: the unique identifier of the class.
    """
    name = UID(sop_class).name
    return next(((what, fix) for part, what, fix in _KINDS if part in name), ("", ""))
