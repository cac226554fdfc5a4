"""Missing values of a series: where they are, and what may be put in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from ..._types import Floats
from ._linear_model import LinearModel


def complete_runs(values: Floats, exog: Floats, length: int) -> Iterator[slice]:
    """Yield the stretches of at least some length without a gap.

    Parameters
    ----------
    values, exog : ndarray of shape (n_times, n_columns)
        NaN where missing.
    length : int
        Times that a window spans.
    """
    known = ~np.isnan(np.column_stack([values, exog])).any(axis=1)
    edges = np.flatnonzero(np.diff(np.concatenate([[0], known.astype(np.int8), [0]])))
    for start, stop in edges.reshape(-1, 2):
        if stop - start >= length:
            yield slice(int(start), int(stop))


def interpolated(values: Floats, *, ends: bool = True) -> Floats:
    """Return columns with gaps filled along straight lines.

    Parameters
    ----------
    values : ndarray of shape (n_times, n_columns)
        NaN where missing.
    ends : bool, default=True
        Whether gaps at the ends are filled with the nearest value.
    """
    filled = values.copy()
    times = np.arange(len(values))
    beyond = None if ends else np.nan
    for column in filled.T:
        known = np.isfinite(column)
        if known.any() and not known.all():
            column[~known] = np.interp(
                times[~known], times[known], column[known], left=beyond, right=beyond
            )
    return filled


def memory_of(tables: Sequence[Floats]) -> tuple[Floats, Floats]:
    """Return how much of an entry the next one keeps, and the size of the rest.

    Parameters
    ----------
    tables : sequence of ndarray of shape (n_times, n_columns)
        Exogenous columns about 0, NaN where missing.

    Returns
    -------
    memory : ndarray of shape (n_columns,)
        Between -1 and 1.
    shocks : ndarray of shape (n_columns,)
        Standard deviation of what does not come from the entry before; positive.
    """
    before = np.concatenate([table[:-1] for table in tables])
    after = np.concatenate([table[1:] for table in tables])
    both = np.isfinite(before) & np.isfinite(after)
    before, after = np.where(both, before, 0.0), np.where(both, after, 0.0)
    power = (before**2).sum(axis=0)
    product = (before * after).sum(axis=0)
    memory = np.divide(product, power, out=np.zeros_like(power), where=power > 0)
    memory = np.clip(memory, -1.0, 1.0)
    squares = (after - memory * before) ** 2
    rest = squares.sum(axis=0) / np.maximum(both.sum(axis=0), 1)
    return memory, np.sqrt(np.where(rest > 0, rest, 1.0))


def carried_exog(exog: Floats, memory: Floats) -> Floats:
    """Return exogenous columns whose gaps hold what is kept of the entry before.

    Parameters
    ----------
    exog : ndarray of shape (n_times, n_exog)
        About 0, NaN where missing.
    memory : ndarray of shape (n_exog,)
        From :func:`memory_of`.
    """
    gaps = np.flatnonzero(np.isnan(exog).any(axis=1))
    if not len(gaps):
        return exog
    filled = exog.copy()
    for t in gaps:
        kept = memory * filled[t - 1] if t else np.zeros(exog.shape[1])
        filled[t] = np.where(np.isnan(filled[t]), kept, filled[t])
    return filled


class OneStep:
    """The first step of a model, asked for one time of a series after the other.

    Parameters
    ----------
    model : LinearModel
        Its linear part guesses.
    values : ndarray of shape (n_times, n_channels)
        NaN where missing. Before the first value the series is taken to have been
        where it starts.
    exog : ndarray of shape (n_times, n_exog)
        Without gaps.
    """

    def __init__(self, model: LinearModel, values: Floats, exog: Floats) -> None:
        self.model = model
        order, steps = model.design.order, model.design.steps
        known = np.isfinite(values)
        starts = values[known.argmax(axis=0), np.arange(values.shape[1])]
        starts = np.where(known.any(axis=0), starts, 0.0)
        before = np.broadcast_to(starts, (order, len(starts)))
        self._values = np.concatenate([before, values])
        self._exog = np.pad(exog, ((order, steps), (0, 0)), mode="edge")

    @property
    def filled(self) -> Floats:
        """The series with what was told of it."""
        return self._values[self.model.design.order :]

    def guess(self, t: int) -> Floats:
        """Return what is expected at a time, all before it being filled."""
        design = self.model.design
        past = self._values[None, t : t + design.order]
        window = self._exog[None, t : t + design.length]
        found: Floats = self.model.linear(past, window)[0, 0]
        return found

    def tell(self, t: int, values: Floats) -> None:
        """Put values in where they are missing at a time."""
        row = self._values[t + self.model.design.order]
        row[:] = np.where(np.isnan(row), values, row)


def filled_by(model: LinearModel, values: Floats, exog: Floats) -> Floats:
    """Return a standardised series with gaps filled by the model's linear part.

    Parameters
    ----------
    model : LinearModel
        Its first step is used.
    values, exog : ndarray of shape (n_times, n_columns)
        Values are NaN where missing.
    """
    gaps = np.flatnonzero(np.isnan(values).any(axis=1))
    if not len(gaps):
        return values
    step = OneStep(model, values, exog)
    for t in map(int, gaps):
        step.tell(t, step.guess(t))
    return step.filled
