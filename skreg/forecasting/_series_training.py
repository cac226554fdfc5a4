"""From a forecaster's parameters and its series to what forecasts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Protocol

from .._types import Array
from ..autoregression._rule import Rule
from ._differences import Differences
from ._engine import Engine
from ._fitted_attributes import warn_if_explosive
from ._fitting._fit_task import Task
from ._fitting._missing_values import interpolated
from ._fitting._net_options import NetOptions
from ._fitting._robust_models import other_losses
from ._fitting._window_design import Design
from ._offered_lags import difference_periods, exogenous_lags, offered_lags
from ._series_checks import require_length, require_values
from ._series_panel import Form, Series
from ._series_scaling import SeriesScaling

# What is done about the gaps that a way to deal with them leaves, if any.
_GAPS = {"raise": "drop", "interpolate": "auto"}


class SeriesParameters(Protocol):
    """The parameters of a forecaster that its training reads."""

    lags: int | Sequence[int] | None
    horizon: int
    strategy: str
    exog_lags: Mapping[Any, Any] | None
    differences: int | Sequence[int]
    standardize: bool
    missing: str
    loss: str
    quantiles: Sequence[float] | None
    cv: int
    fit_intercept: bool

    def _rule(self) -> Rule: ...

    def _net_options(self) -> NetOptions: ...


def train(
    forecaster: SeriesParameters,
    panel: list[Series],
    form: Form,
    names: Array | None,
) -> tuple[Engine, list[Series]]:
    """Check, resolve defaults and fit; the forecaster itself stays as it is.

    Parameters
    ----------
    forecaster : ARNetForecaster
        Its parameters are read.
    panel : list of Series
        Training series.
    form : Form
        How they came, for messages.
    names : ndarray of str or None
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
        # Beyond the last value there is no line to follow: forecasts fill that gap.
        panel = [
            replace(
                s,
                values=interpolated(s.values, ends=False),
                exog=interpolated(s.exog, ends=False),
            )
            for s in panel
        ]
    task, differences = _task(forecaster, panel, form, names)
    scaling = SeriesScaling.of(
        panel,
        differences,
        centred=task.centred,
        standardize=forecaster.standardize,
    )
    engine = Engine.train(panel, task, scaling)
    warn_if_explosive(engine, forecaster.strategy, forecaster.horizon)
    return engine, panel


def _task(
    forecaster: SeriesParameters,
    panel: list[Series],
    form: Form,
    names: Array | None,
) -> tuple[Task, Differences]:
    horizon, strategy = forecaster.horizon, forecaster.strategy
    differences = Differences(difference_periods(forecaster.differences))
    lags = offered_lags(forecaster.lags, min(map(len, panel)) - differences.lost)
    n_exog = panel[0].exog.shape[1]
    past = exogenous_lags(
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
        _GAPS.get(forecaster.missing, forecaster.missing),
        differences.periods,
        forecaster.cv,
        other_losses(forecaster.loss, forecaster.quantiles),
        forecaster._net_options(),
    )
    return task, differences
