"""The published form of AR-Net: a linear net on windows, trained by gradients."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..._types import Floats, Integers
from ...autoregression._operator import WindowOperator
from ...autoregression._sparse import Solution
from ._fit_task import Fit, Pair, Task
from ._linear_model import LinearModel
from ._linear_net import fit_linear_net


def fit_sgd(data: Sequence[Pair], task: Task) -> Fit:
    """Fit by stochastic gradients, one net for all steps that share their columns.

    Parameters
    ----------
    data : sequence of (values, exog)
        Standardised series. Windows with gaps do not count.
    task : Task
        What to fit.

    Returns
    -------
    fit : Fit
        Without standard errors.
    """
    design = task.design
    steps, channels = design.steps, design.n_channels
    weights = np.zeros((steps, channels, design.width))
    intercepts, errors = np.zeros((steps, channels)), np.zeros((steps, channels))
    solutions: list[list[Solution]] = [[] for _ in range(steps)]
    columns = [design.channels(pair.values, pair.exog) for pair in data]
    operators = [WindowOperator(each, design.length) for each in columns]
    groups = [[k] for k in range(steps)] if design.known else [list(range(steps))]
    count = 0
    for group in groups:
        regressors = design.regressors(group[0])
        targets = np.concatenate([design.targets(k) for k in group])
        X, Y = _rows(operators, regressors, targets)
        count = len(X)
        coef, offsets, alpha = fit_linear_net(task.net, X, Y, None)
        weights[group[0] : group[-1] + 1, :, regressors] = coef.reshape(
            len(group), channels, -1
        )
        intercepts[group] = offsets.reshape(len(group), channels)
        residual = Y - X @ coef.T - offsets
        errors[group] = np.mean(residual**2, axis=0).reshape(len(group), channels)
        scaled = coef * X.std(axis=0) / np.maximum(Y.std(axis=0), 1e-300)[:, None]
        for row, k in zip(scaled, np.repeat(group, channels), strict=True):
            solutions[k].append(Solution(row, alpha))
    deviations = np.full((channels, design.width), np.nan)
    model = LinearModel(design, weights, intercepts)
    return Fit(model, solutions, errors, deviations, float(count))


def _rows(
    operators: Sequence[WindowOperator],
    regressors: Integers,
    targets: Integers,
) -> tuple[Floats, Floats]:
    """Return regressors and targets of all complete windows."""
    both = np.concatenate([regressors, targets])
    rows = np.concatenate(
        [np.column_stack([windows.column(c) for c in both]) for windows in operators]
    )
    rows = rows[np.isfinite(rows).all(axis=1)]
    if len(rows) < 2:
        raise ValueError(
            f"solver='sgd' trains on windows without a gap, of which there are "
            f"{len(rows)}; use missing='interpolate', fewer lags or solver='auto'."
        )
    return rows[:, : len(regressors)], rows[:, len(regressors) :]
