"""Heads: what predicts from the embeddings of labelled rows."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import clone, is_classifier, is_regressor
from sklearn.dummy import DummyClassifier
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.model_selection import KFold, StratifiedKFold
from sklearn.utils.validation import has_fit_parameter

from ..classification import RegularizedClassifier
from ..regression import RegularizedRegressor

Weights = NDArray[np.float64] | None

# Heads that can be asked for by name.
HEADS = frozenset({"linear", "mlp"})
# Strengths of the prior on weights of standardised inputs, and what is taken where
# there are too few labels to compare.
_CLASSIFIER_C, _FEW_C = (0.001, 0.01, 0.1, 1.0), 0.1
_RIDGE_ALPHA, _FEW_ALPHA = (1.0, 10.0, 100.0, 1000.0), 100.0
_FEW_LABELS, _FOLDS = 50, 3
# Labels that are enough to compare strengths.
_COMPARED = 2000


def net_class(owner: Any) -> Any:
    """Return the net that does what the owner does, classify or regress."""
    return RegularizedClassifier if is_classifier(owner) else RegularizedRegressor


def check_head(owner: Any, *, weighted: bool) -> None:
    """Raise if a head given as an estimator cannot do what is asked of it.

    Parameters
    ----------
    owner : estimator
        Its ``head`` and ``finetune`` are read.
    weighted : bool
        Whether there are sample weights.

    Raises
    ------
    ValueError
        If the head predicts the wrong thing, takes no weights, or is to be trained
        by gradients and has none.
    """
    head = owner.head
    if isinstance(head, str):
        return
    made = f"head={type(head).__name__}()"
    classifies, net = is_classifier(owner), net_class(owner)
    if owner.finetune != "frozen" and not isinstance(head, net):
        raise ValueError(
            f"finetune={owner.finetune!r} trains encoder and head by gradients, but "
            f"{made} is not a {net.__name__}; choose one, 'linear', 'mlp', or "
            "finetune='frozen'."
        )
    if not (is_classifier if classifies else is_regressor)(head):
        kind = "classifier" if classifies else "regressor"
        raise ValueError(f"{made} is not a {kind}; choose one, 'linear' or 'mlp'.")
    if weighted and not has_fit_parameter(head, "sample_weight"):
        raise ValueError(
            f"{made} takes no sample_weight; leave the weights out or choose another "
            "head, such as 'linear'."
        )


def fit_head(
    owner: Any, Z: NDArray[Any], y: NDArray[Any], weight: Weights, seed: int
) -> Any:
    """Return a fitted head.

    Parameters
    ----------
    owner : estimator
        Its ``head`` is a name or an estimator, which is cloned.
    Z : ndarray of shape (n_labelled, n_dimensions)
        Standardised embeddings.
    y : ndarray of shape (n_labelled,) or (n_labelled, n_targets)
        Labels or values.
    weight : ndarray of shape (n_labelled,) or None
        Sample weights.
    seed : int
        For heads that draw.
    """
    head = _choose(owner, Z, y, weight, seed)
    return head.fit(Z, y, **({} if weight is None else {"sample_weight": weight}))


def _choose(
    owner: Any, Z: NDArray[Any], y: NDArray[Any], weight: Weights, seed: int
) -> Any:
    classifies = is_classifier(owner)
    if classifies and len(np.unique(y)) == 1:
        return DummyClassifier()
    if owner.head == "linear":
        return _linear(classifies, Z, y, weight, seed)
    if owner.head == "mlp":
        return net_class(owner)(random_state=seed)
    return clone(owner.head)


def _linear(
    classifies: bool, Z: NDArray[Any], y: NDArray[Any], weight: Weights, seed: int
) -> Any:
    """Return a linear model whose strength fits the number of labels."""
    chosen = np.random.default_rng(seed).permutation(len(y))[:_COMPARED]
    if classifies:
        candidates = [LogisticRegression(C=C, max_iter=500) for C in _CLASSIFIER_C]
        few: Any = LogisticRegression(C=_FEW_C, max_iter=500)
        # Rare classes may be missing in a fold, but two have to be in all.
        counted = sorted([0, *np.unique(y[chosen], return_counts=True)[1]])[-2]
        split: Any = StratifiedKFold
    else:
        candidates = [Ridge(alpha=alpha) for alpha in _RIDGE_ALPHA]
        few, counted, split = Ridge(alpha=_FEW_ALPHA), len(y), KFold
    if len(y) < _FEW_LABELS or counted < _FOLDS:
        return few
    folds = split(_FOLDS, shuffle=True, random_state=seed)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "The least populated class", UserWarning)
        pairs = [(chosen[a], chosen[b]) for a, b in folds.split(Z[chosen], y[chosen])]
    scores = [_validate(model, Z, y, weight, pairs) for model in candidates]
    return candidates[int(np.argmax(scores))]


def _validate(
    model: Any, Z: NDArray[Any], y: NDArray[Any], weight: Weights, pairs: Any
) -> float:
    """Return the mean score of a model on rows that it has not seen."""
    total = 0.0
    for train, test in pairs:
        kept = [None, None] if weight is None else [weight[train], weight[test]]
        fitted = clone(model).fit(Z[train], y[train], sample_weight=kept[0])
        total += fitted.score(Z[test], y[test], sample_weight=kept[1])
    return total / len(pairs)
