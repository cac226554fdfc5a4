"""Forecasts of the next values, from the training series or a newer one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from .._types import Floats
from ._check import future_columns, require_future, require_no_gaps
from ._engine import Engine
from ._index import adopted, after
from ._linear import LinearModel
from ._panel import Form, Series, read_panel, read_series


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
        missing: str = "pairwise",
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
        missing : str, default="pairwise"
            Whether a newer series may have gaps: not with 'raise'.
        """
        _require_steps(horizon)
        tables = _tables(X, form, len(panel))
        if y is not None:
            engine, panel, form, tables = _newer(engine, panel, form, y, tables)
            require_no_gaps(panel, missing)
        design = engine.task.design
        n_exog = len(engine.exog_mean)
        futures = []
        for series, table in zip(panel, tables, strict=True):
            given = None if table is None else table.values
            futures.append(
                future_columns(given, int(horizon), design.known, n_exog, "X")
            )
            require_future(table, series, int(horizon))
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


def _tables(X: Any, form: Form, n_series: int) -> list[Series | None]:
    """Return exogenous rows, with their times, by series."""
    if X is None:
        return [None] * n_series
    found = [X] if form.kind == "one" else form.ordered(X, "X")
    if not isinstance(found, (list, tuple)) or len(found) != n_series:
        given = f"{len(found)} tables" if np.ndim(found) else type(found).__name__
        raise ValueError(
            f"X holds {given} for {n_series} series; give a list with one table a "
            "series, or a dict with one a group."
        )
    return [read_series(x, None, "X") for x in found]


def _newer(
    engine: Engine,
    panel: list[Series],
    form: Form,
    y: Any,
    tables: list[Series | None],
) -> tuple[Engine, list[Series], Form, list[Series | None]]:
    if form.kind == "groups" and isinstance(y, dict):
        newer, _ = read_panel(form.ordered(y, "y"), None, None)
    else:
        newer, form = read_panel(y, None, None)
    for series in newer:
        _require_context(engine, series, panel[0])
    newer = [replace(s, index=adopted(s.index, panel[0].index, "y")) for s in newer]
    if len(newer) != len(panel):
        if len(panel) == 1:
            raise ValueError(f"y holds {len(newer)} series, but one was fitted.")
        # Of a series that was not among the training ones, only this is known.
        engine, tables = engine.foreign(newer), tables[:1] * len(newer)
    if not engine.task.design.past:
        width = len(engine.exog_mean)
        blank = [np.full((len(s), width), np.nan) for s in newer]
        joined = zip(newer, blank, strict=True)
        return engine, [replace(s, exog=b) for s, b in joined], form, tables
    found: list[Series] = []
    rest: list[Series | None] = []
    for series, table in zip(newer, tables, strict=True):
        if table is None or len(table) <= len(series):
            raise ValueError(
                "with exog_lags and a newer y, X must have the rows of y followed by "
                "those of the times to forecast."
            )
        found.append(replace(series, exog=table.values[: len(series)]))
        rest.append(table.part(len(series)))
    return engine, found, form, rest


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
    if np.isnan(series.values).all(axis=0).any():
        raise ValueError("y has no value that is not missing.")
