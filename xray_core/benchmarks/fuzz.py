"""Damaged files: each must become a film or one clear error, and nothing else.

A child decodes them one after another and reports the outcome of each. When it dies or one file
takes too long, the file is counted as such, and another child resumes with the next. Kind, number
and seed reproduce a file: `python -m xray_core bench fuzz --seed S` gives the same ones.
"""

import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import numpy as np
import psutil

from xray_core.arrays import UInt8Array
from xray_core.benchmarks.mutations import SEEDS, mutate
from xray_core.benchmarks.timing import Row
from xray_core.data.decoding.apart import CUT_SHORT, address_space, limit_memory
from xray_core.data.phantom import make_phantom
from xray_core.errors import XrayError
from xray_core.settings import PROJECT_DIR

FAILURES = ("unexpected", "hangs", "not_finite", "deaths")
"""Outcomes that no file may have."""

LIMIT_S = 5.0
"""Processor time that a file may take, whatever else the machine is doing."""

PATIENCE = 40
"""Factor for the wall clock: a file that only waits hangs, too."""

_FILM_PX = 96
_MAX_EXAMPLES = 5
_CHILD = "from xray_core.benchmarks.fuzz import work; work()"


@dataclass
class _Tally:
    """Outcomes of the files of one kind."""

    kind: str
    n: int = 0
    films: int = 0
    errors: int = 0
    cut_short: int = 0
    unexpected: int = 0
    hangs: int = 0
    not_finite: int = 0
    deaths: int = 0
    slowest_seconds: float = 0.0
    examples: list[dict[str, Any]] = field(default_factory=list)

    def add(self, number: int, outcome: str, seconds: float, what: str = "") -> None:
        self.n += 1
        setattr(self, outcome, getattr(self, outcome) + 1)
        self.cut_short += what.startswith(CUT_SHORT)
        self.slowest_seconds = round(max(self.slowest_seconds, seconds), 3)
        if outcome in FAILURES and len(self.examples) < _MAX_EXAMPLES:
            self.examples.append({"number": number, "outcome": outcome, "what": what})


def bench_fuzz(
    data: Path | None = None, *, count: int = 200, seed: int = 0, limit_s: float = LIMIT_S
) -> list[Row]:
    """Decode damaged files of every kind that films come in.

    Args:
        data: not used; the films are synthetic.
        count: files of each kind.
        seed: of the mutations.
        limit_s: of processor time, after which a file counts as one that hangs.

    Returns:
        A row of each kind with `n`, `films`, `errors` (clear ones, raised on purpose;
        `cut_short` of them because the decoder died or took too long), `unexpected` (any other
        exception), `hangs`, `not_finite` (films of NaN or outside [0, 1]), `deaths` of the process,
        `slowest_seconds` on the clock, and `examples` of failures by their number.
    """
    tallies = {kind: _Tally(kind) for kind in SEEDS}
    todo = [(kind, number) for kind in SEEDS for number in range(count)]
    while todo:
        done = 0
        for outcome, seconds, what in _outcomes(
            len(SEEDS) * count - len(todo), count, seed, limit_s
        ):
            kind, number = todo[done]
            tallies[kind].add(number, outcome, seconds, what)
            done += 1
        todo = todo[done:]
    return [vars(tally) for tally in tallies.values()]


def make_file(kind: str, number: int, seed: int) -> bytes:
    """The damaged file of that kind and number."""
    films = _seeds()
    random = np.random.default_rng((seed, list(SEEDS).index(kind), number))
    return mutate(films[kind], [film for name, film in films.items() if name != kind], random)


def _outcomes(
    start: int, count: int, seed: int, limit_s: float
) -> Iterator[tuple[str, float, str]]:
    """Outcomes of the files from `start` on, as far as one child gets."""
    child = subprocess.Popen(
        [sys.executable, "-c", _CHILD, str(start), str(count), str(seed)],
        cwd=PROJECT_DIR,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    stream = child.stdout
    if stream is None:
        raise OSError
    try:
        for _ in range(start, len(SEEDS) * count):
            began = time.perf_counter()
            line, late = _line_within(child, stream, limit_s)
            if not line:
                yield ("hangs" if late else "deaths"), time.perf_counter() - began, ""
                return
            outcome, what = json.loads(line)
            yield outcome, time.perf_counter() - began, what
    finally:
        child.kill()
        stream.close()
        child.wait()


def _line_within(
    child: "subprocess.Popen[bytes]", stream: IO[bytes], limit_s: float
) -> tuple[bytes, bool]:
    """The next line; empty where the child died, or was ended because it took too long."""
    done, late = threading.Event(), threading.Event()

    def watch() -> None:
        if done.wait(0.5):
            return  # as nearly all are
        began, used = time.monotonic(), _processor_time(child.pid)
        while not done.wait(0.5):
            waited = time.monotonic() - began
            if _processor_time(child.pid) - used > limit_s or waited > PATIENCE * limit_s:
                late.set()
                child.kill()
                return

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        return stream.readline(), late.is_set()
    finally:
        done.set()
        watcher.join()


def _processor_time(pid: int) -> float:
    """Seconds that a process and those that it started have computed; 0 when it is gone."""
    try:
        process = psutil.Process(pid)
        family = [process, *process.children(recursive=True)]
        return sum(sum(member.cpu_times()[:2]) for member in family)
    except psutil.Error:
        return 0.0


def work() -> None:
    """What a child does: decode files from one on, and write a line on each."""
    start, count, seed = map(int, sys.argv[1:4])
    limit_memory(address_space())
    todo = [(kind, number) for kind in SEEDS for number in range(count)]
    for kind, number in todo[start:]:
        sys.stdout.write(json.dumps(_outcome(make_file(kind, number, seed))) + "\n")
        sys.stdout.flush()


def _outcome(data: bytes) -> tuple[str, str]:
    from xray_core.data.decoding.images import decode_image

    try:
        film = decode_image(data, "film")
    except XrayError as error:
        return "errors", error.what
    except Exception as error:
        return "unexpected", f"{type(error).__name__}: {error}"
    low, high = film.pixels.min(), film.pixels.max()
    return ("films", "") if low >= 0 and high <= 1 else ("not_finite", f"{low} to {high}")


_films: dict[str, bytes] = {}


def _seeds() -> dict[str, bytes]:
    """The undamaged files, drawn once."""
    if not _films:
        levels: UInt8Array = np.rint(make_phantom("covid", 0, size_px=_FILM_PX).image * 255).astype(
            np.uint8
        )
        _films.update({kind: write(levels) for kind, write in SEEDS.items()})
    return _films
