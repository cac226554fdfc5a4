"""Forecasts of the next values, from the training series or a newer one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from .._types import Floats
from ._engine import Engine
from ._exogenous_columns import future_columns, require_future
from ._fitting._linear_model import LinearModel
from ._later_series import LaterSeries
from ._series_panel import Form, Series
from ._time_index import after


@dataclass(frozen=True)
class ForecastRequest:
    """What is known when the next values are to be forecast.

    Attributes
    ----------
    engine : Engine
        With one scale a series.
    panel : list of Series
        The past.
    form : Form
        How to hand back forecasts.
    futures : list of ndarray of shape (horizon, n_exog)
        Exogenous columns of the times to come.
    horizon : int
        Steps.
    places : list of int or None
        Numbers of the series among those of the fit, None for others.
    """

    engine: Engine
    panel: list[Series]
    form: Form
    futures: list[Floats]
    horizon: int
    places: list[int | None]

    @classmethod
    def read(
        cls, engine: Engine, later: LaterSeries, horizon: Any, X: Any, y: Any
    ) -> ForecastRequest:
        """Check what was given to predict.

        Parameters
        ----------
        engine : Engine
            The fitted model.
        later : LaterSeries
            Reads what comes after the training series.
        horizon : int
            Steps.
        X : array-like, list, dict or None
            Exogenous columns of the times to come; after those of `y`, if lagged
            exogenous columns of a newer series are needed.
        y : like the training series, or None
            A newer series.
        """
        _require_steps(horizon)
        later, places = later.chosen(y)
        tables = later.tables(X)
        panel, form = later.panel, later.form
        if y is not None:
            panel, form = later.contexts(y, engine.context)
            if len(panel) != len(later.panel):
                # Of series that were not among the training ones, only these are known.
                places, tables = [None] * len(panel), tables[:1] * len(panel)
            panel, tables = _with_exogenous(engine, panel, tables)
        engine = engine.placed(panel, places)
        design = engine.task.design
        n_exog = len(engine.scaling.exog_mean)
        futures = []
        for series, table in zip(panel, tables, strict=True):
            given = None if table is None else table.values
            futures.append(
                future_columns(given, int(horizon), design.known, n_exog, "X")
            )
            require_future(table, series, int(horizon))
        return cls(engine, panel, form, futures, int(horizon), places)

    def forecast(self, model: LinearModel) -> list[Floats]:
        """Return the forecasts of a model, one array a series."""
        return [
            self.engine.forecast(series, i, future, self.horizon, model)
            for i, (series, future) in enumerate(
                zip(self.panel, self.futures, strict=True)
            )
        ]

    def restore(self, values: Sequence[Floats]) -> Any:
        """Return values of the next times in the form of the series."""
        indices = [
            None if s.index is None else after(s.index, self.horizon)
            for s in self.panel
        ]
        return self.form.restore(values, indices)


def _require_steps(horizon: Any) -> None:
    if isinstance(horizon, (int, np.integer)) and horizon >= 1:
        return
    if np.ndim(horizon) == 0:
        raise ValueError(f"horizon={horizon!r} must be a whole number from 1 on.")
    raise ValueError(
        f"predict takes the number of steps first, got {type(horizon).__name__}; give "
        "a newer series as y=. Scorers of scikit-learn that call predict on rows do "
        "not suit a forecaster, which has a score of its own."
    )


def _with_exogenous(
    engine: Engine, panel: list[Series], tables: list[Series | None]
) -> tuple[list[Series], list[Series | None]]:
    """Return newer series with their exogenous columns, and the rows that come after.

    The past of these columns matters only if lags of them were fitted.
    """
    if not engine.task.design.past:
        width = len(engine.scaling.exog_mean)
        blank = [np.full((len(s), width), np.nan) for s in panel]
        joined = zip(panel, blank, strict=True)
        return [replace(series, exog=exog) for series, exog in joined], tables
    past: list[Series] = []
    future: list[Series | None] = []
    for series, table in zip(panel, tables, strict=True):
        if table is None or len(table) <= len(series):
            raise ValueError(
                "with exog_lags and a newer y, X must have the rows of y followed by "
                "those of the times to forecast."
            )
        past.append(replace(series, exog=table.values[: len(series)]))
        future.append(table.part(len(series)))
    return past, future
