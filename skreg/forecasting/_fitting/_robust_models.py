"""Models for other losses than the squared error, on the lags that it selected."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..._types import Floats
from ...autoregression._operator import WindowOperator
from ...autoregression._problem import Problem
from ...autoregression._residual_losses import Loss, PinballLoss, loss_named
from ...autoregression._robust import Rows, minimise_loss
from ._fit_task import Fit, Pair, Task
from ._gap_policies import Source, total_moments
from ._linear_model import LinearModel
from ._missing_values import carried_exog, filled_by, memory_of


def fit_loss(
    data: Sequence[Pair],
    sources: Sequence[Source],
    task: Task,
    fit: Fit,
    loss: Loss,
) -> LinearModel:
    """Fit the chosen columns by another loss than the squared error.

    Parameters
    ----------
    data : sequence of (values, exog)
        Standardised series. Gaps among the lags are filled by the model of `fit`;
        windows with a gap in the target do not count.
    sources : sequence of Source
        The same series as they were fitted.
    task : Task
        As for the fit.
    fit : Fit
        By least squares; its lags are kept.
    loss : Loss
        What is minimised.
    """
    design = task.design
    moments = total_moments(sources, design)
    parts = []
    memory, _ = memory_of([pair.exog for pair in data])
    for values, gappy, *_ in data:
        exog = carried_exog(gappy, memory)
        filled = filled_by(fit.model, values, exog)
        channels = design.channels(filled, exog)
        parts.append((WindowOperator(channels, design.length), filled, values))
    weights = np.zeros_like(fit.model.weights)
    intercepts = np.zeros_like(fit.model.intercepts)
    for step in range(design.steps):
        regressors = design.regressors(step)
        for channel, target in enumerate(design.targets(step)):
            problem = Problem.of(moments, regressors, [target], centred=task.centred)
            rows = [
                _rows(windows, filled, values, design.order + step, channel)
                for windows, filled, values in parts
            ]
            coef, intercept = minimise_loss(
                loss,
                rows,
                problem,
                regressors,
                fit.solutions[step][channel].coef,
                centred=task.centred,
            )
            weights[step, channel, regressors] = coef
            intercepts[step, channel] = intercept
    return LinearModel(design, weights, intercepts)


def other_losses(
    loss: str, quantiles: Sequence[float] | None
) -> dict[str | float, Loss]:
    """Return the losses besides the squared error that models are wanted for.

    Parameters
    ----------
    loss : {'squared_error', 'huber', 'quantile'}
        Of the forecast itself, called 'mean'.
    quantiles : sequence of float or None
        Of the bounds, called by their level.
    """
    try:
        levels = [] if quantiles is None else [float(q) for q in quantiles]
    except (TypeError, ValueError):
        levels = [np.nan]
    if not all(0 < q < 1 for q in levels):
        raise ValueError(f"quantiles={quantiles!r} must lie between 0 and 1.")
    found: dict[str | float, Loss] = {q: PinballLoss(q) for q in levels}
    of_forecast = loss_named(loss)
    if of_forecast is not None:
        found["mean"] = of_forecast
    return found


def _rows(
    windows: WindowOperator, filled: Floats, values: Floats, first: int, channel: int
) -> Rows:
    where = slice(first, first + windows.count)
    known = np.isfinite(values[where, channel])
    return Rows(
        windows,
        filled[where, channel],
        None if known.all() else known.astype(np.float64),
    )
