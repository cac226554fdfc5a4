"""Parameters and fitted attributes of the forecaster."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from numbers import Integral
from typing import Annotated, Any

import numpy as np
from numpy.typing import NDArray

from .._parameters import Doc, Interval, Options, StrOptions, field, parameters
from .._types import Floats
from ._solver_parameters import SolverParameters


@parameters
class ForecasterParameters(SolverParameters):
    """What to forecast, from what, and how sure to be.

    Parameters
    ----------
    {parameters}
    """

    lags: Annotated[
        int | Sequence[int] | None,
        Interval(Integral, 1, None, closed="left"),
        "array-like",
        None,
        Doc(
            "int, list of int or None",
            "Lags to choose from: all up to a number, or those listed; 1 is the latest "
            "value. None means up to `10 * log10(n_times)`, at most a quarter of the "
            "series. Generous numbers cost little.",
        ),
    ] = None
    horizon: Annotated[
        int,
        Interval(Integral, 1, None, closed="left"),
        Doc("int", "Steps to forecast."),
    ] = 1
    strategy: Annotated[
        str,
        StrOptions({"direct", "recursive"}),
        Doc(
            "{'direct', 'recursive'}",
            "Whether every step has its own coefficients, or one-step forecasts are "
            "fed back.",
        ),
    ] = "direct"
    exog_lags: Annotated[
        Mapping[Any, Any] | None,
        dict,
        None,
        Doc(
            "dict or None",
            "Lags of exogenous columns of which only the past is known, by name or "
            "number: ``{'wind': [1, 2]}``. Other columns act at the target's time.",
        ),
    ] = None
    differences: Annotated[
        int | Sequence[int],
        Interval(Integral, 0, None, closed="left"),
        "array-like",
        Doc(
            "int or list of int",
            "Number of differences to take, or their periods (``[24]`` for hourly "
            "values minus those of the day before). Undone in forecasts.",
        ),
    ] = 0
    standardize: Annotated[
        bool,
        "boolean",
        Doc(
            "bool",
            "Whether each of several series is divided by its standard deviation. "
            "Columns are always standardised for the penalty.",
        ),
    ] = True
    missing: Annotated[
        str,
        StrOptions({"pairwise", "drop", "interpolate", "raise"}),
        Doc(
            "{'pairwise', 'drop', 'interpolate', 'raise'}",
            "Missing values: covariances from all pairs of known values, windows "
            "without gaps only, straight lines, or an error.",
        ),
    ] = "pairwise"
    interval: Annotated[
        str,
        StrOptions({"conformal", "gaussian", "quantile"}),
        Doc(
            "{'conformal', 'gaussian', 'quantile'}",
            "Intervals from the latest errors at each step and their local scale, from "
            "a normal distribution, or from models of the quantiles (see `quantiles`).",
        ),
    ] = "conformal"
    calibration_size: Annotated[
        int,
        Interval(Integral, 0, None, closed="left"),
        Doc("int", "Latest forecast origins whose errors make the intervals."),
    ] = 500
    quantiles: Annotated[
        Sequence[float] | None,
        "array-like",
        None,
        Doc(
            "list of float or None",
            "Quantiles to fit models for, for ``interval='quantile'``: "
            "``[0.05, 0.95]`` for a coverage of 0.9.",
        ),
    ] = None
    loss: Annotated[
        str,
        Options(str, {"squared_error", "huber", "quantile"}),
        Doc(
            "{'squared_error', 'huber', 'quantile'}",
            "Loss of an error; 'quantile' is that of the median. The lags are always "
            "selected by squared errors; the other losses then determine their "
            "coefficients, without a penalty.",
        ),
    ] = "squared_error"

    ar_coef_: Annotated[
        Floats,
        Doc(
            "ndarray of shape (n_steps, order)",
            "Coefficients, lag 1 first, with exact zeros. With several channels: step, "
            "channel that is explained, lag, channel that explains.",
        ),
    ] = field(init=False)
    selected_lags_: Annotated[
        NDArray[np.int64],
        Doc("ndarray of int", "Lags with a coefficient at any step."),
    ] = field(init=False)
    sparsity_: Annotated[
        float, Doc("float", "Share of the coefficients of lags that are not zero.")
    ] = field(init=False)
    exog_coef_: Annotated[
        Floats,
        Doc(
            "ndarray of shape (n_steps, n_channels, n_known)",
            "Coefficients of the exogenous columns at the time of the target.",
        ),
    ] = field(init=False)
    exog_lag_coef_: Annotated[
        dict[int, Floats],
        Doc(
            "dict of ndarray of shape (n_steps, n_channels, n_lags)",
            "Coefficients of the lagged exogenous columns, by column number.",
        ),
    ] = field(init=False)
    intercept_: Annotated[
        Floats,
        Doc("ndarray of shape (n_steps, n_channels)", "Constants, in units."),
    ] = field(init=False)
    sigma2_: Annotated[
        Floats,
        Doc(
            "ndarray of shape (n_steps, n_channels)",
            "Mean squared errors in training.",
        ),
    ] = field(init=False)
    alpha_: Annotated[
        Floats,
        Doc("ndarray of shape (n_steps, n_channels)", "Strengths of the penalty."),
    ] = field(init=False)
    alphas_: Annotated[
        Floats,
        Doc("ndarray", "Strengths compared for the first step of the first channel."),
    ] = field(init=False)
    ic_path_: Annotated[
        Floats, Doc("ndarray", "The criterion, or validation error, at `alphas_`.")
    ] = field(init=False)
    order_: Annotated[int, Doc("int", "The largest lag on offer.")] = field(init=False)
    lags_: Annotated[NDArray[np.int64], Doc("ndarray of int", "All lags on offer.")] = (
        field(init=False)
    )
    n_windows_: Annotated[
        float, Doc("float", "Windows that the coefficients were fitted to.")
    ] = field(init=False)
    feature_names_in_: Annotated[
        NDArray[Any],
        Doc("ndarray", "Names of the exogenous columns, if they have any."),
    ] = field(init=False)
