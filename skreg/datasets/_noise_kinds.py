"""The kinds of label noise: who goes wrong, and to which label."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import softmax
from scipy.stats import truncnorm
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils import check_array
from sklearn.utils.validation import check_consistent_length

from .._types import Floats

# Standard deviation of a row's own rate around the mean rate (instance noise).
_SPREAD_OF_RATES = 0.1


@dataclass(frozen=True, kw_only=True)
class NoiseRequest:
    """What a kind of noise may need, checked."""

    codes: NDArray[np.intp]
    classes: NDArray[Any]
    rate: float
    inclusive: bool
    flips: Mapping[Any, Any] | None
    X: Any
    estimator: Any
    random: np.random.RandomState

    def by_class(self, matrix: Floats) -> Floats:
        """Return the probabilities of every row for a matrix of classes."""
        rows: Floats = matrix[self.codes]
        return rows


def _symmetric(request: NoiseRequest) -> Floats:
    n = len(request.classes)
    others = request.rate / (n if request.inclusive else n - 1)
    matrix = np.full((n, n), others)
    np.fill_diagonal(matrix, 1.0 - (n - 1) * others)
    return request.by_class(matrix)


def _pair(request: NoiseRequest) -> Floats:
    labels = request.classes.tolist()
    flips = request.flips
    if flips is None:
        flips = dict(zip(labels, [*labels[1:], labels[0]], strict=True))
    unknown = [v for pair in flips.items() for v in pair if v not in labels]
    if unknown:
        raise ValueError(
            f"flips names {unknown}, which are no labels of y; the labels are {labels}."
        )
    matrix = np.eye(len(labels))
    for source, target in flips.items():
        i, j = labels.index(source), labels.index(target)
        if i != j:
            matrix[i, i], matrix[i, j] = 1.0 - request.rate, request.rate
    return request.by_class(matrix)


def _instance(request: NoiseRequest) -> Floats:
    rows = check_array(_require_rows(request, "instance"), dtype=np.float64)
    rows = StandardScaler().fit_transform(rows)
    codes, random = request.codes, request.random
    n_classes, rate = len(request.classes), request.rate
    low, high = (0.0 - rate) / _SPREAD_OF_RATES, (1.0 - rate) / _SPREAD_OF_RATES
    rates = truncnorm.rvs(
        low, high, loc=rate, scale=_SPREAD_OF_RATES, size=len(rows), random_state=random
    )
    rates = _with_mean(rates, rate)
    weights = random.standard_normal((n_classes, rows.shape[1], n_classes))
    scores = np.empty((len(rows), n_classes))
    for code in range(n_classes):
        scores[codes == code] = rows[codes == code] @ weights[code]
    return _flip_to(scores, codes, rates)


def _with_mean(rates: Floats, mean: float) -> Floats:
    """Undo the shift of the mean by truncation, towards the nearer end."""
    if mean > 0.5:
        return 1.0 - _with_mean(1.0 - rates, 1.0 - mean)
    return rates * (mean / rates.mean())


def _boundary(request: NoiseRequest) -> Floats:
    X, codes = _require_rows(request, "boundary"), request.codes
    model = request.estimator
    if model is None:
        model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000))
    probabilities = clone(model).fit(X, codes).predict_proba(X)
    own = probabilities[np.arange(len(codes)), codes]
    scores = probabilities.copy()
    scores[np.arange(len(codes)), codes] = -np.inf
    second = scores.argmax(axis=1)
    rival = probabilities[np.arange(len(codes)), second]
    doubt = np.maximum(rival / (own + rival), 1e-12)
    scores = np.where(np.arange(scores.shape[1]) == second[:, None], 0.0, -np.inf)
    return _flip_to(scores, codes, _scaled_to_mean(doubt, request.rate))


def _scaled_to_mean(doubt: Floats, rate: float) -> Floats:
    """Return probabilities proportional to the doubt, at most 1, with this mean."""
    if rate in (0.0, 1.0):
        return np.full(len(doubt), rate)

    def excess(log_scale: float) -> float:
        return float(np.minimum(doubt * np.exp(log_scale), 1.0).mean()) - rate

    scale = np.exp(brentq(excess, -40.0, 40.0))
    rates: Floats = np.minimum(doubt * scale, 1.0)
    return rates


def _flip_to(scores: Floats, codes: NDArray[np.intp], rates: Floats) -> Floats:
    """Share each row's rate among the other labels by the softmax of their scores."""
    own = np.arange(len(codes)), codes
    scores = scores.copy()
    scores[own] = -np.inf
    probabilities: Floats = softmax(scores, axis=1) * rates[:, None]
    probabilities[own] = 1.0 - rates
    return probabilities


def _require_rows(request: NoiseRequest, kind: str) -> Any:
    if request.X is None:
        raise ValueError(f"kind={kind!r} depends on the rows; pass them as X.")
    check_consistent_length(request.X, request.codes)
    return request.X


KINDS: dict[str, Callable[[NoiseRequest], Floats]] = {
    "symmetric": _symmetric,
    "pair": _pair,
    "instance": _instance,
    "boundary": _boundary,
}
