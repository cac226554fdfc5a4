"""Gaps before a forecast: forecast first, so that levels go on through them."""

from __future__ import annotations

import numpy as np

from .._types import Floats
from ._fitting._gap_equations import difference_weights
from ._fitting._linear_model import LinearModel
from ._fitting._missing_values import OneStep, carried_exog, filled_by, interpolated
from ._series_panel import Series
from ._series_scaling import SeriesScaling


def carried(
    scaling: SeriesScaling, model: LinearModel, series: Series, which: int
) -> tuple[Floats, Floats, Floats]:
    """Return a series without gaps, each filled from what was known before it.

    Parameters
    ----------
    scaling : SeriesScaling
        Differences, means and deviations.
    model : LinearModel
        Its first step fills.
    series : Series
        Known values.
    which : int
        Number of the series whose scale applies.

    Returns
    -------
    values, exog : ndarray of shape (n_times - lost, n_columns)
        What the model sees.
    levels : ndarray of shape (n_times, n_channels)
        The series itself, where differences were taken from.
    """
    values, exog, *_ = scaling.pair(series, which)
    exog = carried_exog(exog, scaling.exog_memory)
    if not scaling.differences.periods:
        return filled_by(model, values, exog), exog, series.values
    if not np.isnan(series.values).any():
        return values, exog, series.values
    scale, lost = scaling.scales[which], scaling.differences.lost
    levels = series.values.copy()
    levels[:lost] = interpolated(levels)[:lost]  # there is nothing to start from
    taken = difference_weights(scaling.differences.periods)
    reach = np.flatnonzero(taken)[1:]
    step = OneStep(model, values, exog)
    for t in map(int, np.flatnonzero(np.isnan(values).any(axis=1))):
        before = -taken[reach] @ levels[t + lost - reach]
        guess = step.guess(t) * scale.deviation + scale.mean + before
        now = levels[t + lost]
        hole = np.isnan(now)
        now[hole] = guess[hole]
        # A value that is known after a gap: its change is from the filled level.
        step.tell(t, (now - before - scale.mean) / scale.deviation)
    return step.filled, exog, levels


def context_of(series: Series, end: int, length: int) -> int:
    """Return where to start so that enough values lie before a time.

    Parameters
    ----------
    series : Series
        Values, perhaps with gaps.
    end : int
        The time.
    length : int
        Times without a gap that are wanted.

    Returns
    -------
    start : int
        0 if there are not as many.
    """
    known = np.flatnonzero(~np.isnan(series.values[:end]).any(axis=1))
    return int(known[-length]) if len(known) >= length else 0
