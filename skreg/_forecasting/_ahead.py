"""Forecasts of the next values, from the training series or a newer one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ._check import future_columns
from ._engine import Engine, Scale
from ._index import after
from ._linear import LinearModel
from ._panel import Form, Series, numbers, read_panel

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Ahead:
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
    """

    engine: Engine
    panel: list[Series]
    form: Form
    futures: list[Floats]
    horizon: int

    @classmethod
    def read(
        cls,
        engine: Engine,
        panel: list[Series],
        form: Form,
        horizon: Any,
        X: Any,
        y: Any,
    ) -> Ahead:
        """Check what was given to predict.

        Parameters
        ----------
        engine : Engine
            The fitted model.
        panel, form
            Of the training.
        horizon : int
            Steps.
        X : array-like, list, dict or None
            Exogenous columns of the times to come; after those of `y`, if lagged
            exogenous columns of a newer series are needed.
        y : like the training series, or None
            A newer series.
        """
        if not isinstance(horizon, (int, np.integer)) or horizon < 1:
            raise ValueError(f"horizon={horizon!r} must be a whole number from 1 on.")
        tables = _tables(X, form, len(panel))
        if y is not None:
            engine, panel, form, tables = _newer(engine, panel, form, y, tables)
        design = engine.task.design
        n_exog = len(engine.exog_mean)
        futures = [
            future_columns(x, int(horizon), design.known, n_exog, "X") for x in tables
        ]
        return cls(engine, panel, form, futures, int(horizon))

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


def _tables(X: Any, form: Form, n_series: int) -> list[Floats | None]:
    if X is None:
        return [None] * n_series
    if form.kind == "one":
        return [numbers(X, "X")]
    found = [X[name] for name in form.names] if form.kind == "groups" else list(X)
    if len(found) != n_series:
        raise ValueError(
            f"X has {len(found)} tables for {n_series} series; give one a series."
        )
    return [numbers(x, "X") for x in found]


def _newer(
    engine: Engine, panel: list[Series], form: Form, y: Any, tables: list[Floats | None]
) -> tuple[Engine, list[Series], Form, list[Floats | None]]:
    if form.kind == "groups" and isinstance(y, dict):
        y = [y[name] for name in form.names]
        newer, _ = read_panel(y, None, None)
    else:
        newer, form = read_panel(y, None, None)
    for series in newer:
        _require_context(engine, series, panel[0])
    if len(newer) != len(panel):
        if len(panel) == 1:
            raise ValueError(f"y holds {len(newer)} series, but one was fitted.")
        # Of a series that was not among the training ones, only this is known.
        engine, tables = _foreign(engine, newer), tables[:1] * len(newer)
    if not engine.task.design.past:
        width = len(engine.exog_mean)
        blank = [np.full((len(s), width), np.nan) for s in newer]
        joined = zip(newer, blank, strict=True)
        return engine, [replace(s, exog=b) for s, b in joined], form, tables
    found = []
    for series, table in zip(newer, tables, strict=True):
        if table is None or len(table) <= len(series):
            raise ValueError(
                "with exog_lags and a newer y, X must have the rows of y followed by "
                "those of the times to forecast."
            )
        found.append(replace(series, exog=table[: len(series)]))
    rest = [t[len(s) :] for t, s in zip(tables, newer, strict=True) if t is not None]
    return engine, found, form, [*rest]


def _require_context(engine: Engine, series: Series, trained: Series) -> None:
    if series.values.shape[1] != trained.values.shape[1]:
        raise ValueError(
            f"y has {series.values.shape[1]} channels, but the model was fitted with "
            f"{trained.values.shape[1]}."
        )
    if len(series) < engine.context:
        raise ValueError(
            f"y has {len(series)} values, but forecasts need the last "
            f"{engine.context} (lags and differences)."
        )


def _foreign(engine: Engine, newer: list[Series]) -> Engine:
    """Return an engine with the scales of series that it was not fitted to."""
    if not engine.task.centred:
        return replace(engine, scales=engine.scales[:1] * len(newer))
    changed = [engine.differences.levels(s.values)[-1] for s in newer]
    scales = [Scale.of(values, centre=True, scale=True) for values in changed]
    return replace(engine, scales=scales)
