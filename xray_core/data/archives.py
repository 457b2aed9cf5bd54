"""Films out of a ZIP archive in memory, one at a time, within bounds; nothing is written to disk.

    bytes -> directory, checked as a whole -> each entry: film, or why not, or left out

What is no film is left out and counted: folders, hidden files, `__MACOSX`, viewers and texts that
hospitals put beside the films. An entry that is damaged, too large or suspicious gives its reason,
and the others are read all the same.
"""

import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from io import BytesIO
from pathlib import PurePosixPath, PureWindowsPath
from typing import NamedTuple

from xray_core.data.decoding.formats import READABLE, is_film
from xray_core.data.decoding.images import content_id
from xray_core.data.decoding.limits import check_bytes
from xray_core.errors import ImageReadError, ImageTooLargeError
from xray_core.settings import get_settings

_MAGIC = (b"PK\x03\x04", b"PK\x05\x06")  # a first entry, or an archive without any
_DIRECTORY_ENTRY = b"PK\x01\x02"
_ENTRIES_PER_FILM = 20  # in the directory, read or not: more make it slow to list
_READ_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # others may ask for any memory
_ENCRYPTED = 0x1 | 0x40  # flag bits
_TRUSTED_BYTES = 2**20  # up to here any compression is allowed
_MOST_NAME = 255
_HEAD = 512
_LOCAL_HEADER = 30  # bytes of an entry before its name
_OFFICE = "[Content_Types].xml"

# What `zipfile` and `zlib` raise on damaged bytes.
_DAMAGE = (
    *(zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError),
    *(ValueError, RuntimeError, LookupError),
)


class UploadedFilm(NamedTuple):
    """A file by its name, with its bytes or why there are none."""

    name: str
    content: bytes | ImageReadError


def films_of_upload(name: str, data: bytes) -> "UploadedFilms":
    """The films of an uploaded file: itself, or those in a ZIP archive, read as they are asked for.

    >>> for film in films_of_upload("film.png", b"..."):
    ...     print(film.name, len(film.content))
    film.png 3

    Args:
        name: of the file; folders in it are left out.
        data: the whole file; its content says whether it is an archive.
    """
    return UploadedFilms(name, data)


class UploadedFilms:
    """What `films_of_upload` gives, to loop over.

    Attributes:
        name: of the uploaded file.
        n_left_out: entries of an archive that are no films, as far as it was read.
        n_copies: entries with the same bytes as one before, as far as it was read; left out, too.
    """

    def __init__(self, name: str, data: bytes) -> None:
        self.name = PureWindowsPath(name).name
        self._data = data
        self.n_left_out = 0
        self.n_copies = 0

    @property
    def is_archive(self) -> bool:
        """Whether the file is a ZIP archive, by its content."""
        return self._data.startswith(_MAGIC)

    def left_out_words(self) -> str:
        """What was left out so far, in words; "" for nothing."""
        others = "files that are no films" if self.n_left_out > 1 else "file that is no film"
        copies = "copies" if self.n_copies > 1 else "copy"
        counts = ((self.n_left_out, others), (self.n_copies, copies))
        parts = [f"{number} {words}" for number, words in counts if number]
        return f"left out: {', '.join(parts)}" if parts else ""

    def __iter__(self) -> Iterator[UploadedFilm]:
        self.n_left_out = self.n_copies = 0
        if not self.is_archive:
            yield UploadedFilm(self.name, self._data)
            return
        try:
            with self._open() as archive:
                yield from self._entries(archive)
        except ImageReadError as error:
            yield UploadedFilm(self.name, error)

    def _open(self) -> zipfile.ZipFile:
        """The archive, its directory read and checked.

        Raises:
            ImageReadError: it is damaged, has too many entries, or is an Office document.
        """
        limit = get_settings().max_archive_files * _ENTRIES_PER_FILM
        if self._data.count(_DIRECTORY_ENTRY) > limit:
            raise self._too_many(f"It has more than {limit:,} entries")
        try:
            archive = zipfile.ZipFile(BytesIO(self._data))
        except _DAMAGE as error:
            raise ImageReadError(
                "The ZIP archive is damaged: it has no readable directory.",
                where=self.name,
                fix="Pack or download it again.",
            ) from error
        if _OFFICE in archive.NameToInfo:
            raise ImageReadError(
                "The content is an Office document, not an archive of films.",
                where=self.name,
                fix=f"Save the films from it as {READABLE}.",
            )
        return archive

    def _entries(self, archive: zipfile.ZipFile) -> Iterator[UploadedFilm]:
        limits, entries = get_settings(), archive.infolist()
        overlapping = _overlapping(entries)
        names: set[str] = set()
        contents: set[str] = set()
        n_bytes = n_films = 0
        for entry in entries:
            if entry.is_dir() or _is_hidden(entry.filename):
                self.n_left_out += 1
                continue
            name, content = _shown(entry.filename), self._content(archive, entry, names)
            if entry.header_offset in overlapping:
                content = _refusal(name, "It lies over another entry of the ZIP archive.")
            if content is None:
                self.n_left_out += 1
                continue
            n_films += 1
            if n_films > limits.max_archive_files:
                raise self._too_many(f"It holds more than {limits.max_archive_files:,} films")
            if isinstance(content, bytes):
                n_bytes += len(content)
                if n_bytes > limits.max_archive_bytes:
                    megabytes = limits.max_archive_bytes / 2**20
                    raise self._too_many(f"It inflates to more than {megabytes:,.0f} MB")
                if (code := content_id(content)) in contents:
                    self.n_copies += 1
                    continue
                contents.add(code)
            yield UploadedFilm(name, content)

    def _content(
        self, archive: zipfile.ZipFile, entry: zipfile.ZipInfo, names: set[str]
    ) -> bytes | ImageReadError | None:
        """The bytes of a film, why it is refused, or None for what is no film."""
        name = _shown(entry.filename)
        wrong = _wrong_with(entry)
        if not wrong and entry.filename in names:
            wrong = "A file of this name came before in the ZIP archive."
        names.add(entry.filename)
        if wrong:
            return _refusal(name, wrong)
        try:
            check_bytes(max(1, entry.file_size), name)  # an empty file is the decoder's to refuse
            with archive.open(entry) as file:
                head = file.read(_HEAD)
                if head.startswith(_MAGIC):
                    return _refusal(name, "A ZIP archive within a ZIP archive is not read.")
                if not is_film(PurePosixPath(name), head):
                    return None
                return head + file.read()  # never more than the size in the directory
        except ImageReadError as error:
            return error
        except _DAMAGE:
            return _refusal(name, "It is damaged in the ZIP archive.")

    def _too_many(self, what: str) -> ImageTooLargeError:
        return ImageTooLargeError(
            f"{what}; the rest of the ZIP archive is not read.",
            where=self.name,
            fix="Pack fewer, or raise XRAY_MAX_ARCHIVE_FILES or XRAY_MAX_ARCHIVE_MEGABYTES.",
        )


