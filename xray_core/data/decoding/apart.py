"""Decoding in a separate process, with limited memory and processor time.

Decoders written in C hold Python's lock for seconds, swell, hang, or end their process. What could
do so is sent to a child that runs the same code (`decoding.decode_here`). The system ends a child
that takes too long; the file is then refused and the next one gets a fresh child. A child that
answered waits for the next film, because starting one takes as long as decoding several.

    parent:  {"name": ..., "n_bytes": ..., limits} \\n  file        ->  child
    child:   {"shape": ..., "dtype": ..., "notes": ...} \\n  pixels  ->  parent

Where the system can limit neither (Windows), only the wall clock stops a child.
"""

import atexit
import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from xray_core import errors
from xray_core.data.decoding.greys import Notes
from xray_core.errors import ImageReadError
from xray_core.settings import PROJECT_DIR, Settings, get_settings, using_settings

CUT_SHORT = ("Decoding it takes", "The image data are damaged: the decoder stopped early.")
"""How the errors begin for a file whose child was stopped, or died."""

_CHILD = "from xray_core.data.decoding.apart import serve; serve()"
_ONE_THREAD = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
_LIMITS = ("max_file_bytes", "max_pixels", "max_decode_seconds")
_BASE_BYTES = 256 * 2**20
_BYTES_A_PIXEL = 5  # of the largest film: its grey levels and the film made of them
# Seconds on the clock for each of processor time. Elsewhere the system itself ends what computes
# too long, and this is for what only waits, on a machine with much to do.
_WAIT = 4 if sys.platform == "win32" else 60
_SECONDS_A_MEGABYTE = 0.3  # of a picture that is coded bit by bit, such as JPEG 2000

_PIPE_BYTES = 2**20  # where the system lets them be chosen: fewer turns for the same film

_seconds = 0.0  # of processor time per film; above 0 in a child only


def decode_apart(
    data: bytes, name: str, *, as_mask: bool = False, window: str = ""
) -> tuple[NDArray[Any], Notes]:
    """What `decoding.decode_here` gives, computed in a child.

    Returns:
        uint8 grey levels or float32 in [0, 1], both (height, width), and the notes of `Film`;
        any values for a mask.

    Raises:
        ImageReadError: as `decoding.decode`; too slow; or the decoder crashed on the file.
        ImageTooLargeError: over the limit on bytes, pixels or memory.
    """
    seconds = get_settings().max_decode_seconds
    with _slots, _borrowed(name) as child:
        wait = _WAIT * (seconds + _SECONDS_A_MEGABYTE * len(data) / 2**20)
        clock = threading.Timer(wait, child.kill)
        clock.daemon = True
        clock.start()
        try:
            how = {"as_mask": as_mask, "window": window}
            request = {"name": name, "how": how, "n_bytes": len(data)}
            answer, pixels = _ask(child, request, data)
        except (OSError, EOFError, ValueError):
            child.kill()
            raise _died(child.wait(), name, seconds, timed_out=not clock.is_alive()) from None
        finally:
            clock.cancel()
    if pixels is None:
        kind = getattr(errors, answer["error"])
        raise kind(answer["what"], where=answer["where"], fix=answer["fix"])
    notes = Notes()
    notes.extend(answer["notes"])
    notes.grave.extend(answer["grave"])
    return pixels, notes


def allow_more(n_bytes: int) -> None:
    """Allow the film in a child the time that this many bytes coded bit by bit take."""
    _set_clock(_seconds + _SECONDS_A_MEGABYTE * n_bytes / 2**20)


def _ask(
    child: "subprocess.Popen[bytes]", request: dict[str, Any], data: bytes
) -> tuple[dict[str, Any], NDArray[Any] | None]:
    to_child, from_child = child.stdin, child.stdout
    if to_child is None or from_child is None:
        raise EOFError
    settings = get_settings()
    limits = {name: getattr(settings, name) for name in _LIMITS}
    to_child.write(json.dumps(request | {"limits": limits}).encode() + b"\n")
    to_child.write(data)
    to_child.flush()
    answer = json.loads(from_child.readline())
    if "error" in answer:
        return answer, None
    pixels = np.empty(answer["shape"], answer["dtype"])
    _fill(from_child, pixels)
    return answer, pixels


def _fill(stream: IO[bytes], pixels: NDArray[Any]) -> None:
    rest = pixels.reshape(-1).view(np.uint8).data
    while rest:
        n_read = stream.readinto(rest)  # type: ignore[attr-defined]
        if not n_read:
            raise EOFError
        rest = rest[n_read:]


