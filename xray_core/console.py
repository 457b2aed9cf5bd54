"""How a command reports: results on standard output, progress and errors on standard error."""

import json
import os
import re
import sys
import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from io import TextIOWrapper
from pathlib import Path
from typing import Any

from xray_core.errors import XrayError
from xray_core.evaluation.probability import probability_text

MAX_WORDS = 2000
_PATH = re.compile(r"(?<![\w.])(?:[A-Za-z]:)?[/\\]\w[^\s'\"]*")


def run_command(command: Callable[[], int | None]) -> int:
    """Run a command; a mistake of the user's becomes one line, never a traceback.

    Returns:
        Exit status: what the command returns or 0; 2 after a mistake of the user's; 130 when
        interrupted.
    """
    try:
        status = command() or 0
        sys.stdout.flush()
    except XrayError as error:
        return _fail(str(error))
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return 130
    except BrokenPipeError:  # the reader of the output has gone, as with `head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:  # a missing folder, no right to write, a full disk
        what, where = error.strerror or str(error), error.filename or ""
        return _fail(
            str(XrayError(f"{what}.", where=str(where), fix="Check path and permissions."))
        )
    return status


def describe_defect(error: BaseException) -> str:
    """Where a defect of this program lies, without any path of this machine."""
    lines = [
        f"  {'/'.join(Path(file).parts[-2:])}:{line} in {name}: {code}"
        for file, line, name, code in traceback.extract_tb(error.__traceback__)
    ]
    words = _PATH.sub("<path>", str(error))[:MAX_WORDS]
    return "\n".join([*lines, f"{type(error).__name__}: {words}"])


def load_tensorflow() -> None:
    """Import TensorFlow without the lines it writes to standard error, but for errors.

    Its native code writes on import; its Python warns of functions that are traced anew, which
    every layer and method must be.
    """
    kept = os.dup(2)
    try:
        with Path(os.devnull).open("wb") as nothing:
            os.dup2(nothing.fileno(), 2)
            import tensorflow
    finally:
        os.dup2(kept, 2)
        os.close(kept)
    tensorflow.get_logger().setLevel("ERROR")


def print_json(content: Any) -> None:
    """Print JSON on standard output, as UTF-8 wherever it goes."""
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8")
    print(json.dumps(content, indent=1, ensure_ascii=False))


def print_answers(answers: Sequence[Mapping[str, Any]]) -> None:
    """Print what `predict` found, one line per file; errors go to standard error."""
    for answer in answers:
        if answer["error"]:
            print(f"error: {answer['error']}", file=sys.stderr)
            continue
        pairs = sorted((answer["probabilities"] or {}).items(), key=lambda pair: -pair[1])
        words = ", ".join(f"{name} {probability_text(p)}" for name, p in pairs)
        print(f"{answer['file']}: {words or 'no answer'}")
        for line in gate_lines(answer["gate"]):
            print(line)
        print_notes(answer["notes"], answer["warnings"])


def gate_lines(gate: Mapping[str, Any]) -> list[str]:
    """What the gate found, a line each, from `GateResult.as_json`."""
    lines = [f"    gate: {finding['words']}" for finding in gate["findings"]]
    if not gate["passed"]:
        anyway = "answered all the same" if gate["overridden"] else "--answer-anyway answers it"
        lines.append(f"    gate: no upright frontal chest film; {anyway}")
    return lines


def print_notes(notes: Sequence[str], warnings: Sequence[str]) -> None:
    """Print how a film was read, one line per note; warnings are marked."""
    for note in notes:
        start = "WARNING, look at the film" if note in warnings else "how it was read"
        print(f"    {start}: {note}")


class Progress:
    """A progress bar on standard error, only on a terminal.

    As a context it gives a function that takes (films done, films in all).
    """

    def __init__(self, words: str) -> None:
        from tqdm import tqdm

        self._bar = tqdm(desc=words, unit=" films", disable=None, leave=False, file=sys.stderr)

    def __enter__(self) -> Callable[[int, int], None]:
        def update(done: int, total: int) -> None:
            self._bar.total = total
            self._bar.update(done - self._bar.n)

        return update

    def __exit__(self, *_: object) -> None:
        self._bar.close()


class StepProgress:
    """A progress bar for work in several steps, on standard error, only on a terminal.

    As a context it gives a function that takes (step in words, done of it, in all).

    Attributes:
        seconds: step in words -> what it took, on a terminal or not.
        processor_seconds: the same of the processor, all cores together.
    """

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self.processor_seconds: dict[str, float] = {}
        self._since = time.perf_counter(), time.process_time()
        self._step = ""
        self._bar: Progress | None = None
        self._update: Callable[[int, int], None] = lambda done, total: None

    def __enter__(self) -> Callable[[str, int, int], None]:
        def update(step: str, done: int, total: int) -> None:
            if step != self._step:
                self._close()
                self._step, self._bar = step, Progress(step)
                self._update = self._bar.__enter__()
            self._update(done, total)
            self._count()

        return update

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._close()
            self._count()

    def _close(self) -> None:
        if self._bar is not None:
            self._bar.__exit__()

    def _count(self) -> None:
        """What passed since something was done last went into this step."""
        now = time.perf_counter(), time.process_time()
        kept = self.seconds, self.processor_seconds
        for taken, since, until in zip(kept, self._since, now, strict=True):
            taken[self._step] = taken.get(self._step, 0.0) + until - since
        self._since = now


def _fail(line: str) -> int:
    print(f"error: {line}", file=sys.stderr)
    return 2
