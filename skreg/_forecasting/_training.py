"""From a forecaster's parameters and its series to what forecasts."""

from __future__ import annotations

from typing import Any

from ._attributes import warn_if_explosive
from ._check import (
    require_length,
    require_values,
    resolve_differences,
    resolve_exog_lags,
    resolve_lags,
)
from ._design import Design
from ._differences import Differences
from ._engine import Engine
from ._fitting import Task
from ._gaps import interpolated
from ._net import NetOptions
from ._other_losses import other_losses
from ._panel import Form, Series


def train(
    forecaster: Any, panel: list[Series], form: Form, names: Any
) -> tuple[Engine, list[Series]]:
    """Check, resolve defaults and fit; the forecaster itself stays as it is.

    Parameters
    ----------
    forecaster : SeriesForecaster
        Its public parameters are read.
    panel : list of Series
        Training series.
    form : Form
        How they came, for messages.
    names : sequence of str or None
        Of the exogenous columns.

    Returns
    -------
    engine : Engine
        Fitted.
    panel : list of Series
        As they were used.
    """
    require_values(panel, form, forecaster.missing)
    if forecaster.missing == "interpolate":
        panel = [
            Series(interpolated(s.values), interpolated(s.exog), s.index) for s in panel
        ]
    task, differences = _task(forecaster, panel, form, names)
    engine = Engine.train(panel, task, differences, standardize=forecaster.standardize)
    warn_if_explosive(engine, forecaster.strategy, forecaster.horizon)
    return engine, panel


def _task(
    forecaster: Any, panel: list[Series], form: Form, names: Any
) -> tuple[Task, Differences]:
    horizon, strategy = forecaster.horizon, forecaster.strategy
    differences = Differences(resolve_differences(forecaster.differences))
    lags = resolve_lags(forecaster.lags, min(map(len, panel)) - differences.lost)
    n_exog = panel[0].exog.shape[1]
    past = resolve_exog_lags(
        forecaster.exog_lags, [] if names is None else list(names), n_exog
    )
    steps = 1 if strategy == "recursive" else horizon
    if past and strategy == "recursive" and horizon > 1:
        raise ValueError(
            "exog_lags with strategy='recursive' would need the future of these "
            "columns after the first step; use strategy='direct'."
        )
    known = tuple(c for c in range(n_exog) if c not in past)
    design = Design(panel[0].values.shape[1], lags, steps, known, past)
    require_length(panel, form, design.order, horizon, differences.lost)
    task = Task(
        design,
        forecaster._rule(),
        bool(forecaster.fit_intercept),
        "drop" if forecaster.missing == "drop" else "pairwise",
        forecaster.cv,
        other_losses(forecaster.loss, forecaster.quantiles),
        NetOptions.of(forecaster),
    )
    return task, differences
