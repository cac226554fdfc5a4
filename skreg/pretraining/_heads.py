"""Heads: what predicts from the embeddings of labelled rows."""

from __future__ import annotations

import warnings
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import clone, is_classifier, is_regressor
from sklearn.dummy import DummyClassifier
from sklearn.kernel_approximation import Nystroem
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.model_selection import KFold, StratifiedKFold
from sklearn.pipeline import FeatureUnion, make_pipeline
from sklearn.utils.validation import has_fit_parameter

from .._estimator._inputs import read_weights
from ..classification import RegularizedClassifier
from ..regression import RegularizedRegressor

# Of the largest weight, in powers of two.
_LARGEST_EXPONENT = 300
Weights = NDArray[np.float64] | None


class _Prior(NamedTuple):
    """Strengths of a prior to compare, and those for too few labels to do so."""

    C: tuple[float, ...]
    few_C: float
    alpha: tuple[float, ...]
    few_alpha: float


# Heads that are linear, in standardised inputs and in features of norm 1 or so.
_PRIORS = {
    "linear": _Prior(
        (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0),
        0.1,
        (1, 3, 10, 30, 100, 300, 1e3),
        100,
    ),
    "kernel": _Prior(
        (0.3, 1, 3, 10, 30, 100, 300),
        10,
        (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3),
        0.1,
    ),
}
# Heads that can be asked for by name.
HEADS = frozenset({*_PRIORS, "mlp"})
_FEW_LABELS, _FOLDS = 50, 3
# Labels that are enough to compare strengths.
_COMPARED = 2000
# Labelled rows that a row is compared with, at most.
_LANDMARKS = 1000
# No class is called less probable when strengths are compared.
_LEAST = 1e-10


class HasHead(Protocol):
    """What a head needs to know of the classifier or regressor that it is for."""

    head: Any
    finetune: str


def net_class(predictor: HasHead) -> Any:
    """Return the net that does what a predictor does, classify or regress."""
    return RegularizedClassifier if is_classifier(predictor) else RegularizedRegressor


def check_head(predictor: HasHead, *, weighted: bool) -> None:
    """Raise if a head given as an estimator cannot do what is asked of it.

    Parameters
    ----------
    predictor : estimator
        Its ``head`` and ``finetune`` are read.
    weighted : bool
        Whether there are sample weights.

    Raises
    ------
    ValueError
        If the head predicts the wrong thing, takes no weights, or is to be trained
        by gradients and has none.
    """
    head = predictor.head
    if isinstance(head, str):
        return
    made = f"head={type(head).__name__}()"
    classifies, net = is_classifier(predictor), net_class(predictor)
    if predictor.finetune != "frozen" and not isinstance(head, net):
        raise ValueError(
            f"finetune={predictor.finetune!r} trains encoder and head by gradients, "
            f"but {made} is not a {net.__name__}; choose one, 'linear', 'mlp', or "
            "finetune='frozen'."
        )
    if not (is_classifier if classifies else is_regressor)(head):
        kind = "classifier" if classifies else "regressor"
        raise ValueError(
            f"{made} is not a {kind}; choose one, or from {sorted(HEADS)}."
        )
    if weighted and not has_fit_parameter(head, "sample_weight"):
        raise ValueError(
            f"{made} takes no sample_weight; leave the weights out or choose another "
            "head, such as 'linear'."
        )


def head_weights(sample_weight: ArrayLike | None, n_rows: int) -> Weights:
    """Return checked weights as they are given: heads feel their scale."""
    if read_weights(sample_weight, n_rows) is None:
        return None
    weight = np.asarray(sample_weight, dtype=np.float64)
    # Beyond all that heads can add up: by a power of two, which is exact.
    excess = max(int(np.frexp(weight.max())[1]) - _LARGEST_EXPONENT, 0)
    return np.broadcast_to(np.ldexp(weight, -excess), n_rows)


