"""Which column of a window explains what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from ..._types import Floats, Integers
from ...autoregression import Channel


@dataclass(frozen=True)
class Design:
    """Lags, steps and exogenous columns of a direct forecast, as columns of windows.

    A window is `order` past times and `steps` future ones. Its columns are the values
    of every channel at all of these times, of past-only exogenous columns at their
    lags, and of the other exogenous columns at the future times.

    Attributes
    ----------
    n_channels : int
        Series that are forecast together.
    lags : tuple of int
        Lags of the series, rising.
    steps : int
        Steps that are forecast at once.
    known : tuple of int
        Exogenous columns that are known at the time of the forecast's target.
    past : mapping of int to tuple of int
        Exogenous columns of which only lagged values are used, and their lags.
    """

    n_channels: int
    lags: tuple[int, ...]
    steps: int
    known: tuple[int, ...] = ()
    past: Mapping[int, tuple[int, ...]] = field(default_factory=dict)

    @property
    def order(self) -> int:
        """Past times of a window."""
        return max([*self.lags, *(lag for lags in self.past.values() for lag in lags)])

    @property
    def length(self) -> int:
        """Times of a window."""
        return self.order + self.steps

    def channels(self, values: Floats, exog: Floats) -> list[Channel]:
        """Return the columns of a series, in the order of all others."""
        order, length = self.order, self.length
        return [
            *(Channel(column, 0, length) for column in values.T),
            *(
                Channel(exog[:, c], order - max(lags), order - min(lags) + 1)
                for c, lags in self.past.items()
            ),
            *(Channel(exog[:, c], order, length) for c in self.known),
        ]

    def edges(self) -> Integers:
        """Return where the columns of each channel start, and the number of all."""
        widths = [self.length] * self.n_channels
        widths += [max(lags) - min(lags) + 1 for lags in self.past.values()]
        widths += [self.steps] * len(self.known)
        return np.cumsum([0, *widths])

    @property
    def width(self) -> int:
        """Number of columns of a window."""
        return int(self.edges()[-1])

    def lag_columns(self) -> Integers:
        """Return the columns (n_channels, n_lags) of the series' lags, oldest first."""
        starts = self.edges()[: self.n_channels, None]
        return starts + self.order - np.array(self.lags[::-1])

    def past_columns(self) -> dict[int, Integers]:
        """Return the columns of the lags of each past-only exogenous column."""
        edges = self.edges()[self.n_channels :]
        return {
            c: edges[i] + max(lags) - np.array(lags)
            for i, (c, lags) in enumerate(self.past.items())
        }

    def known_columns(self, step: int) -> Integers:
        """Return the columns of the known exogenous values at one step (from 0)."""
        first = self.n_channels + len(self.past)
        return self.edges()[first : first + len(self.known)] + step

    def regressors(self, step: int) -> Integers:
        """Return all columns that explain one step, neighbours first."""
        return np.concatenate(
            [
                self.lag_columns().ravel(),
                *self.past_columns().values(),
                self.known_columns(step),
            ]
        )

    def targets(self, step: int) -> Integers:
        """Return the columns of the channels at one step."""
        return self.edges()[: self.n_channels] + self.order + step
