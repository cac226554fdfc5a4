"""How relevant a label is, and errors that count by it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .._checks import TARGETS, WEIGHTS, Numbers, OrNone, checked, flag
from .._types import Floats
from ..preprocessing._target_bins import check_targets, check_vector, unit_positions
from ..preprocessing._target_density import TargetDensity
from ._target_errors import check_option, output_errors

Relevance = Callable[[Floats], Floats]


@checked(y=Numbers(n_axes=(1, 2)), y_train=OrNone(TARGETS))
def label_relevance(
    y: ArrayLike,
    *,
    y_train: ArrayLike | None = None,
    method: str = "extremes",
    side: str = "both",
) -> NDArray[np.float64]:
    """Return how relevant labels are, from 0 to 1.

    Parameters
    ----------
    y : array-like of shape (n_samples,)
        Labels.
    y_train : array-like of shape (n_train,), default=None
        Labels that say what is usual; None takes `y`.
    method : {'extremes', 'density'}, default='extremes'
        'extremes' is 0 at the median and 1 from the whisker of a box plot on, where
        the outliers begin, with a cubic between them. On a side without outliers
        it is 0; if neither has any, whiskers end at the smallest and the largest
        label, and both sides count. 'density' is 1 minus the density of the
        labels relative to its peak.
    side : {'both', 'low', 'high'}, default='both'
        Which end of the labels matters; 'density' counts only labels on this side
        of the median. A side that is asked for counts even without outliers.

    Returns
    -------
    relevance : ndarray of shape (n_samples,)
        In [0, 1].

    Raises
    ------
    ValueError
        If a label is missing or infinite, or an option is unknown.

    References
    ----------
    .. [1] R. P. Ribeiro, N. Moniz. "Imbalanced regression and extreme value
       prediction", Machine Learning 109, 2020, section 3.2.

    Examples
    --------
    >>> from skreg.metrics import label_relevance
    >>> y_train = [1.0, 2.0, 3.0, 4.0, 5.0, 20.0]
    >>> label_relevance([1.0, 3.5, 4.25, 5.0, 9.0], y_train=y_train)
    array([0. , 0. , 0.5, 1. , 1. ])
    """
    labels = check_vector(y)
    train = labels if y_train is None else check_vector(y_train, "y_train")
    return _relevance(train, method, side)(labels)


@checked(
    y_true=TARGETS,
    y_pred=TARGETS,
    y_train=OrNone(TARGETS),
    normalize=flag,
    sample_weight=WEIGHTS,
)
def sera(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    y_train: ArrayLike | None = None,
    method: str = "extremes",
    side: str = "both",
    normalize: bool = False,
    sample_weight: ArrayLike | None = None,
) -> float:
    r"""Return the squared error-relevance area.

    .. math:: \int_0^1 \sum_{\phi(y_i) \ge t} (\hat y_i - y_i)^2 \, dt
        = \sum_i \phi(y_i) (\hat y_i - y_i)^2

    It is computed as the right side, without a grid of t.

    Parameters
    ----------
    y_true : array-like of shape (n_samples,) or (n_samples, n_outputs)
        Right labels.
    y_pred : array-like of the same shape
        Predictions.
    y_train : array-like of shape (n_train,) or (n_train, n_outputs), default=None
        Labels that say what is usual; None takes `y_true`.
    method : {'extremes', 'density'}, default='extremes'
        The relevance, see :func:`label_relevance`.
    side : {'both', 'low', 'high'}, default='both'
        Which end of the labels matters.
    normalize : bool, default=False
        Whether to divide by the sum of the relevances, which makes test sets of
        different size comparable: a mean squared error weighted by relevance, NaN
        if no row is relevant.
    sample_weight : array-like of shape (n_samples,), default=None
        Weights of the rows.

    Returns
    -------
    area : float
        In squared units of y, the mean over outputs. Lower is better.

    Raises
    ------
    ValueError
        If an entry is missing or infinite, shapes do not fit, or an option is
        unknown.

    References
    ----------
    .. [1] R. P. Ribeiro, N. Moniz. "Imbalanced regression and extreme value
       prediction", Machine Learning 109, 2020, section 4.

    Examples
    --------
    >>> from skreg.metrics import sera
    >>> y_train = [1.0, 2.0, 3.0, 4.0, 5.0, 20.0]
    >>> sera([3.5, 20.0], [3.0, 17.0], y_train=y_train)
    9.0
    """
    errors = output_errors(y_true, y_pred, y_train, sample_weight=sample_weight)
    true = check_targets(y_true, "y_true")
    train = true if y_train is None else check_targets(y_train, "y_train")
    areas = []
    for column, labels, one in zip(true.T, train.T, errors, strict=True):
        weight = one.weight * _relevance(labels, method, side)(column)
        area = float(weight @ np.square(one.error))
        total = weight.sum() if normalize else 1.0
        areas.append(area / total if total > 0 else float("nan"))
    return float(np.mean(areas))


def _relevance(train: Floats, method: str, side: str) -> Relevance:
    check_option("method", method, _METHODS)
    check_option("side", side, ("both", "low", "high"))
    return _METHODS[method](train, side)


def _extremes(train: Floats, side: str) -> Relevance:
    low, high = float(train.min()), float(train.max())
    places = unit_positions(train, low, high)
    first, median, third = np.quantile(places, [0.25, 0.5, 0.75])
    reach = 1.5 * (third - first)
    inside = places[(places >= first - reach) & (places <= third + reach)]
    lower, upper = inside.min(), inside.max()
    counts = {"low": lower > places.min(), "high": upper < places.max()}
    if side != "both":
        counts = {"low": side == "low", "high": side == "high"}
    elif not any(counts.values()):
        counts = {"low": True, "high": True}

    def relevance(labels: Floats) -> Floats:
        at = unit_positions(labels, low, high)
        below = _climb(median - at, median - lower) * counts["low"]
        above = _climb(at - median, upper - median) * counts["high"]
        return below + above

    return relevance


def _climb(distance: Floats, width: float) -> Floats:
    """Return a cubic from 0 to 1 over a width, flat at both ends; a step for none."""
    if not width > 0:
        return (distance > 0).astype(np.float64)
    t = np.clip(distance / width, 0.0, 1.0)
    return t * t * (3.0 - 2.0 * t)


def _density(train: Floats, side: str) -> Relevance:
    density, median = TargetDensity.of(train), np.median(train)

    def relevance(labels: Floats) -> Floats:
        beside = {"low": labels < median, "high": labels > median}
        return (1.0 - density(labels)) * beside.get(side, np.ones(len(labels), bool))

    return relevance


_METHODS: dict[str, Callable[[Floats, str], Relevance]] = {
    "extremes": _extremes,
    "density": _density,
}
