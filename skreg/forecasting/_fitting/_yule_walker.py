"""Very long orders: Levinson's recursion in place of a Gram matrix."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ...autoregression import yule_walker
from ...autoregression._operator import WindowOperator
from ...autoregression._sparse import Solution
from ._fit_task import Fit, Pair, Task
from ._linear_model import LinearModel

# From this order on, the Gram matrix alone would take 200 MB, its factor as much.
LONG = 5000


def suits_yule_walker(data: Sequence[Pair], task: Task) -> bool:
    """Whether to solve the Yule-Walker equations instead of least squares.

    They are for all lags of one series without gaps, and for no penalty, or a ridge
    of known strength; everything else needs the matrix.

    Parameters
    ----------
    data : sequence of (values, exog)
        Standardised series.
    task : Task
        What to fit.
    """
    design = task.design
    alone = len(data) == 1 and design.n_channels == 1
    simple = not design.known and not design.past and task.centred
    return (
        task.rule.known_ridge is not None
        and alone
        and simple
        and len(design.lags) == design.order >= LONG
        and not np.isnan(data[0][0]).any()
    )


def fit_yule_walker(data: Sequence[Pair], task: Task) -> Fit:
    """Fit by the Yule-Walker equations.

    Parameters
    ----------
    data : sequence of (values, exog)
        A single series.
    task : Task
        What to fit.

    Returns
    -------
    fit : Fit
        Without standard errors, which would need an inverse.
    """
    design = task.design
    values, exog, *_ = data[0]
    ridge = task.rule.known_ridge or 0.0
    coef = yule_walker(values[:, 0], design.order, horizon=design.steps, ridge=ridge)
    mean = values.mean()
    weights = np.zeros((design.steps, 1, design.width))
    weights[:, 0, design.lag_columns()[0]] = coef[:, ::-1]
    intercepts = mean - coef.sum(axis=1, keepdims=True) * mean
    windows = WindowOperator(design.channels(values, exog), design.length)
    errors = np.empty((design.steps, 1))
    for step in range(design.steps):
        target = windows.column(int(design.targets(step)[0]))
        residual = target - windows.apply(weights[step, 0]) - intercepts[step, 0]
        errors[step] = np.mean(residual**2)
    return Fit(
        LinearModel(design, weights, intercepts),
        [[Solution(row[::-1], ridge)] for row in coef],
        errors,
        np.full((1, design.width), np.nan),
        float(windows.count),
    )
