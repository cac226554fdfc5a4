"""Which solver fits the linear part, and what stands on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ..autoregression import Loss
from ._correction import corrected
from ._fitting import Fit, Pair, Task, fit_squares, refitted
from ._gradients import fit_gradients
from ._linear import LinearModel
from ._long import fit_long, is_long
from ._other_losses import fit_loss


def fit_linear(data: Sequence[Pair], task: Task) -> Fit:
    """Fit the linear part: by gradients if asked, else in closed form.

    Parameters
    ----------
    data : sequence of (values, exog)
        Standardised series.
    task : Task
        What to fit.
    """
    if task.by_gradients:
        return fit_gradients(data, task)
    return fit_long(data, task) if is_long(data, task) else fit_squares(data, task)


def fit_models(
    data: Sequence[Pair], task: Task, fit: Fit
) -> dict[str | float, LinearModel]:
    """Return what forecasts: 'mean', and a model for each quantile that is asked for.

    Parameters
    ----------
    data : sequence of (values, exog)
        Standardised series.
    task : Task
        What to fit.
    fit : Fit
        The linear part.
    """
    found: dict[str | float, LinearModel] = {"mean": fit.model}
    for key, loss in task.losses.items():
        found[key] = fit_loss(data, task, fit, loss)
    if task.net is not None and len(task.net.hidden_layer_sizes):
        found["mean"] = corrected(data, task, found["mean"])
    return found


def mean_model_of(data: Sequence[Pair], task: Task, fit: Fit) -> LinearModel:
    """Return what forecasts, fitted to other data without choosing lags again.

    Parameters
    ----------
    data : sequence of (values, exog)
        Standardised series.
    task : Task
        As for the fit.
    fit : Fit
        Its lags and strengths are kept.
    """
    if task.by_gradients or is_long(data, task):
        model = fit_linear(data, task).model
    else:
        model = refitted(data, task, fit)
    losses: dict[str | float, Loss] = {
        key: loss for key, loss in task.losses.items() if key == "mean"
    }
    only = replace(task, losses=losses)
    return fit_models(data, only, replace(fit, model=model))["mean"]
