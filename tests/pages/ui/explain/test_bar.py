from typing import Any, cast

from pages.ui.explain.bar import best_first
from xray_core.errors import RunError
from xray_core.runs.store import Run


class Model:
    """A run as far as its order is concerned."""

    def __init__(self, name: str, score: float | None, *, is_own: bool = False) -> None:
        self.name, self.score, self.is_own, self.finished = name, score, is_own, True

    def scores(self) -> dict[str, Any]:
        if self.name == "damaged":
            raise RunError("The scores are damaged.")
        return {"balanced_accuracy": None if self.score is None else {"value": self.score}}


def test_a_model_whose_scores_are_damaged_can_still_be_chosen() -> None:
    models = [Model("damaged", 0.9), Model("weak", 0.7)]
    names = [cast(Any, run).name for run in best_first(cast(list[Run], models))]
    assert names == ["weak", "damaged"]


def test_the_best_model_comes_first_and_one_from_elsewhere_last() -> None:
    models = [
        Model("elsewhere", 0.99, is_own=True),
        Model("unscored", None),
        Model("weak", 0.7),
        Model("best", 0.8),
    ]
    names = [cast(Any, run).name for run in best_first(cast(list[Run], models))]
    assert names == ["best", "weak", "unscored", "elsewhere"]
