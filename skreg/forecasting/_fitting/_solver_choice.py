"""Which solver fits the linear part, what of the gaps, and what stands on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from ...autoregression._residual_losses import Loss
from ._corrected_model import corrected
from ._expected_series import expected_sources
from ._fit_task import Fit, Pair, Task
from ._gap_policies import (
    CompleteWindows,
    PairwiseWindows,
    PlainWindows,
    Source,
    n_complete,
)
from ._least_squares import fit_squares, refitted
from ._linear_model import LinearModel
from ._robust_models import fit_loss
from ._sgd import fit_sgd
from ._yule_walker import fit_yule_walker, suits_yule_walker

# Windows without a gap are plenty if that share of all have none, and they are so many
# times more than coefficients.
_PLENTY, _ROWS_A_COEFFICIENT = 0.8, 10


def fit_linear(data: Sequence[Pair], task: Task) -> Fit:
    """Fit the linear part: by gradients if asked, else in closed form.

    Parameters
    ----------
    data : sequence of Pair
        Standardised series.
    task : Task
        What to fit.
    """
    if task.by_gradients:
        return fit_sgd(data, task)
    if suits_yule_walker(data, task):
        return fit_yule_walker(data, task)
    return fit_squares(sources_of(data, task, None), task)


def sources_of(data: Sequence[Pair], task: Task, fit: Fit | None) -> list[Source]:
    """Return series as sources of moments, their gaps dealt with as asked.

    Parameters
    ----------
    data : sequence of Pair
        Standardised series.
    task : Task
        What to fit.
    fit : Fit or None
        What it led to, if that is known.
    """
    if task.missing == "auto" and not _plenty(data, task):
        return expected_sources(data, task, fit)
    gappy = PairwiseWindows if task.missing == "pairwise" else CompleteWindows
    found: list[Source] = []
    for pair in data:
        complete = np.isfinite(pair.values).all() and np.isfinite(pair.exog).all()
        found.append((PlainWindows if complete else gappy)(pair.values, pair.exog))
    return found


def _plenty(data: Sequence[Pair], task: Task) -> bool:
    """Whether windows without a gap are enough to fit to these alone."""
    length = task.design.length
    count = sum(n_complete(pair.values, pair.exog, length) for pair in data)
    every = sum(max(len(pair.values) - length + 1, 0) for pair in data)
    enough = count >= _ROWS_A_COEFFICIENT * len(task.design.regressors(0))
    return count == every or (enough and count >= _PLENTY * every)


def fit_models(
    data: Sequence[Pair], task: Task, fit: Fit
) -> dict[str | float, LinearModel]:
    """Return what forecasts: 'mean', and a model for each quantile that is asked for.

    Parameters
    ----------
    data : sequence of Pair
        Standardised series.
    task : Task
        What to fit.
    fit : Fit
        The linear part.
    """
    found: dict[str | float, LinearModel] = {"mean": fit.model}
    sources = sources_of(data, task, fit) if task.losses else []
    for key, loss in task.losses.items():
        found[key] = fit_loss(data, sources, task, fit, loss)
    if len(task.net.hidden_layer_sizes):
        found["mean"] = corrected(data, task, found["mean"])
    return found


def mean_model_of(data: Sequence[Pair], task: Task, fit: Fit) -> LinearModel:
    """Return what forecasts, fitted to other data without choosing lags again.

    Parameters
    ----------
    data : sequence of Pair
        Standardised series.
    task : Task
        As for the fit.
    fit : Fit
        Its lags and strengths are kept.
    """
    if task.by_gradients or suits_yule_walker(data, task):
        model = fit_linear(data, task).model
    else:
        model = refitted(sources_of(data, task, fit), task, fit)
    losses: dict[str | float, Loss] = {
        key: loss for key, loss in task.losses.items() if key == "mean"
    }
    only = replace(task, losses=losses)
    return fit_models(data, only, replace(fit, model=model))["mean"]
