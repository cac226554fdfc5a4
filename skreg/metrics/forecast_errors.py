"""Metrics of forecasts, of intervals and of recovered coefficients."""

from __future__ import annotations

from reprlib import repr as short
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from .._checks import Numbers, Whole, checked
from .._types import Floats

_ANY = Numbers(n_axes=(0, 1, 2, 3))
# Forecasts without a bound on one side have an infinite one.
_BOUNDS = Numbers(n_axes=(0, 1, 2, 3), low=-np.inf, high=np.inf)


@checked(coef_true=_ANY, coef_pred=_ANY)
def symmetric_total_percentage_error(
    coef_true: ArrayLike, coef_pred: ArrayLike
) -> float:
    r"""Return how far coefficients are from the true ones, in percent (sTPE).

    :math:`100 \sum_j |\hat w_j - w_j| / \sum_j (|\hat w_j| + |w_j|)`, the measure of
    the AR-Net paper [1]_.

    Parameters
    ----------
    coef_true, coef_pred : array-like of shape (n_coefs,)
        True and estimated coefficients, lags without effect included as zeros.

    Returns
    -------
    error : float
        0 if equal, 100 if no coefficient that is not zero is in common.

    Raises
    ------
    ValueError
        If the shapes differ or values are missing.

    References
    ----------
    .. [1] O. Triebe, N. Laptev, R. Rajagopal. "AR-Net: A simple Auto-Regressive Neural
       Network for time-series", arXiv:1911.12436, 2019.

    Examples
    --------
    >>> from skreg.metrics import symmetric_total_percentage_error
    >>> symmetric_total_percentage_error([0.5, 0.0], [0.4, 0.1])
    20.0
    """
    true, found = _pair(coef_true, coef_pred, "coef_true", "coef_pred")
    total = np.abs(true).sum() + np.abs(found).sum()
    if total == 0:
        return 0.0
    return float(100.0 * np.abs(true - found).sum() / total)


@checked(
    y_true=_ANY,
    y_pred=_ANY,
    y_train=Numbers(low=-np.inf, high=np.inf, gaps=True),
    seasonality=Whole(),
)
def mean_absolute_scaled_error(
    y_true: ArrayLike, y_pred: ArrayLike, *, y_train: ArrayLike, seasonality: int = 1
) -> float:
    """Return the mean absolute error relative to that of a naive forecast (MASE).

    Parameters
    ----------
    y_true, y_pred : array-like of equal shape
        Truth and forecasts.
    y_train : array-like of shape (n_times,)
        The training series, whose mean absolute difference from `seasonality` times
        before is the unit.
    seasonality : int, default=1
        Period of the naive forecast; 1 repeats the last value.

    Returns
    -------
    error : float
        Below 1 is better than the naive forecast was in training.

    Raises
    ------
    ValueError
        If shapes differ, values are missing, or the training series is too short or
        repeats itself. It may have gaps.

    References
    ----------
    .. [1] R. Hyndman, A. Koehler. "Another look at measures of forecast accuracy",
       International Journal of Forecasting 22, 2006.

    Examples
    --------
    >>> from skreg.metrics import mean_absolute_scaled_error
    >>> mean_absolute_scaled_error([5, 7], [4, 7], y_train=[1, 2, 4, 3])
    0.375
    """
    true, found = _pair(y_true, y_pred, "y_true", "y_pred")
    train = np.asarray(y_train, dtype=np.float64)
    if not isinstance(seasonality, (int, np.integer)):
        raise ValueError(f"seasonality={seasonality!r} must be a whole number.")
    if seasonality < 1 or len(train) <= seasonality:
        raise ValueError(
            f"y_train has {len(train)} values, but seasonality={seasonality} needs "
            "more than that, and at least 1."
        )
    changes = np.abs(train[seasonality:] - train[:-seasonality])
    known = changes[np.isfinite(changes)]
    if not known.size:
        raise ValueError(
            f"y_train has no two known values that lie seasonality={seasonality} times "
            "apart."
        )
    unit = known.mean()
    if not unit > 0:
        raise ValueError(
            f"y_train repeats itself with the period seasonality={seasonality}, so "
            "that its naive forecast has no error to compare with."
        )
    return float(np.abs(true - found).mean() / unit)


@checked(y_true=_ANY, lower=_BOUNDS, upper=_BOUNDS)
def interval_coverage(
    y_true: ArrayLike, lower: ArrayLike, upper: ArrayLike, *, axis: int | None = None
) -> Any:
    """Return the share of values inside their intervals, bounds included.

    Parameters
    ----------
    y_true, lower, upper : array-like of equal shape
        Truth and bounds.
    axis : int or None, default=None
        Axis to average over: 0 gives the coverage of every step of forecasts that lie
        below each other. None means all.

    Returns
    -------
    coverage : float or ndarray
        In [0, 1].

    Raises
    ------
    ValueError
        If the shapes differ or values are missing.

    Examples
    --------
    >>> from skreg.metrics import interval_coverage
    >>> interval_coverage([1, 2, 3, 4], lower=[0, 0, 0, 5], upper=[2, 2, 2, 6])
    0.5
    """
    true, low = _pair(y_true, lower, "y_true", "lower")
    _, high = _pair(y_true, upper, "y_true", "upper")
    _check_axis(axis, true)
    found = ((low <= true) & (true <= high)).mean(axis=axis)
    return float(found) if np.ndim(found) == 0 else found


@checked(lower=_ANY, upper=_ANY)
def mean_interval_width(
    lower: ArrayLike, upper: ArrayLike, *, axis: int | None = None
) -> Any:
    """Return the mean width of intervals. Among those that cover, narrow is good.

    Parameters
    ----------
    lower, upper : array-like of equal shape
        Bounds.
    axis : int or None, default=None
        Axis to average over; None means all.

    Returns
    -------
    width : float or ndarray
        In the unit of the bounds.

    Raises
    ------
    ValueError
        If the shapes differ or values are missing.

    Examples
    --------
    >>> from skreg.metrics import mean_interval_width
    >>> mean_interval_width([0, 1], [2, 2])
    1.5
    """
    low, high = _pair(lower, upper, "lower", "upper")
    _check_axis(axis, low)
    found = (high - low).mean(axis=axis)
    return float(found) if np.ndim(found) == 0 else found


def _check_axis(axis: Any, values: Floats) -> None:
    is_axis = isinstance(axis, int | np.integer) and not isinstance(axis, bool)
    if axis is not None and not (is_axis and -values.ndim <= axis < values.ndim):
        raise ValueError(
            f"axis={short(axis)} must be None or one of the {values.ndim} axes, from 0."
        )


def _numbers(values: ArrayLike, name: str) -> Floats:
    try:
        found: Floats = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{name} must hold numbers only: {error}") from error
    if np.isnan(found).any():
        raise ValueError(
            f"{name} contains NaN; compare only values that are known, for instance "
            "those where np.isfinite(y_true)."
        )
    return found


def _pair(a: ArrayLike, b: ArrayLike, name: str, other: str) -> tuple[Floats, Floats]:
    first, second = _numbers(a, name), _numbers(b, other)
    if first.shape != second.shape or not first.size:
        raise ValueError(
            f"{name} and {other} must have the same shape and at least one value, got "
            f"{first.shape} and {second.shape}."
        )
    return first, second
