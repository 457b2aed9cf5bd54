"""A quick model: linear on frozen features. It is no good classifier, but it shows what a data set
gives away, in seconds."""

from collections.abc import Sequence

import numpy as np

from xray_core.arrays import Float32Array, Float64Array, IndexArray, Int64Array
from xray_core.audit.workers import workers

FOLDS = 5
_N_PARTS = 96
_STRENGTH = 0.5  # C of the logistic regression


def out_of_fold(
    features: Float32Array, labels: Int64Array, groups: Sequence[str] | None, seed: int = 0
) -> Float64Array:
    """What a linear model says of films that it was not fitted on.

    Args:
        features: (films, numbers).
        labels: (films,), 0 to classes - 1; each class with `FOLDS` groups or more.
        groups: films of one group are in one fold; None divides by film.
        seed: of the folds.

    Returns:
        Probabilities (films, classes), each row from a model that saw no film of its group.
    """
    from sklearn.model_selection import StratifiedGroupKFold, StratifiedKFold

    folds: StratifiedGroupKFold | StratifiedKFold
    if groups is None:
        folds = StratifiedKFold(FOLDS, shuffle=True, random_state=seed)
    else:
        folds = StratifiedGroupKFold(FOLDS, shuffle=True, random_state=seed)
    found = np.zeros((len(labels), int(labels.max()) + 1))

    def ask(fold: tuple[IndexArray, IndexArray]) -> Float64Array:
        return predict(features, labels, *fold, found.shape[1])

    parts = list(folds.split(features, labels, groups))
    with workers() as pool:
        for (_, asked), said in zip(parts, pool.map(ask, parts), strict=True):
            found[asked] = said
    return found


def predict(
    features: Float32Array,
    labels: Int64Array,
    fitted: IndexArray,
    asked: IndexArray,
    n_classes: int,
) -> Float64Array:
    """Probabilities (asked, classes) of a model fitted on the rows `fitted`."""
    from sklearn.decomposition import PCA
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    n_parts = min(_N_PARTS, features.shape[1], len(fitted) - 1)
    model = make_pipeline(
        StandardScaler(copy=False),  # rows that are chosen are copies already
        PCA(n_parts, whiten=True, random_state=0, copy=False),
        LogisticRegression(C=_STRENGTH, class_weight="balanced", max_iter=300),
    )
    model.fit(features[fitted], labels[fitted])
    found = np.zeros((len(asked), n_classes))
    found[:, model.classes_] = model.predict_proba(features[asked])
    return found


def balanced_accuracy(
    labels: Int64Array, guesses: Int64Array, weights: Float64Array
) -> Float64Array:
    """Mean share of each class that is guessed, per row of weights (replicates, films)."""
    shares = []
    for label in np.unique(labels):
        own = labels == label
        total = weights[:, own].sum(axis=1)
        right = weights[:, own] @ (guesses[own] == label).astype(np.float64)
        shares.append(np.divide(right, total, out=np.full_like(total, np.nan), where=total > 0))
    mean: Float64Array = np.nanmean(np.stack(shares), axis=0)
    return mean
