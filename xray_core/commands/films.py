"""Commands on films: scan, split, phantom, download."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xray_core.arguments import file_to_write, json_option, reader_option, split_options, takes
from xray_core.console import Progress, print_json
from xray_core.data.labels import KNOWN_CLASSES, label_title
from xray_core.errors import DataError, SplitError

if TYPE_CHECKING:
    from xray_core.data.records import Manifest
    from xray_core.jobs.job import Job

Arguments = argparse.Namespace
_COPIES = "copies of one film may be in both training and test"


def _scan_options(sub: Any) -> None:
    sub.add_argument("path", type=Path, help="folder or index file")
    reader_option(sub)
    sub.add_argument("--out", type=file_to_write, help="write the manifest to this CSV file")
    json_option(sub)


@takes(_scan_options)
def scan(arguments: Arguments) -> None:
    """List the films of a data set, with their problems."""
    from xray_core.data.origins import bases_in_words, count_bases
    from xray_core.data.scan import scan as scan_path

    with Progress("scan") as progress:
        manifest = scan_path(
            arguments.path,
            reader=arguments.reader,
            one_finding=arguments.one_finding,
            progress=progress,
        )
    frame = manifest.usable.to_frame()
    counts = {label: int((frame["label"] == label).sum()) for label in manifest.classes}
    problems = [{"path": item.path, "problem": item.problem} for item in manifest.problems]
    bases = count_bases(manifest.records)
    n_boxed = sum(bool(record.boxes) for record in manifest.for_maps.records)
    n_maps_only = len(manifest.maps_only)
    if arguments.out:
        manifest.to_csv(arguments.out)
    if arguments.json:
        print_json(
            {
                "records": len(manifest.records),
                "classes": counts,
                "boxes": n_boxed,
                "maps_only": n_maps_only,
                "label_basis": bases,
                "notes": manifest.notes,
                "problems": problems,
            }
        )
        return
    print(f"{len(manifest.records)} records, {len(problems)} with problems")
    for label, count in counts.items():
        print(f"{count:8} {label_title(label)}")
    if n_boxed:
        print(f"{n_boxed:8} with boxes round the finding")
    if n_maps_only:
        print(f"{n_maps_only:8} of them without label: for maps only")
    if bases:
        print(f"note: {bases_in_words(bases)}")
    for note in manifest.notes:
        print(f"note: {note}")
    for item in problems:
        print(f"         {item['path']}: {item['problem']}")


def _split_options(sub: Any) -> None:
    sub.add_argument("path", type=Path, help="folder or index file")
    sub.add_argument(
        "--out", type=file_to_write, default=Path("manifest.csv"), help="CSV file to write"
    )
    split_options(sub)
    json_option(sub)


@takes(_split_options)
def split(arguments: Arguments) -> None:
    """Split a data set by patient and write the table."""
    from xray_core.data.labels import order_labels
    from xray_core.jobs.job import Job

    job = Job(
        (arguments.path,),
        keep_own_split=arguments.keep_own_split,
        reader=arguments.reader or "",
        split_of=arguments.split_of,
        keep_val=arguments.keep_val,
        one_finding=arguments.one_finding,
        readings=arguments.readings,
    )
    manifest = split_manifest(job, arguments.seed)
    manifest.to_csv(arguments.out)
    frame = manifest.usable.to_frame()
    labels = order_labels(set(frame["label"]))
    table = {
        name: {
            label: int(((frame["split"] == name) & (frame["label"] == label)).sum())
            for label in labels
        }
        for name in ("train", "val", "test")
    }
    if arguments.json:
        print_json({"splits": table})
        return
    for name, counts in table.items():
        words = ", ".join(f"{count} {label}" for label, count in counts.items())
        print(f"{name:6} {sum(counts.values()):7}  {words}")


def _phantom_options(sub: Any) -> None:
    sub.add_argument("--count", type=int, default=24)
    sub.add_argument("--seed", type=int, default=0)
    sub.add_argument("--out", type=Path, required=True, help="folder to write")
    sub.add_argument("--image-size", type=int, default=299, help="pixels per side")
    sub.add_argument(
        "--shortcut", choices=KNOWN_CLASSES, help="only films of this class get a marker"
    )


@takes(_phantom_options)
def phantom(arguments: Arguments) -> None:
    """Draw synthetic films with an index file."""
    from xray_core.data.phantom import write_phantoms

    with Progress("draw") as progress:
        index = write_phantoms(
            arguments.out,
            arguments.count,
            arguments.seed,
            size_px=arguments.image_size,
            shortcut_label=arguments.shortcut,
            progress=progress,
        )
    print(index)


def _download_options(sub: Any) -> None:
    from xray_core.data.download import SOURCES

    sub.add_argument("name", help="data set", choices=tuple(SOURCES))
    sub.add_argument("--out", type=Path, required=True, help="folder to write")
    sub.add_argument("--accept", action="store_true", help="accept the licence")


@takes(_download_options)
def download(arguments: Arguments) -> None:
    """Fetch a public data set after showing its licence."""
    from xray_core.data.download import SOURCES
    from xray_core.data.download import download as fetch

    source = SOURCES[arguments.name]
    print(f"{source.title}\n{source.licence}", file=sys.stderr)
    if not arguments.accept:
        raise DataError(
            "The licence has not been accepted.",
            where=arguments.name,
            fix="Read it above, then add --accept.",
        )
    with Progress("fetch") as progress:
        print(fetch(arguments.name, arguments.out, progress))


def split_manifest(job: "Job", seed: int, models_dir: Path | None = None) -> "Manifest":
    """Films of several data sets, split; what is doubtful in them goes to standard error.

    They are not named: what a training prints is kept in its run folder.

    Args:
        job: the data sets, how they are read and split.
        seed: of the split.
        models_dir: where the run lies whose split is reused; None takes the settings.
    """
    from xray_core.data.copies import suspected_copies
    from xray_core.data.readings import add_readings, leave_out_denied
    from xray_core.data.records import combine_manifests
    from xray_core.data.scan import scan as scan_path
    from xray_core.data.splits import assign_splits, divide_as
    from xray_core.runs.store import open_run

    if job.keep_val != 1 and not job.split_of:
        raise SplitError(
            "There are no earlier validation films of which to keep a share.",
            where=f"--keep-val {job.keep_val:g}",
            fix="Name the earlier run with --split-of, or omit --keep-val.",
        )
    earlier = open_run(job.split_of, models_dir).manifest() if job.split_of else None
    with Progress("scan") as progress:
        manifests = [
            scan_path(
                path,
                reader=job.reader or None,
                one_finding=job.one_finding,
                progress=progress,
            )
            for path in job.data
        ]
    manifest = combine_manifests(manifests)
    if job.readings is not None:
        manifest = add_readings(manifest, job.readings)
    for note in manifest.notes:
        print(f"note: {note}", file=sys.stderr)
    if n_problems := len(manifest.problems):
        print(f"left out: {n_problems} with problems; scan names them", file=sys.stderr)
    if n_maps_only := len(manifest.maps_only):
        print(f"left out: {n_maps_only} with boxes and no label, for maps only", file=sys.stderr)
    if n_copies := len(suspected_copies(manifest.records)):
        print(f"named as altered copies of unknown films: {n_copies}; {_COPIES}", file=sys.stderr)
    if earlier is not None:
        splits = {film.id: film.split for film in earlier.records if film.split}
        divided = divide_as(manifest, splits, keep_val=job.keep_val, seed=seed)
    else:
        divided = assign_splits(manifest, seed=seed, keep_own=job.keep_own_split)
    kept = leave_out_denied(divided)
    n_denied = sum(
        before.split != after.split
        for before, after in zip(divided.records, kept.records, strict=True)
    )
    if n_denied:
        print(f"not trained on: {n_denied} whose reading denies their label", file=sys.stderr)
    return kept
