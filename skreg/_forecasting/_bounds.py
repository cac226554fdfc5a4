"""Intervals around forecasts: three ways, one signature."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

from ..autoregression import (
    conformal_bounds,
    forecast_deviations,
    impulse_responses,
)
from ._ahead import Ahead
from ._engine import Engine

Floats = NDArray[np.float64]
Bounds = tuple[list[Floats], list[Floats]]


def conformal(ahead: Ahead, errors: Floats, coverage: float) -> Bounds:
    """Add the quantiles of the latest errors, at each step ahead.

    Parameters
    ----------
    ahead : Ahead
        What is to be forecast.
    errors : ndarray of shape (n_origins, horizon, n_channels)
        Latest errors, standardised, NaN where unknown.
    coverage : float
        Share of truths between the bounds.
    """
    _require_reach(ahead, errors)
    shape = errors.shape[1:]
    lower, upper = np.empty(shape), np.empty(shape)
    for place in np.ndindex(*shape):
        past = errors[(slice(None), *place)]
        below, above = conformal_bounds(past[np.isfinite(past)], coverage)
        lower[place], upper[place] = below, above
    return _around(ahead, lower, upper)


def gaussian(ahead: Ahead, errors: Floats, coverage: float) -> Bounds:
    """Add multiples of the standard deviation of the errors.

    One-step models imply it for every step; for direct forecasts it is measured on
    the latest errors.

    Parameters
    ----------
    ahead, errors, coverage
        As for :func:`conformal`.
    """
    if ahead.engine.task.design.steps == 1:
        deviation = implied_deviations(ahead.engine, ahead.horizon)
    else:
        _require_reach(ahead, errors)
        if len(errors) < 2:
            raise ValueError(
                "interval='gaussian' with direct forecasts needs past errors; raise "
                "calibration_size or give a longer series."
            )
        deviation = np.sqrt(np.nanmean(errors**2, axis=0))
    width = norm.ppf(0.5 + 0.5 * coverage) * deviation
    return _around(ahead, -width, width)


def quantile(ahead: Ahead, errors: Floats, coverage: float) -> Bounds:
    """Forecast the quantiles that bound the interval, by models of their own.

    Parameters
    ----------
    ahead, errors, coverage
        As for :func:`conformal`; the errors are not needed.
    """
    found = []
    levels = (0.5 - 0.5 * coverage, 0.5 + 0.5 * coverage)
    for level in levels:
        models = ahead.engine.models
        key = next((k for k in models if k != "mean" and np.isclose(k, level)), None)
        if key is None:
            fitted = sorted(k for k in models if k != "mean")
            raise ValueError(
                f"coverage={coverage} needs the quantile {level:.6g}, but quantiles="
                f"{fitted} were fitted; fit with quantiles=({levels[0]:.6g}, "
                f"{levels[1]:.6g})."
            )
        found.append(ahead.forecast(models[key]))
    pairs = list(zip(*found, strict=True))
    # Two quantiles fitted apart may cross.
    return [np.minimum(*pair) for pair in pairs], [np.maximum(*pair) for pair in pairs]


INTERVALS: dict[str, Callable[[Ahead, Floats, float], Bounds]] = {
    "conformal": conformal,
    "gaussian": gaussian,
    "quantile": quantile,
}


def implied_deviations(engine: Engine, horizon: int) -> Floats:
    """Return the standard deviations that a one-step model implies, standardised.

    Parameters
    ----------
    engine : Engine
        Of a model of one step.
    horizon : int
        Steps.
    """
    fit = engine.fit
    lags = np.moveaxis(engine.models["mean"].lag_weights[0], 2, 0)[::-1]
    responses = impulse_responses(lags, horizon)
    for period in engine.differences.periods:
        for k in range(period, horizon):
            responses[k] += responses[k - period]
    return forecast_deviations(responses, np.diag(fit.errors[0]))


def _require_reach(ahead: Ahead, errors: Floats) -> None:
    if ahead.horizon > errors.shape[1]:
        raise ValueError(
            f"horizon={ahead.horizon} is beyond the {errors.shape[1]} steps whose "
            "errors are known; fit with a longer horizon."
        )


def _around(ahead: Ahead, lower: Floats, upper: Floats) -> Bounds:
    centres = ahead.forecast(ahead.engine.models["mean"])
    scales = [scale.deviation for scale in ahead.engine.scales]
    pairs = list(zip(centres, scales, strict=True))
    reach = ahead.horizon
    return (
        [centre + lower[:reach] * scale for centre, scale in pairs],
        [centre + upper[:reach] * scale for centre, scale in pairs],
    )