def check_sum(predictor: HasHead, y: NDArray[Any]) -> None:
    """Raise if values are too large to be added up, as linear heads have to.

    Parameters
    ----------
    predictor : estimator
        Its ``head`` and ``finetune`` are read.
    y : ndarray of shape (n_labelled,) or (n_labelled, n_targets)
        Labels or values.

    Raises
    ------
    ValueError
        If the sum of their sizes is no float.
    """
    is_linear = isinstance(predictor.head, str) and predictor.head in _PRIORS
    if y.dtype.kind != "f" or not is_linear or predictor.finetune != "frozen":
        return
    with np.errstate(over="ignore"):
        total = np.abs(y).sum()
    if np.isinf(total):
        raise ValueError(
            f"y has values of up to {np.abs(y).max():.3g}, whose sum is beyond the "
            "range of floats; divide y by a constant."
        )


def fit_head(
    predictor: HasHead, Z: NDArray[Any], y: NDArray[Any], weight: Weights, seed: int
) -> Any:
    """Return a fitted head.

    Parameters
    ----------
    predictor : estimator
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
    kernel = _kernel(Z, seed) if predictor.head == "kernel" else None
    inputs = Z if kernel is None else kernel.transform(Z)
    head = _choose(predictor, inputs, y, weight, seed)
    head.fit(inputs, y, **({} if weight is None else {"sample_weight": weight}))
    return head if kernel is None else make_pipeline(kernel, head)


def _kernel(Z: NDArray[Any], seed: int) -> FeatureUnion:
    """Return what puts a Gaussian kernel with labelled rows beside the embedding.

    A linear model of both has the sum of a linear and a Gaussian kernel: few labels
    are enough for the one, more tell what the other adds. Its width is what two rows
    are apart in a direction, times the root of the number of directions.
    """
    n_rows, n_dimensions = Z.shape
    near = Nystroem(
        gamma=0.5 / n_dimensions,
        n_components=min(n_rows, _LANDMARKS),
        random_state=seed,
    )
    parts = FeatureUnion(
        [("embedding", "passthrough"), ("kernel", near)],
        transformer_weights={"embedding": n_dimensions**-0.5},
    )
    return parts.fit(Z)


def _choose(
    predictor: HasHead, Z: NDArray[Any], y: NDArray[Any], weight: Weights, seed: int
) -> Any:
    classifies = is_classifier(predictor)
    if classifies and len(np.unique(y)) == 1:
        return DummyClassifier()
    if not isinstance(predictor.head, str):
        return clone(predictor.head)
    if predictor.head == "mlp":
        return net_class(predictor)(random_state=seed)
    return _linear(_PRIORS[predictor.head], classifies, Z, y, weight, seed)


def _linear(
    prior: _Prior,
    classifies: bool,
    Z: NDArray[Any],
    y: NDArray[Any],
    weight: Weights,
    seed: int,
) -> Any:
    """Return a linear model whose strength fits the number of labels."""
    chosen = np.random.default_rng(seed).permutation(len(y))[:_COMPARED]
    if classifies:
        candidates = [LogisticRegression(C=C, max_iter=500) for C in prior.C]
        few: Any = LogisticRegression(C=prior.few_C, max_iter=500)
        # Rare classes may be missing in a fold, but two have to be in all.
        counted = sorted([0, *np.unique(y[chosen], return_counts=True)[1]])[-2]
        split: Any = StratifiedKFold
    else:
        candidates = [Ridge(alpha=alpha) for alpha in prior.alpha]
        few, counted, split = Ridge(alpha=prior.few_alpha), len(y), KFold
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
    score = _log_likelihood if is_classifier(model) else type(model).score
    total = 0.0
    for train, test in pairs:
        kept = [None, None] if weight is None else [weight[train], weight[test]]
        fitted = clone(model).fit(Z[train], y[train], sample_weight=kept[0])
        total += score(fitted, Z[test], y[test], kept[1])
    return total / len(pairs)


def _log_likelihood(
    model: Any, Z: NDArray[Any], y: NDArray[Any], weight: Weights
) -> float:
    """Return the mean log-probability of the labels, which tells more than hits do.

    Rows of a class that the model has never seen say nothing of its strength.
    """
    seen = np.isin(y, model.classes_)
    true = np.searchsorted(model.classes_, y[seen])
    found = model.predict_proba(Z[seen])[np.arange(len(true)), true]
    kept = None if weight is None else weight[seen]
    return float(np.average(np.log(found.clip(_LEAST)), weights=kept))
