"""Differences of a series, and back."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .._types import Floats, Integers


class Differences:
    """Subtract what was some times ago, once for each period.

    Parameters
    ----------
    periods : sequence of int
        1 for ordinary differences, 24 for those of hourly values from day to day.
    """

    def __init__(self, periods: Sequence[int]) -> None:
        self.periods = tuple(periods)

    @property
    def lost(self) -> int:
        """Number of values that have nothing to be subtracted."""
        return sum(self.periods)

    def levels(self, values: Floats) -> list[Floats]:
        """Return the series and its successive differences.

        Parameters
        ----------
        values : ndarray of shape (n_times, n_channels)
            The series.
        """
        found = [values]
        for period in self.periods:
            found.append(found[-1][period:] - found[-1][:-period])
        return found

    def undo(self, forecasts: Floats, values: Floats, origins: Integers) -> Floats:
        """Turn forecasts of differences into forecasts of the series.

        Parameters
        ----------
        forecasts : ndarray of shape (n_windows, horizon, n_channels)
            Of the differences.
        values : ndarray of shape (n_times, n_channels)
            The series, without missing values before the origins.
        origins : ndarray of int of shape (n_windows,)
            Time of the first value that is forecast, for each window.
        """
        if not self.periods:
            return forecasts
        levels = self.levels(values)[:-1]
        lost = self.lost
        for level, period in zip(levels[::-1], self.periods[::-1], strict=True):
            lost -= period
            first = origins - lost  # in the times of this level
            summed = np.empty_like(forecasts)
            for k in range(forecasts.shape[1]):
                base = (
                    summed[:, k - period] if k >= period else level[first + k - period]
                )
                summed[:, k] = forecasts[:, k] + base
            forecasts = summed
        return forecasts
