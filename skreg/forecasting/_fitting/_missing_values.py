"""Missing values of a series: what each policy makes of them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ..._types import Booleans, Floats
from ...autoregression import Moments, pairwise_moments, window_moments
from ._linear_model import LinearModel
from ._window_design import Design


def complete_runs(known: Booleans, length: int) -> Iterator[slice]:
    """Yield the stretches of at least some length without a gap."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], known.astype(np.int8), [0]])))
    for start, stop in edges.reshape(-1, 2):
        if stop - start >= length:
            yield slice(int(start), int(stop))


def moments_of(values: Floats, exog: Floats, design: Design, missing: str) -> Moments:
    """Return the moments of one series, with or without gaps.

    Parameters
    ----------
    values, exog : ndarray of shape (n_times, n_columns)
        NaN where missing.
    design : Design
        Columns of a window.
    missing : {'pairwise', 'drop'}
        How gaps are dealt with.

    Raises
    ------
    ValueError
        If no window is left.
    """
    known = np.asarray(~np.isnan(np.column_stack([values, exog])).any(axis=1))
    if known.all():
        return window_moments(design.channels(values, exog), design.length)
    if missing == "pairwise":
        return pairwise_moments(design.channels(values, exog), design.length)
    total: Moments | None = None
    for run in complete_runs(known, design.length):
        channels = design.channels(values[run], exog[run])
        part = window_moments(channels, design.length)
        total = part if total is None else total + part
    if total is None:
        raise ValueError(
            f"missing='drop' leaves no window of {design.length} values without a gap; "
            "use missing='pairwise' or fewer lags."
        )
    return total


def interpolated(values: Floats) -> Floats:
    """Return columns with gaps filled along straight lines, ends held."""
    filled = values.copy()
    times = np.arange(len(values))
    for column in filled.T:
        known = np.isfinite(column)
        if known.any() and not known.all():
            column[~known] = np.interp(times[~known], times[known], column[known])
    return filled


def filled_by(model: LinearModel, values: Floats, exog: Floats) -> Floats:
    """Return a standardised series with gaps filled by the model's linear part.

    Parameters
    ----------
    model : LinearModel
        Its first step is used.
    values, exog : ndarray of shape (n_times, n_columns)
        NaN where missing. Before the first full window the mean, 0, is put in.
    """
    gaps = np.flatnonzero(np.isnan(values).any(axis=1))
    if not len(gaps):
        return values
    order, design = model.design.order, model.design
    filled = values.copy()
    exog = np.pad(np.nan_to_num(exog), ((0, design.steps), (0, 0)), mode="edge")
    for t in gaps:
        guess = np.zeros(values.shape[1])
        if t >= order:
            window = exog[None, t - order : t + design.steps]
            guess = model.linear(filled[None, t - order : t], window)[0, 0]
        hole = np.isnan(filled[t])
        filled[t, hole] = guess[hole]
    return filled
