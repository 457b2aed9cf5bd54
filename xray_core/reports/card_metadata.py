"""The fields of a card that Hugging Face reads: YAML before the text.

https://huggingface.co/docs/hub/model-cards, https://huggingface.co/docs/hub/datasets-cards.
"""

from collections.abc import Mapping
from typing import Any

from xray_core.evaluation.intervals import Score
from xray_core.runs.scope import Scope, licences_of
from xray_core.runs.store import Run

_METRICS = {
    "accuracy": ("accuracy", "Accuracy"),
    "balanced_accuracy": ("accuracy", "Balanced accuracy"),
    "macro_f1": ("f1", "Macro-F1"),
    "auc_macro": ("roc_auc", "Mean AUC, one against the rest"),
}
_TAGS = ["chest-x-ray", "research-only", "explainability"]


def model_metadata(run: Run, scope: Scope | None) -> dict[str, Any]:
    """The fields of a model card, with the scores of the test split as results."""
    scores = run.scores()
    task = {"type": "image-classification", "name": "Classification of chest films"}
    dataset = {
        "type": "chest-x-ray",
        "name": ", ".join(run.config.datasets),
        "split": "test",
        "revision": run.config.manifest_hash,
    }
    metrics = [
        {"type": kind, "name": title, "value": scores[name]["value"]} | _span(scores[name])
        for name, (kind, title) in _METRICS.items()
        if scores[name]["value"] is not None
    ]
    results = [{"task": task, "dataset": dataset, "metrics": metrics}]
    return _licence(scope, "#training-films") | {
        "library_name": "keras",
        "pipeline_tag": "image-classification",
        "tags": [*_TAGS, run.network],
        "datasets": list(run.config.datasets),
        "metrics": sorted({kind for kind, _ in _METRICS.values()}),
        "model-index": [{"name": run.id, "results": results}],
    }


def data_metadata(run: Run, scope: Scope | None, n_films: int) -> dict[str, Any]:
    """The fields of a data set card."""
    return _licence(scope, "#licences") | {
        "pretty_name": f"Films of {run.id}: {', '.join(run.config.datasets)}",
        "task_categories": ["image-classification"],
        "size_categories": [_size(n_films)],
        "tags": _TAGS[:2],
    }


def front_matter(fields: Mapping[str, Any]) -> list[str]:
    """The fields as YAML between two lines of dashes."""
    import yaml

    text = yaml.safe_dump(dict(fields), sort_keys=False, allow_unicode=True)
    return ["---", *text.rstrip().splitlines(), "---", ""]


def _licence(scope: Scope | None, link: str) -> dict[str, str]:
    """`other` with its name: the films' own terms decide."""
    research = scope is None or any(only for *_, only in licences_of(scope))
    name = "research-only" if research else "terms-of-the-training-films"
    return {"license": "other", "license_name": name, "license_link": link}


def _span(score: Score) -> dict[str, Any]:
    if score["low"] is None:
        return {}
    return {"args": {"low": score["low"], "high": score["high"], "n": score["n"]}}


def _size(n: int) -> str:
    limits = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"))
    return next((name for limit, name in limits if n < limit), "100K<n<1M")
