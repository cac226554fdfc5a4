"""Intervals around forecasts: three ways, one signature."""

from __future__ import annotations

from collections.abc import Callable
from numbers import Real
from typing import Any

import numpy as np
from scipy.stats import norm

from .._types import Floats
from ..autoregression import conformal_bounds
from ..autoregression._intervals import local_scales
from ._forecast_request import ForecastRequest
from ._gap_widths import implied_deviations, widening

Bounds = tuple[list[Floats], list[Floats]]


def require_coverage(coverage: Any) -> None:
    """Raise if a coverage is not a share between 0 and 1."""
    is_number = isinstance(coverage, Real)
    if not (is_number and 0 < coverage < 1):
        raise ValueError(f"coverage={coverage!r} must lie between 0 and 1.")


def conformal(
    request: ForecastRequest, errors: list[Floats], coverage: float
) -> Bounds:
    """Add the quantiles of the latest errors at each step, in their local scale.

    Parameters
    ----------
    request : ForecastRequest
        What is to be forecast.
    errors : list of ndarray of shape (n_origins, horizon, n_channels)
        Latest errors by series, standardised, NaN where unknown.
    coverage : float
        Share of truths between the bounds.
    """
    _require_reach(request, errors)
    delay = errors[0].shape[1]
    scaled = [local_scales(e, delay) for e in errors]
    pooled = np.concatenate(
        [e / scales for e, (scales, _) in zip(errors, scaled, strict=True)]
    )
    shape = pooled.shape[1:]
    lower, upper = np.empty(shape), np.empty(shape)
    for place in np.ndindex(*shape):
        past = pooled[(slice(None), *place)]
        past = past[np.isfinite(past)]
        lower[place], upper[place] = conformal_bounds(past, coverage)
    fitted = [now for _, now in scaled]
    usual = np.mean(fitted, axis=0)  # for series that were not fitted
    latest = [usual if i is None else fitted[i] for i in request.places]
    return _around(
        request, [lower * now for now in latest], [upper * now for now in latest]
    )


def gaussian(request: ForecastRequest, errors: list[Floats], coverage: float) -> Bounds:
    """Add multiples of the standard deviation of the errors.

    One-step models imply it for every step; for direct forecasts it is measured on
    the latest errors.

    Parameters
    ----------
    request, errors, coverage
        As for :func:`conformal`.
    """
    if request.engine.task.design.steps == 1:
        deviation = implied_deviations(request.engine, request.horizon)
    else:
        _require_reach(request, errors)
        pooled = np.concatenate(errors)
        if len(pooled) < 2:
            raise ValueError(
                "interval='gaussian' with direct forecasts needs past errors; raise "
                "calibration_size or give a longer series."
            )
        deviation = np.sqrt(np.nanmean(pooled**2, axis=0))
    width = [norm.ppf(0.5 + 0.5 * coverage) * deviation] * len(request.panel)
    return _around(request, [-w for w in width], width)


def quantile(request: ForecastRequest, errors: list[Floats], coverage: float) -> Bounds:
    """Forecast the quantiles that bound the interval, by models of their own.

    Parameters
    ----------
    request, errors, coverage
        As for :func:`conformal`; the errors are not needed.
    """
    found = []
    levels = (0.5 - 0.5 * coverage, 0.5 + 0.5 * coverage)
    for level in levels:
        models = request.engine.models
        key = next((k for k in models if k != "mean" and np.isclose(k, level)), None)
        if key is None:
            fitted = sorted(k for k in models if k != "mean")
            raise ValueError(
                f"coverage={coverage} needs the quantile {level:.6g}, but quantiles="
                f"{fitted} were fitted; fit with quantiles=({levels[0]:.6g}, "
                f"{levels[1]:.6g})."
            )
        found.append(request.forecast(models[key]))
    pairs = list(zip(*found, strict=True))
    # Two quantiles fitted apart may cross.
    lower = [np.minimum(*pair) for pair in pairs]
    upper = [np.maximum(*pair) for pair in pairs]
    centres = request.forecast(request.engine.models["mean"])
    return _moved_away(request, centres, lower), _moved_away(request, centres, upper)


def _moved_away(
    request: ForecastRequest, centres: list[Floats], bounds: list[Floats]
) -> list[Floats]:
    """Return bounds whose distances from the forecasts have grown by a gap."""
    found = []
    for series, centre, bound in zip(request.panel, centres, bounds, strict=True):
        factor = widening(request.engine, series, request.horizon)
        # Where there is no gap, the bounds stay as they are to the bit.
        wider = centre + factor * (bound - centre)
        found.append(np.where(factor == 1, bound, wider))
    return found


INTERVALS: dict[str, Callable[[ForecastRequest, list[Floats], float], Bounds]] = {
    "conformal": conformal,
    "gaussian": gaussian,
    "quantile": quantile,
}


def _require_reach(request: ForecastRequest, errors: list[Floats]) -> None:
    known = errors[0].shape[1]
    if request.horizon > known:
        raise ValueError(
            f"horizon={request.horizon} is beyond the {known} steps whose errors are "
            "known; fit with a longer horizon."
        )


def _around(
    request: ForecastRequest, lower: list[Floats], upper: list[Floats]
) -> Bounds:
    """Return forecasts plus offsets (at least horizon, n_channels) by series."""
    centres = request.forecast(request.engine.models["mean"])
    scales = [scale.deviation for scale in request.engine.scaling.scales]
    reach = request.horizon
    factors = [widening(request.engine, series, reach) for series in request.panel]

    def shifted(offsets: list[Floats]) -> list[Floats]:
        parts = zip(centres, offsets, scales, factors, strict=True)
        return [
            centre + offset[:reach] * factor * scale
            for centre, offset, scale, factor in parts
        ]

    return shifted(lower), shifted(upper)
