"""A net on windows that corrects the linear model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from ..._types import Floats
from ._error_net import error_net
from ._fit_task import Pair, Task
from ._linear_model import LinearModel, sliding_targets
from ._missing_values import carried_exog, filled_by, memory_of
from ._net_correction import NetCorrection, inputs


def corrected(data: Sequence[Pair], task: Task, model: LinearModel) -> LinearModel:
    """Return a model with a correction, or the model itself if none pays.

    Parameters
    ----------
    data : sequence of (values, exog)
        Standardised series. Gaps among the lags are filled by the model; windows with
        a gap in the target do not count.
    task : Task
        What to fit.
    model : LinearModel
        Stays as it is.
    """
    memory, _ = memory_of([pair.exog for pair in data])
    parts = [
        _windows(model, pair.values, carried_exog(pair.exog, memory)) for pair in data
    ]
    # The latest windows of all series judge, so they come last.
    when = np.concatenate([np.arange(len(X)) / max(len(X), 1) for X, _ in parts])
    order = np.argsort(when, kind="stable")
    X = np.concatenate([X for X, _ in parts])[order]
    residual = np.concatenate([residual for _, residual in parts])[order]
    # Targets of windows that train must not be lags, or targets, of those that judge.
    gap = (task.design.steps - 1) * len(data)
    net = error_net(task.net, X, residual, None, gap=gap)
    if net is None:
        return model
    return replace(model, correction=NetCorrection(model.design, net))


def _windows(model: LinearModel, values: Floats, exog: Floats) -> tuple[Floats, Floats]:
    """Return inputs of the net and errors of the model, of all windows of a series."""
    design = model.design
    filled = filled_by(model, values, exog)[: len(values) - design.steps]
    past = sliding_window_view(filled, design.order, axis=0)
    known = sliding_window_view(exog, design.length, axis=0)
    past, known = np.moveaxis(past, 1, 2), np.moveaxis(known, 1, 2)
    targets = sliding_targets(values, design.steps, design.order)
    residual = (targets - model.linear(past, known)).reshape(len(past), -1)
    complete = np.isfinite(residual).all(axis=1)
    return inputs(design, past, known)[complete], residual[complete]
