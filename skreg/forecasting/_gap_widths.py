"""How much wider intervals are after a gap: its first step is no first step."""

from __future__ import annotations

import numpy as np

from .._types import Floats
from ..autoregression import impulse_responses
from ..autoregression._intervals import forecast_deviations
from ._engine import Engine
from ._series_panel import Series


def implied_deviations(engine: Engine, horizon: int) -> Floats:
    """Return the standard deviations that the one-step model implies, standardised.

    Parameters
    ----------
    engine : Engine
        Its first step is used.
    horizon : int
        Steps.

    Returns
    -------
    deviations : ndarray of shape (horizon, n_channels)
        Of errors 1, 2, ... steps ahead.
    """
    fit = engine.fit
    lags = np.moveaxis(engine.models["mean"].lag_weights[0], 2, 0)[::-1]
    responses = impulse_responses(lags, horizon)
    for period in engine.scaling.differences.periods:
        for k in range(period, horizon):
            responses[k] += responses[k - period]
    return forecast_deviations(responses, np.diag(fit.errors[0]))


def gaps_at_end(series: Series) -> list[int]:
    """Return how many of the latest values are missing, by channel.

    Parameters
    ----------
    series : Series
        With at least one value a channel.
    """
    known = ~np.isnan(series.values[::-1])
    return [int(gap) for gap in known.argmax(axis=0)]


def widening(engine: Engine, series: Series, horizon: int) -> Floats:
    """Return how many times wider intervals are than those without a gap at the end.

    Step h after a gap of g values is a step g + h of the one-step model, by which gaps
    are filled.

    Parameters
    ----------
    engine : Engine
        Fitted.
    series : Series
        What is known.
    horizon : int
        Steps.

    Returns
    -------
    factors : ndarray of shape (horizon, n_channels)
        1 without a gap.
    """
    gaps = gaps_at_end(series)
    factors = np.ones((horizon, len(gaps)))
    if not any(gaps):
        return factors
    deviations = implied_deviations(engine, horizon + max(gaps))
    for channel, gap in enumerate(gaps):
        late = deviations[gap : gap + horizon, channel]
        near = deviations[:horizon, channel]
        # A channel without errors has intervals without a width.
        np.divide(late, near, out=factors[:, channel], where=near > 0)
    return factors
