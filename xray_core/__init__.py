"""ThoraxLens: train, compare and explain chest X-ray classifiers.

Data flows one way, and a module imports only from what stands above it:

    arrays, errors, settings, files, process_wide, cached_arrays, wording
    data         films on disk -> records -> manifest -> splits -> arrays
    networks     architectures by name
    runs         the run folder
    evaluation   a run -> predictions -> scores with intervals
    lungs        a film -> a mask of the lungs and its six zones
    explain      a run and a film -> attribution maps -> overlays
    classifier   a network that predicts and explains, as one object
    quality      a map -> how far it can be trusted, in numbers
    patterns     the maps of a whole test set -> what a model has learnt, in pictures and words
    opinion      a film and models -> a gate, an answer that can be "not sure", and why
    audit        a data set -> copies, leaks, doubtful labels, shortcuts, and their cost
    shortcuts    a run and films with parts taken away -> what it answers without the lungs
    viewer       a film and its maps -> what a browser draws of them
    reports      a run on one page, several runs as slides
    training     a manifest and a network -> a run
    jobs         trainings that wait, run and end as separate processes; what they will take
    benchmarks   how fast all of it is
    arguments    the words of the command line
    console      how a command reports
    commands     one function per command
    cli          python -m xray_core

Research software. It gives neither findings nor diagnoses.
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from xray_core.classifier import Classifier, open_model
    from xray_core.data.decoding.images import Film, read_film
    from xray_core.data.records import Manifest
    from xray_core.data.scan import scan
    from xray_core.data.splits import assign_splits
    from xray_core.errors import XrayError
    from xray_core.evaluation.evaluate import evaluate_run as evaluate
    from xray_core.explain.attribution import Attribution
    from xray_core.explain.methods import METHODS
    from xray_core.networks.registry import NETWORKS
    from xray_core.opinion.answer import give_opinion
    from xray_core.opinion.consulted import Consulted
    from xray_core.opinion.opinion import Opinion
    from xray_core.quality.report import report as explain_report
    from xray_core.runs.store import Run
    from xray_core.training.train import train

__version__ = "0.1.0"

__all__ = [
    "METHODS",
    "NETWORKS",
    "Attribution",
    "Classifier",
    "Consulted",
    "Film",
    "Manifest",
    "Opinion",
    "Run",
    "XrayError",
    "assign_splits",
    "evaluate",
    "explain_report",
    "give_opinion",
    "open_model",
    "read_film",
    "scan",
    "train",
]

_HOMES = {
    "METHODS": "explain.methods",
    "NETWORKS": "networks.registry",
    "Attribution": "explain.attribution",
    "Classifier": "classifier",
    "Consulted": "opinion.consulted",
    "Film": "data.decoding.images",
    "Manifest": "data.records",
    "Opinion": "opinion.opinion",
    "Run": "runs.store",
    "XrayError": "errors",
    "assign_splits": "data.splits",
    "evaluate": "evaluation.evaluate:evaluate_run",
    "explain_report": "quality.report:report",
    "give_opinion": "opinion.answer",
    "open_model": "classifier",
    "read_film": "data.decoding.images",
    "scan": "data.scan",
    "train": "training.train",
}


def __getattr__(name: str) -> Any:
    """A public name, imported when it is first asked for."""
    if name not in _HOMES:
        raise AttributeError(f"module 'xray_core' has no attribute '{name}'")
    module, _, attribute = _HOMES[name].partition(":")
    found = getattr(importlib.import_module(f"xray_core.{module}"), attribute or name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
