from collections.abc import Callable

import pytest

from xray_core.errors import RunError
from xray_core.reports.damage import damage
from xray_core.runs.naming import MAX_NAME, forget_name, rename_run
from xray_core.runs.store import NAME, Run, open_run

MakeRun = Callable[..., Run]


@pytest.fixture
def run(make_run: MakeRun) -> Run:
    return make_run()


def test_a_run_has_the_name_that_it_was_given_until_it_is_taken_back(run: Run) -> None:
    assert rename_run(run, "  Without   augmentation ").title == "Without augmentation"
    assert open_run(run.id).title == "Without augmentation"
    assert open_run(run.id).network_title == "Small CNN"
    assert forget_name(run).title == "Small CNN"
    assert forget_name(run).title == "Small CNN", "again changes nothing"


@pytest.mark.parametrize("name", ["", "  ", "a" * (MAX_NAME + 1), "bell\a"])
def test_a_name_that_cannot_be_shown_is_refused(run: Run, name: str) -> None:
    with pytest.raises(RunError, match="no name that can be shown"):
        rename_run(run, name)
    assert open_run(run.id).title == "Small CNN"


def test_no_two_runs_have_one_name_whatever_its_case(run: Run, make_run: MakeRun) -> None:
    other = make_run()
    rename_run(other, "Mine")
    with pytest.raises(RunError, match=f"Another model has this name.*{other.id}"):
        rename_run(run, "mine")
    assert rename_run(other, "MINE").title == "MINE", "its own name is not in its way"
    with pytest.raises(RunError, match="Another model has this name"):
        rename_run(other, "small cnn")


def test_a_damaged_name_is_said_and_the_run_has_that_of_its_network(run: Run) -> None:
    (run.path / NAME).write_text('{"name": 7}')
    assert open_run(run.id).title == "Small CNN"
    assert "delete the file" in damage(run)[NAME].fix
