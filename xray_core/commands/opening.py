"""What several commands open: the runs and the films that were named."""

import argparse
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from xray_core.errors import ImageReadError

if TYPE_CHECKING:
    from xray_core.data.decoding.images import Film
    from xray_core.data.records import Manifest
    from xray_core.opinion.gate import GateResult
    from xray_core.runs.store import Run

Arguments = argparse.Namespace


def open_runs(arguments: Arguments) -> "tuple[Run, ...]":
    """The runs that were named, each once."""
    from xray_core.runs.store import open_run

    opened = [open_run(ref, arguments.models_dir) for ref in arguments.run]
    return tuple({run.id: run for run in opened}.values())


def scan_all(arguments: Arguments, progress: Callable[[int, int], None]) -> "Manifest":
    """The films of all data sets that were named with --data."""
    from xray_core.data.records import combine_manifests
    from xray_core.data.scan import scan

    return combine_manifests(
        scan(
            path,
            reader=arguments.reader,
            one_finding=arguments.one_finding,
            progress=progress,
        )
        for path in arguments.data
    )


class NamedFilm(NamedTuple):
    """A film that was named on the command line.

    Attributes:
        path: of its file as it was named; of a film in a ZIP archive `folder/films.zip/a.png`.
        name: of its file, without folder.
        content: its bytes, or why there are none.
    """

    path: str
    name: str
    content: bytes | ImageReadError


def each_film(paths: Iterable[Path]) -> Iterator[NamedFilm]:
    """The films of some files and ZIP archives, read as they are asked for.

    What was left out of an archive is counted on standard error.
    """
    from xray_core.data.archives import films_of_upload
    from xray_core.data.decoding.images import read_file

    for path in paths:
        named = path.as_posix()
        try:
            films = films_of_upload(path.name, read_file(path))
        except ImageReadError as error:
            yield NamedFilm(named, path.name, error)
            continue
        for name, content in films:
            inside = films.is_archive and name != path.name
            yield NamedFilm(f"{named}/{name}" if inside else named, name, content)
        if left_out := films.left_out_words():
            print(f"{path.name}: {left_out}", file=sys.stderr)


def decoded(
    content: bytes | ImageReadError, name: str, arguments: Arguments
) -> "tuple[Film, bytes]":
    """A film that was named, in the window that was asked for, and the bytes of its file.

    Raises:
        DataError: it cannot be read, or offers no such window.
    """
    from xray_core.data.decoding.dicom_windows import window_named
    from xray_core.data.decoding.images import decode_image

    if isinstance(content, ImageReadError):
        raise content
    window = window_named(content, name, arguments.window)
    return decode_image(content, name, window=window), content


def gate_of(film: "Film", data: bytes, name: str, arguments: Arguments) -> "GateResult":
    """What the gate finds on a film and in its file, overridden where that was asked for."""
    from xray_core.data.film_facts import facts_of
    from xray_core.opinion.gate import check

    gate = check(film, facts_of(data, name))
    return gate.answer_anyway() if arguments.answer_anyway else gate
