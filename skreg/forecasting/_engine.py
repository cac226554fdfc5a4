"""A fitted forecaster for plain arrays: a linear model of scaled series."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from .._types import Floats
from ._carried_levels import carried, context_of
from ._fitting._fit_task import Fit, Pair, Task
from ._fitting._linear_model import LinearModel, sliding_targets
from ._fitting._solver_choice import fit_linear, fit_models
from ._series_panel import Series
from ._series_scaling import SeriesScaling


@dataclass(frozen=True)
class Engine:
    """What forecasts, and the way there from the user's series and back.

    Attributes
    ----------
    task : Task
        What was fitted.
    scaling : SeriesScaling
        Differences, means and standard deviations.
    fit : Fit
        The linear part.
    models : dict of str or float to LinearModel
        What forecasts: 'mean', or a model for each quantile.
    """

    task: Task
    scaling: SeriesScaling
    fit: Fit
    models: dict[str | float, LinearModel]

    @classmethod
    def train(
        cls, panel: Sequence[Series], task: Task, scaling: SeriesScaling
    ) -> Engine:
        """Fit the linear part and what stands on it.

        Parameters
        ----------
        panel : sequence of Series
            Training series.
        task : Task
            What to fit.
        scaling : SeriesScaling
            That of the training series.
        """
        data = [scaling.pair(series, i) for i, series in enumerate(panel)]
        fit = fit_linear(data, task)
        return cls(task, scaling, fit, fit_models(data, task, fit))

    def placed(self, panel: Sequence[Series], places: Sequence[int | None]) -> Engine:
        """Return an engine with the scales of some series, in their order.

        Parameters
        ----------
        panel : sequence of Series
            The series.
        places : sequence of int or None
            Their numbers among those of the fit; None for others, whose scales are
            their own.
        """
        known = self.scaling.scales
        if list(places) == list(range(len(known))):
            return self
        scales = [
            self.scaling.foreign([s]).scales[0] if i is None else known[i]
            for s, i in zip(panel, places, strict=True)
        ]
        return replace(self, scaling=replace(self.scaling, scales=scales))

    def pairs(self, panel: Sequence[Series]) -> list[Pair]:
        """Return what the linear model sees of the training series."""
        return [self.scaling.pair(series, i) for i, series in enumerate(panel)]

    @property
    def context(self) -> int:
        """Past values that a forecast needs."""
        return self.task.design.order + self.scaling.differences.lost

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
        start = context_of(series, len(series), self.context + order)
        tail = series.part(start)
        # A quantile in place of what is missing would be carried on and on.
        fills = self.models["mean"]
        values, exog, levels = carried(self.scaling, fills, tail, which)
        ahead = np.concatenate([exog[-order:], future - self.scaling.exog_mean])
        found = model.forecast(
            values[None, -order:], np.nan_to_num(ahead)[None], horizon
        )
        return self.scaling.undo(found, which, levels, np.array([len(tail)]))[0]

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
        tail = series.part(context_of(series, start, self.context + order))
        start -= len(series) - len(tail)
        values, exog, levels = carried(self.scaling, model, tail, which)
        first = start - self.context
        found = model.rolling(values, exog, horizon, first)
        found = self.scaling.undo(found, which, levels, start + np.arange(len(found)))
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
        errors: Floats = (targets - found) / self.scaling.scales[which].deviation
        return errors
