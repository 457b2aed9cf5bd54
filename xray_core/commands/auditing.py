"""The command that audits data sets."""

import argparse
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xray_core.arguments import file_to_write, json_option, reader_option, takes
from xray_core.console import StepProgress, load_tensorflow, print_json

if TYPE_CHECKING:
    from xray_core.audit.finding import AuditReport

Arguments = argparse.Namespace
_FAILED = 1
_MOST_NAMED = 3


def _audit_options(sub: Any) -> None:
    from xray_core.audit.finding import GROUPS_OF_KINDS

    sub.add_argument("data", type=Path, nargs="+", help="folders or index files")
    sub.add_argument(
        "--fail-on",
        action="append",
        choices=tuple(GROUPS_OF_KINDS),
        default=[],
        help="exit with status 1 where such a thing is found; may be repeated",
    )
    sub.add_argument(
        "--divide",
        type=file_to_write,
        metavar="CSV",
        help="write an honest division: an index of the films, for --keep-own-split",
    )
    reader_option(sub)
    json_option(sub)


@takes(_audit_options)
def audit(arguments: Arguments) -> int:
    """Find copies, leaks, doubtful labels and shortcuts in data sets."""
    from xray_core.audit.audit import audit as audit_films
    from xray_core.commands.opening import scan_all

    load_tensorflow()
    steps = StepProgress()
    with steps as progress:
        manifest = scan_all(arguments, lambda done, total: progress("reading files", done, total))
        report = audit_films(manifest, progress)
    if arguments.json:
        taken = {"seconds": steps.seconds, "processor_seconds": steps.processor_seconds}
        print_json(report.as_json() | {name: _rounded(part) for name, part in taken.items()})
    else:
        _print(report)
    if arguments.divide:
        _divide(report, arguments.divide)
    return _FAILED if any(map(report.has, arguments.fail_on)) else 0


def _rounded(seconds: Mapping[str, float]) -> dict[str, float]:
    return {step: round(value, 2) for step, value in seconds.items()}


def _divide(report: "AuditReport", path: Path) -> None:
    from xray_core.audit.honest_division import counts_of, honest_division

    division = honest_division(report)
    division.to_csv(path, index=False)
    for name, counts in counts_of(division).items():
        words = ", ".join(f"{n} {label}" for label, n in counts.items())
        print(f"{name:6} {sum(counts.values()):7}  {words}", file=sys.stderr)


def _print(report: "AuditReport") -> None:
    content: Any = report.as_json()
    n = len(report.findings)
    found = f"{n} findings, the worst first" if n > 1 else "1 finding" if n else "nothing was found"
    print(f"{content['films']:,} films, {found}")
    for number, item in enumerate(report.findings, 1):
        print(f"\n{number}. {item.title}: {item.words}")
        print(f"   {item.effect} {item.todo}")
        groups = content["findings"][number - 1]["groups"]
        for group in groups[:_MOST_NAMED]:
            print(f"     {' = '.join(group[:_MOST_NAMED])}{' ...' * (len(group) > _MOST_NAMED)}")
        if len(groups) > _MOST_NAMED:
            print(f"     and {len(groups) - _MOST_NAMED:,} more; --json names all")
    for line in report.not_evaluated:
        print(f"not evaluated: {line}")
