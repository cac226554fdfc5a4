"""Forecasts from every time of known series: their errors and their score."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from sklearn.metrics import r2_score

from .._types import Floats
from ._engine import Engine
from ._fitting._solver_choice import mean_model_of
from ._series_panel import Series
from ._time_index import follows


def honest_errors(
    engine: Engine, panel: Sequence[Series], horizon: int, size: int
) -> list[Floats]:
    """Return errors of forecasts of training values by a model without them.

    Parameters
    ----------
    engine : Engine
        The fitted model.
    panel : sequence of Series
        Training series.
    horizon : int
        Steps.
    size : int
        Most origins a series.

    Returns
    -------
    errors : list of ndarray of shape (n_origins, horizon, n_channels)
        In standard deviations of the series, NaN where a value is missing.
    """
    parts = []
    for series in panel:
        available = len(series) - engine.context - horizon + 1
        parts.append(max(min(size, available // 4), 0))
    kept = [
        s.part(0, len(s) - n - horizon + 1) for s, n in zip(panel, parts, strict=True)
    ]
    model = engine.models["mean"]
    if _can_refit(engine, kept):
        model = mean_model_of(engine.pairs(kept), engine.task, engine.fit)
    return [
        engine.errors(series, i, horizon, len(series) - n - horizon + 1, model)
        for i, (series, n) in enumerate(zip(panel, parts, strict=True))
    ]


def _can_refit(engine: Engine, panel: Sequence[Series]) -> bool:
    """Whether shortened series still hold twice as many windows as coefficients."""
    most = max(
        int(np.count_nonzero(s.coef)) for row in engine.fit.solutions for s in row
    )
    taken = engine.scaling.differences.lost + engine.task.design.length
    windows = [len(s) - taken + 1 for s in panel]
    return min(windows) > 0 and sum(windows) >= 2 * most + 2


def later_errors(
    engine: Engine,
    panel: Sequence[Series],
    appended: Sequence[Series],
    errors: Sequence[Floats],
    size: int,
) -> list[Floats]:
    """Return past errors, then those that forecasts of the new values would have made.

    Parameters
    ----------
    engine : Engine
        The fitted model.
    panel, appended : sequence of Series
        Without and with the new values.
    errors : sequence of ndarray of shape (n_origins, horizon, n_channels)
        Up to now, by series.
    size : int
        Most errors to keep, the latest ones.
    """
    found = []
    model = engine.models["mean"]
    for i, (old, series) in enumerate(zip(panel, appended, strict=True)):
        horizon = errors[i].shape[1]
        late = engine.errors(series, i, horizon, len(old) - horizon + 1, model)
        joined = np.concatenate([errors[i], late])
        found.append(joined[max(len(joined) - size, 0) :])
    return found


def one_step_errors(engine: Engine, panel: Sequence[Series]) -> list[Floats]:
    """Return the one-step errors (n_origins, n_channels) of each series.

    Parameters
    ----------
    engine : Engine
        The fitted model.
    panel : sequence of Series
        Training series.
    """
    found = []
    for i, series in enumerate(panel):
        forecasts, targets = engine.rolling(series, i, 1, 0, engine.models["mean"])
        found.append((targets - forecasts)[:, 0])
    return found


def rolling_r2(
    engine: Engine, panel: Sequence[Series], later: Sequence[Series], horizon: int
) -> float:
    """Return :math:`R^2` of forecasts from every time of later series.

    Parameters
    ----------
    engine : Engine
        The fitted model.
    panel : sequence of Series
        Training series, whose ends are the first contexts of what follows them.
    later : sequence of Series
        In the same order.
    horizon : int
        Steps.
    """
    found, truth = [], []
    for i, (trained, new) in enumerate(zip(panel, later, strict=True)):
        series, start = new, engine.context
        if follows(new.index, trained.index):
            past = trained.part(-2 * engine.context)
            series, start = past.followed_by(new), len(past)
        model = engine.models["mean"]
        forecasts, targets = engine.rolling(series, i, horizon, start, model)
        known = np.isfinite(targets)
        found.append(forecasts[known])
        truth.append(targets[known])
    if sum(map(len, truth)) < 2:
        raise ValueError(
            f"y is too short to score forecasts of {horizon} steps; give at least "
            f"{horizon + 1} values, plus {engine.context} if they do not follow the "
            "training series."
        )
    return float(r2_score(np.concatenate(truth), np.concatenate(found)))
