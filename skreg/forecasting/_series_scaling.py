"""Between the user's series and standardised ones: differences, means, deviations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from .._types import Floats, Integers
from ..autoregression._units import binary_units
from ._differences import Differences
from ._fitting._fit_task import Pair
from ._fitting._missing_values import memory_of
from ._series_panel import Series


@dataclass(frozen=True)
class Scale:
    """Means and standard deviations of the channels of one series."""

    mean: Floats
    deviation: Floats

    @classmethod
    def of(cls, values: Floats, *, centre: bool, common: Floats | None) -> Scale:
        """Measure a series; with `common` units, it is not standardised by its own."""
        unit = binary_units(values)
        small = values / unit  # squares of values of any size are in range
        width = values.shape[1]
        mean = np.nanmean(small, axis=0) if centre else np.zeros(width)
        if common is not None:
            return cls(mean * unit, common)
        deviation = np.nanstd(small, axis=0)
        tiny = (deviation <= 1e-13 * np.abs(mean)) | (deviation == 0)
        return cls(mean * unit, np.where(tiny, 1.0, deviation) * unit)


@dataclass(frozen=True)
class SeriesScaling:
    """How series become comparable numbers without trends.

    Attributes
    ----------
    differences : Differences
        What is modelled instead of the series itself.
    scales : list of Scale
        One a series.
    exog_mean : ndarray of shape (n_exog,)
        Subtracted from exogenous columns.
    exog_memory : ndarray of shape (n_exog,)
        How much of an entry of these the next one keeps.
    common : ndarray of shape (n_channels,) or None
        Units of all series, if these are not standardised one by one.
    centred : bool
        Whether means are subtracted.
    """

    differences: Differences
    scales: list[Scale]
    exog_mean: Floats
    exog_memory: Floats
    common: Floats | None
    centred: bool

    @classmethod
    def of(
        cls,
        panel: Sequence[Series],
        differences: Differences,
        *,
        centred: bool,
        standardize: bool,
    ) -> SeriesScaling:
        """Measure the training series.

        Parameters
        ----------
        panel : sequence of Series
            Training series.
        differences : Differences
            Taken first.
        centred : bool
            Whether means are subtracted.
        standardize : bool
            Whether each series is divided by its standard deviation.
        """
        changed = [differences.levels(s.values)[-1] for s in panel]
        common = None
        if not standardize:
            common = np.max([binary_units(values) for values in changed], axis=0)
        scales = [Scale.of(v, centre=centred, common=common) for v in changed]
        exog = np.concatenate([s.exog for s in panel])
        centre = centred and exog.shape[1]
        mean = np.nanmean(exog, axis=0) if centre else np.zeros(exog.shape[1])
        memory, _ = memory_of([s.exog - mean for s in panel])
        return cls(differences, scales, mean, memory, common, centred)

    def foreign(self, panel: Sequence[Series]) -> SeriesScaling:
        """Return the scaling of series that were not among the training series."""
        changed = [self.differences.levels(s.values)[-1] for s in panel]
        scales = [Scale.of(v, centre=self.centred, common=self.common) for v in changed]
        return replace(self, scales=scales)

    def pair(self, series: Series, which: int) -> Pair:
        """Return what a linear model sees of a series.

        Parameters
        ----------
        series : Series
            Known values.
        which : int
            Number of the series whose scale applies.
        """
        changed = self.differences.levels(series.values)[-1]
        scale = self.scales[which]
        exog = series.exog[self.differences.lost :] - self.exog_mean
        values = (changed - scale.mean) / scale.deviation
        if not self.differences.periods:
            return Pair(values, exog, values, np.zeros(values.shape[1]))
        levels = series.values / scale.deviation
        return Pair(values, exog, levels, scale.mean / scale.deviation)

    def undo(
        self, forecasts: Floats, which: int, values: Floats, origins: Integers
    ) -> Floats:
        """Turn standardised forecasts into forecasts of the series.

        Parameters
        ----------
        forecasts : ndarray of shape (n_windows, horizon, n_channels)
            Of what a linear model sees.
        which : int
            Number of the series whose scale applies.
        values : ndarray of shape (n_times, n_channels)
            The series, without missing values before the origins.
        origins : ndarray of int of shape (n_windows,)
            Time of the first value that is forecast, for each window.
        """
        scale = self.scales[which]
        in_units = forecasts * scale.deviation + scale.mean
        return self.differences.undo(in_units, values, origins)
