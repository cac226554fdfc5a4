"""Fitted attributes in the units of the series."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from .._types import Array, Floats
from ..autoregression import is_stationary
from ._engine import Engine
from ._fitting._window_design import Design


def attributes(engine: Engine) -> dict[str, Any]:
    """Return the public attributes of a fitted forecaster by name.

    Parameters
    ----------
    engine : Engine
        The fitted model. With several series, coefficients are those of standardised
        ones, which for lags of a single channel is the same.
    """
    design, fit = engine.task.design, engine.fit
    model, scale = engine.models["mean"], engine.scaling.scales[0].deviation
    lagged = _lag_coefficients(engine)
    per_unit = scale[:, None]
    solutions = fit.solutions
    single = design.n_channels == 1
    lags = np.array(design.lags)
    offered = lagged[:, :, lags - 1]
    known = [
        model.weights[step][:, design.known_columns(step)] * per_unit
        for step in range(design.steps)
    ]
    past = {
        c: model.weights[:, :, columns] * per_unit
        for c, columns in design.past_columns().items()
    }
    with np.errstate(over="ignore"):  # squares of huge units
        squares = (np.sqrt(fit.errors) * scale) ** 2
    net = None if model.correction is None else model.correction.net
    return {
        "correction_": net,
        "ar_coef_": lagged[:, 0, :, 0] if single else lagged,
        "selected_lags_": lags[offered.any(axis=(0, 1, 3))],
        "sparsity_": float(np.mean(offered != 0)),
        "exog_coef_": np.stack(known),
        "exog_lag_coef_": past,
        "intercept_": _intercepts(engine),
        "sigma2_": squares,
        "alpha_": np.array([[s.alpha for s in row] for row in solutions]),
        "alphas_": solutions[0][0].alphas,
        "ic_path_": solutions[0][0].scores,
        "order_": max(design.lags),
        "lags_": lags,
        "n_windows_": fit.count,
    }


def _lag_coefficients(engine: Engine, which: int = 0) -> Floats:
    """Return coefficients (steps, channels, order, channels), lag 1 first."""
    scale = engine.scaling.scales[which].deviation
    newest_first = engine.models["mean"].lag_weights[..., ::-1]
    found = np.moveaxis(newest_first, 2, 3)[:, :, : max(engine.task.design.lags)]
    return found * scale[:, None, None] / scale


def _intercepts(engine: Engine) -> Floats:
    """Return those of the only series, or of all of them."""
    found = [_intercept(engine, i) for i in range(len(engine.scaling.scales))]
    return found[0] if len(found) == 1 else np.stack(found)


def _intercept(engine: Engine, which: int) -> Floats:
    """Return the constants (steps, channels) of one series, whose level is its own."""
    design, model = engine.task.design, engine.models["mean"]
    scale, mean = (
        engine.scaling.scales[which].deviation,
        engine.scaling.scales[which].mean,
    )
    lagged, exog = _lag_coefficients(engine, which), engine.scaling.exog_mean
    found: Floats = model.intercepts * scale + mean
    found = found - np.einsum("sclj,j->sc", lagged, mean)
    if len(design.known):
        used = [
            model.weights[k][:, design.known_columns(k)] for k in range(design.steps)
        ]
        found = found - np.stack(used) @ exog[list(design.known)] * scale
    for c, columns in design.past_columns().items():
        found = found - model.weights[:, :, columns].sum(axis=2) * exog[c] * scale
    return found


def stationary(engine: Engine) -> bool:
    """Whether the one-step model is a stationary (vector) autoregression.

    Parameters
    ----------
    engine : Engine
        The fitted model.
    """
    lagged = _lag_coefficients(engine)[0]
    channels, order, _ = lagged.shape
    if channels == 1:
        return is_stationary(lagged[0, :, 0])
    companion = np.eye(channels * order, k=-channels)
    companion[:channels] = lagged.reshape(channels, -1)
    return bool(np.abs(np.linalg.eigvals(companion)).max() < 1.0)


def warn_if_explosive(engine: Engine, strategy: str, horizon: int) -> None:
    """Warn if forecasts that are fed back would explode.

    Parameters
    ----------
    engine : Engine
        The fitted model. Vector autoregressions are not checked: their roots take
        long to find.
    strategy : {'direct', 'recursive'}
        Direct forecasts are not fed back.
    horizon : int
        Steps.
    """
    fed_back = strategy == "recursive" and horizon > 1
    if fed_back and engine.task.design.n_channels == 1 and not stationary(engine):
        warnings.warn(
            "the fitted autoregression is not stationary: forecasts far ahead explode. "
            "Consider differences=1 or strategy='direct'.",
            UserWarning,
            stacklevel=4,
        )


def summary_rows(engine: Engine, names: Array | None) -> dict[str, list[Any]]:
    """Return the columns of a table of the first step's coefficients.

    Parameters
    ----------
    engine : Engine
        The fitted model.
    names : ndarray of str or None
        Of the exogenous columns.
    """
    design = engine.task.design
    scale = engine.scaling.scales[0].deviation
    noise = np.sqrt(engine.fit.errors[0])
    rows: dict[str, list[Any]] = {
        "channel": [],
        "term": [],
        "lag": [],
        "coefficient": [],
        "std_error": [],
    }
    for channel in range(design.n_channels):
        weights = engine.models["mean"].weights[0, channel]
        deviations = engine.fit.deviations[channel] * noise[channel]
        for term, lag, column, unit in _terms(design, scale, names):
            if weights[column]:
                values = (channel, term, lag, weights[column], deviations[column])
                factor = scale[channel] / unit
                for key, value in zip(rows, values, strict=True):
                    scaled = key in ("coefficient", "std_error")
                    rows[key].append(float(value * factor) if scaled else value)
    return rows


def _terms(
    design: Design, scale: Floats, names: Array | None
) -> list[tuple[str, int, int, float]]:
    """Return name, lag, column and unit of every regressor of the first step."""
    found = []
    for source, columns in enumerate(design.lag_columns()):
        label = "y" if design.n_channels == 1 else f"y{source}"
        pairs = zip(design.lags, columns[::-1], strict=True)
        found += [(label, lag, int(c), float(scale[source])) for lag, c in pairs]
    for c, columns in design.past_columns().items():
        label = f"x{c}" if names is None else str(names[c])
        pairs = zip(design.past[c], columns, strict=True)
        found += [(label, lag, int(column), 1.0) for lag, column in pairs]
    for c, column in zip(design.known, design.known_columns(0), strict=True):
        label = f"x{c}" if names is None else str(names[c])
        found.append((label, 0, int(column), 1.0))
    return found
