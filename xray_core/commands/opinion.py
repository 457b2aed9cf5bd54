"""opinion: second opinions on films, as files that leave the room."""

import argparse
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xray_core.arguments import film_options, json_option, share_of_one, takes
from xray_core.commands.opening import NamedFilm, decoded, each_film, open_runs
from xray_core.console import Progress, gate_lines, load_tensorflow, print_json
from xray_core.data.decoding.formats import READABLE
from xray_core.errors import DataError, RunError, RunNotFoundError
from xray_core.reports.opinion.formats import FORMATS

if TYPE_CHECKING:
    from xray_core.opinion.opinion import Opinion
    from xray_core.opinion.prevalence import Frequencies
    from xray_core.reports.opinion.content import OpinionReport
    from xray_core.reports.opinion.worklist import WorklistLine
    from xray_core.runs.store import Run

Arguments = argparse.Namespace
_CSV = "opinions.csv"


def _opinion_options(sub: Any) -> None:
    sub.add_argument("files", type=Path, nargs="+", metavar="FILE", help=f"{READABLE}, or ZIP")
    sub.add_argument(
        "--run",
        action="append",
        help="run id, folder, or name; may be repeated; by default the shipped models",
    )
    sub.add_argument("--models-dir", type=Path, help="folder of the runs")
    sub.add_argument(
        "--age-group",
        choices=("adult", "child", "unknown"),
        default="unknown",
        help="of the patients whose file does not state it (default unknown)",
    )
    sub.add_argument("--out", type=Path, metavar="DIR", help="folder for the files")
    for name, item in FORMATS.items():
        if name != "json":
            sub.add_argument(f"--{name}", action="store_true", help=f"write {item.words}")
    sub.add_argument("--csv", action="store_true", help=f"write {_CSV}, a row per film")
    json_option(sub)
    film_options(sub)
    sub.add_argument(
        "--with-tags", action="store_true", help="take the patient's DICOM tags into the reports"
    )
    sub.add_argument(
        "--prevalence",
        type=share_of_one,
        metavar="P",
        help="share of such patients with a pneumonia, for natural frequencies",
    )


@takes(_opinion_options)
def opinion(arguments: Arguments) -> int:
    """Answer films as Second opinion does, and write reports of them."""
    wanted = [name for name in FORMATS if getattr(arguments, name)]
    if arguments.out is None and (arguments.csv or set(wanted) - {"json"}):
        raise DataError("Reports are files.", fix="Say where they go with --out DIR.")
    worklist = _Worklist(arguments, tuple(wanted) if arguments.out else ())
    entries: list[dict[str, Any]] = []
    with Progress("opinion") as progress:
        for film in each_film(arguments.files):
            entry = worklist.take(film)
            entries.append(entry)
            progress(len(entries), max(len(entries), len(arguments.files)))
            if not arguments.json:
                _print_entry(entry)
    if arguments.json:
        print_json(entries)
    return 2 if any(entry["error"] for entry in entries) else 0


class _Worklist:
    """Films that are answered one by one; what is written of one of them stays."""

    def __init__(self, arguments: Arguments, formats: tuple[str, ...]) -> None:
        from xray_core.opinion.consulted import Consulted

        self._arguments, self._formats = arguments, formats
        runs = _runs(arguments)
        load_tensorflow()
        self._models = [Consulted.of(run) for run in runs]
        self._stems: list[str] = []
        self._lines: list[WorklistLine] = []
        self._rates: dict[tuple[str, ...], Frequencies | None] = {}
        if arguments.out is not None:
            arguments.out.mkdir(parents=True, exist_ok=True)

    def take(self, film: NamedFilm) -> dict[str, Any]:
        """Answer one film and write its files; why it has none where it cannot be read."""
        from xray_core.reports.opinion.worklist import WorklistLine

        entry: dict[str, Any] = {"file": film.name, "error": None, "files": [], "remarks": []}
        try:
            report = self._report(film)
        except DataError as error:
            self._keep(WorklistLine(film.name, error))
            return entry | {"error": str(error)}
        paths = [path for name in self._formats for path in FORMATS[name].write(report, self._out)]
        self._keep(WorklistLine(film.name, report.opinion, report.opinion.age_group))
        written = {
            "files": [path.as_posix() for path in paths],
            "remarks": [words for name in self._formats for words in FORMATS[name].remarks(report)],
        }
        return entry | written | report.as_json()

    @property
    def _out(self) -> Path:
        folder: Path = self._arguments.out
        return folder

    def _report(self, film: NamedFilm) -> "OpinionReport":
        from xray_core.data.film_facts import facts_of
        from xray_core.opinion.answer import give_opinion
        from xray_core.reports.opinion.content import opinion_report, unique_stem

        picture, data = decoded(film.content, film.name, self._arguments)
        facts = facts_of(data, film.name)
        found = give_opinion(
            picture,
            self._models,
            name=film.name,
            facts=facts,
            age_group=facts.age_group or self._arguments.age_group.replace("unknown", ""),
            answer_anyway=self._arguments.answer_anyway,
        )
        report = opinion_report(
            picture,
            found,
            source=data,
            frequencies=self._frequencies(found),
            with_tags=self._arguments.with_tags,
        )
        stem = unique_stem(report.stem, self._stems)
        self._stems.append(stem)
        return replace(report, stem=stem)

    def _frequencies(self, found: "Opinion") -> str:
        """Natural frequencies at the prevalence that was given, of the models of the mean."""
        from xray_core.opinion.known import rates_of

        prevalence = self._arguments.prevalence
        if prevalence is None or not found.age_group or not found.mean:
            return ""
        classes = set(found.mean)
        together = [
            model
            for model, answer in zip(self._models, found.models, strict=True)
            if classes <= set(answer.possible)
        ]
        key = (found.age_group, *(model.model.source for model in together))
        if key not in self._rates:
            try:
                self._rates[key] = rates_of(together, found.age_group)
            except RunError:  # nothing was predicted that rates could be counted on
                self._rates[key] = None
        rates = self._rates[key]
        return rates.words(prevalence, found.age_group) if rates else ""

    def _keep(self, line: "WorklistLine") -> None:
        """The table as far as it is done, in one step."""
        from xray_core.files import replacing
        from xray_core.reports.opinion.worklist import worklist_csv

        self._lines.append(line)
        if self._arguments.csv:
            labels = dict.fromkeys(label for model in self._models for label in model.model.classes)
            with replacing(self._out / _CSV) as part:
                part.write_text(worklist_csv(self._lines, list(labels)), encoding="utf-8")


def _runs(arguments: Arguments) -> "tuple[Run, ...]":
    from xray_core.runs.listing import list_runs

    if arguments.run:
        return open_runs(arguments)
    shipped = tuple(run for run in list_runs(arguments.models_dir) if run.shipped)
    if not shipped:
        raise RunNotFoundError("There is no shipped model here.", fix="Name a run with --run.")
    return shipped


def _print_entry(entry: dict[str, Any]) -> None:
    if entry["error"]:
        print(f"error: {entry['error']}", file=sys.stderr)
        return
    print(f"{entry['file']}: {entry['verdict']}")
    for reason in entry["reasons"] if entry["mean"] else ():
        print(f"    {reason}")
    for line in gate_lines(entry["gate"]):
        print(line)
    for line in (*entry["files"], *entry["remarks"]):
        print(f"    {line}")
