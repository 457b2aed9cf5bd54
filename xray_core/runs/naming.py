"""The name that a user gives to a run: `name.json` in its folder, read by `open_run`."""

from collections.abc import Iterable

from xray_core.errors import RunError
from xray_core.files import write_json
from xray_core.runs.listing import list_runs
from xray_core.runs.store import NAME, Run, open_run
from xray_core.settings import require_changes_allowed

MAX_NAME = 60
"""Characters of a name."""


def rename_run(run: Run, name: str) -> Run:
    """Give a run a name of its own, in place of that of its network.

    >>> rename_run(run, "Without augmentation").title
    'Without augmentation'

    Args:
        run: trained or registered here.
        name: at most `MAX_NAME` characters.

    Returns:
        The run under its new name.

    Raises:
        RunError: the run is shipped, another run has that name, the name cannot be shown, or
            nothing can be written there.
    """
    require_changes_allowed()
    name = " ".join(name.split())
    if run.shipped:
        raise RunError("Shipped models keep their names.", where=run.id, fix="Choose another run.")
    if not name or len(name) > MAX_NAME or not name.isprintable():
        raise RunError(
            "That is no name that can be shown.",
            where=name[:MAX_NAME] or "an empty name",
            fix=f"Type 1 to {MAX_NAME} characters.",
        )
    others = (other for other in list_runs(run.path.parent) if other.id != run.id)
    if holder := _named(name, others):
        raise RunError(
            "Another model has this name.", where=f"{name} ({holder.id})", fix="Type another name."
        )
    try:
        write_json(run.path / NAME, {"name": name})
    except OSError as error:
        raise RunError(
            f"The name could not be kept: {error.strerror or type(error).__name__}.",
            where=run.id,
            fix="Give this program the right to write into the run folder.",
        ) from error
    return open_run(run.path)


def forget_name(run: Run) -> Run:
    """Give a run the name of its network back; nothing where it has no other.

    Returns:
        The run under its old name.
    """
    require_changes_allowed()
    (run.path / NAME).unlink(missing_ok=True)
    return open_run(run.path)


def _named(name: str, runs: Iterable[Run]) -> Run | None:
    return next((run for run in runs if run.title.casefold() == name.casefold()), None)
