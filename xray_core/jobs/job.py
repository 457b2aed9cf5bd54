"""What a training needs of this machine: `models/.jobs/<run id>.json`.

It belongs to the machine, not to the run: a run folder holds no path.
"""

from dataclasses import asdict, dataclass
from pathlib import Path

from xray_core.errors import RunError
from xray_core.files import write_json
from xray_core.runs.side_files import read_object
from xray_core.runs.store import JOBS, Run
from xray_core.settings import expand_home


@dataclass(frozen=True)
class Job:
    """What a training needs of this machine.

    Attributes:
        data: folders or index files, trained on together.
        keep_own_split: keep the test films that the data sets name.
        reader: key of `READERS` for all data sets; "" detects it for each folder.
        weights: `imagenet`, `none`, or the path of a file.
        split_of: the run whose split is reused, by id, folder or shipped name; "" splits
            again.
        keep_val: share of that run's validation films that stay held out; the others are trained
            on.
        one_finding: a film with several findings counts as the first of them.
        readings: table of what radiologists saw on the films; None where there is none.
    """

    data: tuple[Path, ...]
    keep_own_split: bool = False
    reader: str = ""
    weights: str = ""
    split_of: str = ""
    keep_val: float = 1.0
    one_finding: bool = False
    readings: Path | None = None


_SCHEMA = {
    "type": "object",
    "required": ["data"],
    "properties": {
        "data": {"type": "array", "items": {"type": "string"}, "minItems": 1},
        "keep_own_split": {"type": "boolean"},
        "reader": {"type": "string"},
        "weights": {"type": "string"},
        "split_of": {"type": "string"},
        "keep_val": {"type": "number"},
        "one_finding": {"type": "boolean"},
        "readings": {"type": ["string", "null"]},
    },
}


def record_job(run_dir: Path, job: Job) -> None:
    """Remember on this machine what a run is trained on."""
    path = job_path(run_dir)
    path.parent.mkdir(parents=True, exist_ok=True)
    data = [str(item.resolve()) for item in job.data]
    file = expand_home(job.weights)
    weights = str(file.resolve()) if file.is_file() else job.weights
    readings = str(job.readings.resolve()) if job.readings else None
    write_json(path, asdict(job) | {"data": data, "weights": weights, "readings": readings})


def read_job(run: Run, data: tuple[Path, ...] = ()) -> Job:
    """What a run is trained on.

    Args:
        run: the run.
        data: where its films are, if they were moved.

    Raises:
        RunError: this machine does not know.
    """
    try:
        content = read_object(job_path(run.path), _SCHEMA)
        readings = Path(content["readings"]) if content.get("readings") else None
        known = data or tuple(map(Path, content["data"]))
        return Job(**content | {"data": known, "readings": readings})
    except (RunError, TypeError):
        if data:
            return Job(data)
        raise RunError(
            "The films that the run was trained on are not known on this machine.",
            where=run.id,
            fix="Name them with --data.",
        ) from None


def job_path(run_dir: Path) -> Path:
    """The file of a run's job."""
    return run_dir.parent / JOBS / f"{run_dir.name}.json"
