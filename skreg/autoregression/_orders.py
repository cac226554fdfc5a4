"""All orders of an autoregression from one factorisation."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy import linalg

from ._criteria import CRITERIA
from ._moments import Floats
from ._problem import Problem
from ._windows import Channel, window_moments


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
        If the series is not longer than the largest order.

    Examples
    --------
    >>> from skreg.autoregression import select_order
    >>> from skreg.datasets import make_ar_process
    >>> y = make_ar_process(2000, lags=[1, 2, 3], coef=[0.2, 0.3, -0.5], random_state=0)
    >>> select_order(y, max_order=60).order
    3
    """
    values = np.asarray(y, dtype=np.float64)
    values = values - values.mean()
    moments = window_moments([Channel(values, 0, max_order + 1)], max_order + 1)
    problem = Problem.of(moments, np.arange(max_order)[::-1], [max_order])
    factor = linalg.cholesky(problem.gram, lower=True)
    steps = linalg.solve_triangular(factor, problem.cross[:, 0], lower=True)
    explained = np.concatenate([[0.0], np.cumsum(steps**2)])
    errors = np.maximum(problem.power[0] - explained, 0.0)
    score = CRITERIA[criterion]
    scores = np.array(
        [score(e, problem.count, k, max_order) for k, e in enumerate(errors)]
    )
    return Orders(int(scores.argmin()), errors * problem.y_scale[0] ** 2, scores)
