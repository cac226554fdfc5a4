"""All orders of an autoregression from one factorisation."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy import linalg

from .._checks import OneOf, checked
from .._types import Floats
from ._criteria import CRITERIA
from ._problem import Problem
from ._series_arguments import one_series, whole_number
from ._units import binary_units
from ._windows import Channel, window_moments

# Squared pivots of correlations below this are rounding error.
_SINGULAR = 1e-11


class Orders(NamedTuple):
    """What :func:`select_order` found.

    Attributes
    ----------
    order : int
        The order with the best criterion.
    errors : ndarray of shape (max_order + 1,)
        Mean squared one-step error of every order, 0 lags first.
    scores : ndarray of shape (max_order + 1,)
        The criterion of every order.
    """

    order: int
    errors: Floats
    scores: Floats


@checked(criterion=OneOf(CRITERIA))
def select_order(y: ArrayLike, max_order: int, *, criterion: str = "bic") -> Orders:
    """Choose the number of lags of an autoregression, gaps not allowed.

    The Cholesky factor of all lags contains those of the first 1, 2, ... lags, so one
    factorisation gives the errors of all orders on the same rows.

    Parameters
    ----------
    y : array-like of shape (n_times,)
        The series, oldest value first.
    max_order : int
        Largest order to consider.
    criterion : {'bic', 'ebic'}, default='bic'
        What judges them.

    Returns
    -------
    orders : Orders
        The best order, and errors and scores of all.

    Raises
    ------
    ValueError
        If the series is not longer than the largest order, has gaps, or the criterion
        is not known.

    Examples
    --------
    >>> from skreg.autoregression import select_order
    >>> from skreg.datasets import make_ar_process
    >>> y = make_ar_process(2000, lags=[1, 2, 3], coef=[0.2, 0.3, -0.5], random_state=0)
    >>> select_order(y, max_order=60).order
    3
    """
    max_order = whole_number(max_order, "max_order")
    values = one_series(y)
    if len(values) <= max_order:
        raise ValueError(
            f"y has {len(values)} values, but max_order={max_order} needs more; lower "
            "it or give a longer series."
        )
    unit = binary_units(values[:, None])[0]
    values = values / unit
    values = values - values.mean() if len(values) else values
    moments = window_moments([Channel(values, 0, max_order + 1)], max_order + 1)
    problem = Problem.of(moments, np.arange(max_order)[::-1], [max_order])
    steps = np.zeros(max_order)
    factor, some = _leading_factor(problem.gram)
    steps[:some] = linalg.solve_triangular(factor, problem.cross[:some, 0], lower=True)
    explained = np.concatenate([[0.0], np.cumsum(steps**2)])
    errors = np.maximum(problem.power[0] - explained, 0.0)
    score = CRITERIA[criterion]
    scores = np.array(
        [score(e, problem.count, k, max_order) for k, e in enumerate(errors)]
    )
    with np.errstate(over="ignore"):  # squares of huge units
        square = min(np.square(problem.y_scale[0] * unit), np.finfo(np.float64).max)
        squares = errors * square
    return Orders(int(scores.argmin()), squares, scores)


def _leading_factor(gram: Floats) -> tuple[Floats, int]:
    """Return the Cholesky factor of the lags before one that these determine."""
    factor, info = linalg.lapack.dpotrf(gram, lower=1, clean=1)
    some = info - 1 if info > 0 else len(gram)
    lost = np.flatnonzero(np.diag(factor)[:some] ** 2 < _SINGULAR)
    some = int(lost[0]) if len(lost) else some
    return factor[:some, :some], some