def _died(status: int, name: str, seconds: float, *, timed_out: bool) -> ImageReadError:
    if timed_out or (sys.platform != "win32" and status == -signal.SIGPROF):
        return ImageReadError(
            f"{CUT_SHORT[0]} more than {seconds:g} s of processor time.",
            where=name,
            fix="Save it again as PNG, or raise XRAY_MAX_DECODE_SECONDS.",
        )
    return ImageReadError(
        CUT_SHORT[1],
        where=name,
        fix="Copy or export the file again.",
    )


# The children that wait for a film, and how many may work at the same time.
_idle: "list[subprocess.Popen[bytes]]" = []
_lock = threading.Lock()
_slots = threading.BoundedSemaphore(max(2, os.cpu_count() or 1))


@contextlib.contextmanager
def _borrowed(name: str) -> "Iterator[subprocess.Popen[bytes]]":
    """A live child; it is kept for the next film unless this one killed it."""
    child = None
    with _lock:
        while _idle and child is None:
            child = _idle.pop()
            child = child if child.poll() is None else None
    try:
        child = child or _start()
    except OSError as error:
        raise ImageReadError(
            f"The process that decodes could not be started: {error.strerror}.",
            where=name,
            fix="Check how much memory and how many processes are free.",
        ) from error
    try:
        yield child
    except BaseException:
        child.kill()
        child.wait()
        _close(child)
        raise
    with _lock:
        _idle.append(child)


def _start() -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [sys.executable, "-c", _CHILD],
        cwd=PROJECT_DIR,
        env=os.environ | _ONE_THREAD,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        pipesize=_PIPE_BYTES,
    )


def _close(child: "subprocess.Popen[bytes]") -> None:
    for stream in (child.stdin, child.stdout):
        if stream:
            with contextlib.suppress(OSError):
                stream.close()


def _forget() -> None:
    """A process made by `fork` must not speak with the children of its parent."""
    _idle.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget)


@atexit.register
def close_children() -> None:
    """End the children that wait."""
    with _lock:
        while _idle:
            child = _idle.pop()
            _close(child)
            child.wait()


def serve() -> None:
    """What a child does: decode one film after another until the parent is gone."""
    from xray_core.data.decoding import dicom  # noqa: F401 - loaded before the clock runs
    from xray_core.data.decoding import pictures as decoding  # noqa: F401 - loaded before the clock runs

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides
    source = sys.stdin.buffer
    target = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a decoder prints must not come between
    before = address_space()
    while line := source.readline():
        request = json.loads(line)
        data = source.read(request["n_bytes"])
        with using_settings(replace(Settings(), **request["limits"])):
            limit_memory(before)
            answer, pixels = _answer(data, request["name"], request["how"])
        target.write(json.dumps(answer).encode() + b"\n")
        if pixels is not None:
            target.write(np.ascontiguousarray(pixels).data)
        target.flush()
        del data, pixels


def _answer(
    data: bytes, name: str, how: dict[str, Any]
) -> tuple[dict[str, Any], NDArray[Any] | None]:
    from xray_core.data.decoding import pictures as decoding

    global _seconds  # noqa: PLW0603
    _seconds = get_settings().max_decode_seconds
    _set_clock(_seconds)
    try:
        picture, notes = decoding.decode_here(data, name, **how)
        pixels = np.asarray(picture)
    except ImageReadError as error:
        words = {"what": error.what, "where": error.where, "fix": error.fix}
        return {"error": type(error).__name__, **words}, None
    finally:
        _set_clock(0)
    facts = {"shape": pixels.shape, "dtype": pixels.dtype.str}
    return facts | {"notes": notes, "grave": notes.grave}, pixels


def _set_clock(seconds: float) -> None:
    """Have the system end this child after that many seconds of processor time; 0 for never."""
    if _seconds and sys.platform != "win32":
        signal.setitimer(signal.ITIMER_PROF, seconds)


def _memory() -> int:
    return _BASE_BYTES + _BYTES_A_PIXEL * get_settings().max_pixels


def address_space() -> int:
    """Bytes of this process's address space; 0 where the system does not say (then no limit)."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    except OSError:
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")


def limit_memory(before: int) -> None:
    """Let this process take as much memory as a film may, beyond what it had before."""
    if before and sys.platform != "win32":
        import resource

        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_AS, (before + _memory(), hard))