def _refusal(name: str, what: str) -> ImageReadError:
    return ImageReadError(what, where=name, fix="Give the film by itself, or pack it again.")


def _wrong_with(entry: zipfile.ZipInfo) -> str:
    """Why an entry is not even opened; "" where nothing speaks against it."""
    if not _is_safe(entry.filename):
        return (
            "Its name in the ZIP archive leads out of it, or has characters that cannot be shown."
        )
    if entry.flag_bits & _ENCRYPTED:
        return "It is encrypted: unpack the ZIP archive with its password first."
    if entry.compress_type not in _READ_METHODS:
        return "It is packed by a method other than Deflate, which is not read."
    ratio = entry.file_size / max(1, entry.compress_size)
    if entry.file_size > _TRUSTED_BYTES and ratio > get_settings().max_archive_ratio:
        return f"It inflates to {ratio:,.0f} times its size: no film does."
    return ""


def _is_safe(name: str) -> bool:
    """Whether a name is relative, stays in its folder and can be displayed."""
    windows = PureWindowsPath(name)
    return (
        0 < len(name) <= _MOST_NAME
        and not windows.drive
        and not windows.root
        and ".." not in windows.parts
        and not any(unicodedata.category(letter) in ("Cc", "Cf", "Cs") for letter in name)
    )


def _shown(name: str) -> str:
    """A name of an entry as it may be displayed: safe ones as they are, others without folders."""
    if _is_safe(name):
        return name.replace("\\", "/")
    plain = "".join(c for c in name if not unicodedata.category(c).startswith("C"))
    return PureWindowsPath(plain).name[-_MOST_NAME:] or "unnamed"


def _is_hidden(name: str) -> bool:
    """What macOS and other systems put beside the files: hidden ones, and `__MACOSX`."""
    parts = PureWindowsPath(name).parts
    hidden = any(part.startswith(".") and part not in ("..", ".") for part in parts)
    return hidden or "__MACOSX" in parts


def _overlapping(entries: Sequence[zipfile.ZipInfo]) -> set[int]:
    """Offsets of entries that share compressed bytes with another, as bombs of small size do."""
    found: set[int] = set()
    end, last = -1, -1
    for entry in sorted(entries, key=lambda entry: entry.header_offset):
        if entry.header_offset < end or entry.header_offset == last:
            found |= {entry.header_offset, last}
        last = entry.header_offset
        end = max(end, last + _LOCAL_HEADER + entry.compress_size)
    return found
