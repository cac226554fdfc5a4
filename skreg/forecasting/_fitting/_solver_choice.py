"""Which solver fits the linear part, and what stands on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ...autoregression._residual_losses import Loss
from ._corrected_model import corrected
from ._fit_task import Fit, Pair, Task
from ._least_squares import fit_squares, refitted
from ._linear_model import LinearModel
from ._robust_models import fit_loss
from ._sgd import fit_sgd
from ._yule_walker import fit_yule_walker, suits_yule_walker


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
        return fit_sgd(data, task)
    if suits_yule_walker(data, task):
        return fit_yule_walker(data, task)
    return fit_squares(data, task)


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
    if len(task.net.hidden_layer_sizes):
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
    if task.by_gradients or suits_yule_walker(data, task):
        model = fit_linear(data, task).model
    else:
        model = refitted(data, task, fit)
    losses: dict[str | float, Loss] = {
        key: loss for key, loss in task.losses.items() if key == "mean"
    }
    only = replace(task, losses=losses)
    return fit_models(data, only, replace(fit, model=model))["mean"]
