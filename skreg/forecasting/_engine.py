"""Between the user's series and the linear model: differences, scale, gaps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from .._types import Floats
from ..autoregression._units import binary_units
from ._differences import Differences
from ._fitting._fit_task import Fit, Pair, Task
from ._fitting._linear_model import LinearModel, sliding_targets
from ._fitting._missing_values import filled_by, interpolated
from ._fitting._solver_choice import fit_linear, fit_models
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
class Engine:
    """A fitted forecaster for plain arrays.

    Attributes
    ----------
    task : Task
        What was fitted.
    differences : Differences
        What is modelled instead of the series itself.
    scales : list of Scale
        One a series.
    exog_mean : ndarray of shape (n_exog,)
        Subtracted from exogenous columns.
    common : ndarray of shape (n_channels,) or None
        Units of all series, if these are not standardised one by one.
    fit : Fit
        The linear part.
    models : dict of str or float to LinearModel
        What forecasts: 'mean', or a model for each quantile.
    """

    task: Task
    differences: Differences
    scales: list[Scale]
    exog_mean: Floats
    common: Floats | None
    fit: Fit
    models: dict[str | float, LinearModel] = field(default_factory=dict)

    @classmethod
    def train(
        cls,
        panel: Sequence[Series],
        task: Task,
        differences: Differences,
        *,
        standardize: bool,
    ) -> Engine:
        """Fit the linear part and what stands on it.

        Parameters
        ----------
        panel : sequence of Series
            Training series.
        task : Task
            What to fit.
        differences : Differences
            Taken first.
        standardize : bool
            Whether each series is divided by its standard deviation.
        """
        changed = [differences.levels(s.values)[-1] for s in panel]
        common = None
        if not standardize:
            common = np.max([binary_units(values) for values in changed], axis=0)
        scales = [Scale.of(v, centre=task.centred, common=common) for v in changed]
        exog = np.concatenate([s.exog for s in panel])
        centre = task.centred and exog.shape[1]
        mean = np.nanmean(exog, axis=0) if centre else np.zeros(exog.shape[1])
        blank = Engine(task, differences, scales, mean, common, None)  # type: ignore[arg-type]
        data = blank.pairs(panel)
        fit = fit_linear(data, task)
        return replace(blank, fit=fit, models=fit_models(data, task, fit))

    def foreign(self, panel: Sequence[Series]) -> Engine:
        """Return an engine with the scales of series that it was not fitted to."""
        scales = [
            Scale.of(
                self.differences.levels(s.values)[-1],
                centre=self.task.centred,
                common=self.common,
            )
            for s in panel
        ]
        return replace(self, scales=scales)

    def pairs(self, panel: Sequence[Series]) -> list[Pair]:
        """Return what the linear model sees of some series."""
        return [self._pair(series, i) for i, series in enumerate(panel)]

    def _pair(self, series: Series, which: int) -> Pair:
        changed = self.differences.levels(series.values)[-1]
        scale = self.scales[which]
        exog = series.exog[self.differences.lost :] - self.exog_mean
        return (changed - scale.mean) / scale.deviation, exog

    @property
    def context(self) -> int:
        """Past values that a forecast needs."""
        return self.task.design.order + self.differences.lost

    def forecast(
        self,
        series: Series,
        which: int,
        future: Floats,
        horizon: int,
        model: LinearModel,
    ) -> Floats:
        """Forecast the values after a series.

        Parameters
        ----------
        series : Series
            Its last values are used.
        which : int
            Number of the series whose scale applies.
        future : ndarray of shape (horizon, n_exog)
            Exogenous columns of the times to come.
        horizon : int
            Steps.
        model : LinearModel
            One of the models.
        """
        order = self.task.design.order
        tail = series.part(max(len(series) - self.context - order, 0))
        values, exog = self._pair(tail, which)
        values = filled_by(model, values, exog)
        ahead = np.concatenate([exog[-order:], future - self.exog_mean])
        found = model.forecast(
            values[None, -order:], np.nan_to_num(ahead)[None], horizon
        )
        scale = self.scales[which]
        found = found * scale.deviation + scale.mean
        origin = np.array([len(tail)])
        return self.differences.undo(found, interpolated(tail.values), origin)[0]

    def rolling(
        self,
        series: Series,
        which: int,
        horizon: int,
        start: int,
        model: LinearModel,
    ) -> tuple[Floats, Floats]:
        """Forecast from every time of a series on.

        Parameters
        ----------
        series : Series
            Known values.
        which : int
            Number of the series whose scale applies.
        horizon : int
            Steps.
        start : int
            Time of the first target of the first forecast.
        model : LinearModel
            One of the models.

        Returns
        -------
        forecasts, targets : ndarray of shape (n_origins, horizon, n_channels)
            Targets are NaN where they are missing.
        """
        start = max(start, self.context)
        order = self.task.design.order
        tail = series.part(max(start - self.context - order, 0))
        start -= len(series) - len(tail)
        values, exog = self._pair(tail, which)
        values = filled_by(model, values, exog)
        first = start - self.context
        found = model.rolling(values, np.nan_to_num(exog), horizon, first)
        scale = self.scales[which]
        found = found * scale.deviation + scale.mean
        origins = start + np.arange(len(found))
        found = self.differences.undo(found, interpolated(tail.values), origins)
        return found, sliding_targets(tail.values, horizon, start)

    def errors(
        self,
        series: Series,
        which: int,
        horizon: int,
        start: int,
        model: LinearModel,
    ) -> Floats:
        """Return standardised errors (observed minus forecast) of rolling forecasts."""
        found, targets = self.rolling(series, which, horizon, start, model)
        # Of the differenced series: the same unit, and never zero.
        errors: Floats = (targets - found) / self.scales[which].deviation
        return errors
