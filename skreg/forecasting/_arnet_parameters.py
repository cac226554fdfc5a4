"""Parameters of regressor and forecaster, declared once.

Each name is a type with its admissible values and its documentation. The classes say
which of them they have, and with which default.
"""

from collections.abc import Mapping, Sequence
from numbers import Integral, Real
from typing import Annotated, Any

import numpy as np

from .._parameters import Doc, Interval, Options, StrOptions

# -- The penalty and its strength ------------------------------------------------------
Penalty = Annotated[
    str | None,
    StrOptions({"arnet", "l1", "l2"}),
    None,
    Doc(
        "{'arnet', 'l1', 'l2'} or None",
        "'arnet' and 'l1' set coefficients to exactly zero, 'arnet' hardly shrinks the "
        "others. None is least squares.",
    ),
]
Alpha = Annotated[
    float | str,
    Interval(Real, 0, None, closed="left"),
    StrOptions({"ebic", "bic", "cv"}),
    Doc(
        "float or {'ebic', 'bic', 'cv'}",
        "Strength of the penalty on standardised columns, or how to choose it: by the "
        "extended Bayesian criterion, by BIC, or by `cv` time-ordered folds ('l2': by "
        "generalised cross-validation in place of the first two). For 'arnet' a number "
        "is the paper's lambda, the error being a share of the variance; for 'l1' that "
        "of the lasso, for 'l2' that of ridge divided by the number of rows.",
    ),
]
ExpectedSparsity = Annotated[
    float | None,
    Interval(Real, 0, 1, closed="right"),
    None,
    Doc(
        "float or None",
        "Share of coefficients expected to matter. If given, 'arnet' uses the strength "
        "of the paper, `noise / 100 * (1 / expected_sparsity - 1)`, in place of "
        "`alpha`; 1 means no penalty.",
    ),
]
Refit = Annotated[
    bool,
    "boolean",
    Doc("bool", "Whether selected columns are fitted anew without penalty."),
]
Folds = Annotated[
    int,
    Interval(Integral, 1, None, closed="left"),
    Doc(
        "int",
        "Folds for ``alpha='cv'``: equal parts of the later half, each of which "
        "validates what was trained on all before it.",
    ),
]
Splitter = Annotated[
    Any,
    "cv_object",
    Doc(
        "int, splitter or iterable of (train, validation)",
        "For ``alpha='cv'``. An int is a number of time-ordered folds, of which each "
        "trains on the rows before those that it validates: parts of the later half.",
    ),
]
NAlphas = Annotated[
    int,
    Interval(Integral, 2, None, closed="left"),
    Doc("int", "Strengths to compare with ``alpha='cv'`` or ``penalty='l2'``."),
]
Steepness = Annotated[
    float,
    Interval(Real, 0, None, closed="neither"),
    Doc("float", "Steepness of the AR-Net penalty."),
]
Root = Annotated[
    float,
    Interval(Real, 1, None, closed="left"),
    Doc("float", "Root of the AR-Net penalty: `|w| ** (1 / c2)`."),
]

# -- The linear part -------------------------------------------------------------------
Loss = Annotated[
    str,
    Options(str, {"squared_error", "huber", "quantile"}),
    Doc(
        "{'squared_error', 'huber', 'quantile'}",
        "Loss of an error. The columns are always selected by squared errors; the "
        "other losses then determine their coefficients.",
    ),
]
SeriesLoss = Annotated[
    str,
    Options(str, {"squared_error", "huber", "quantile"}),
    Doc(
        "{'squared_error', 'huber', 'quantile'}",
        "Loss of an error; 'quantile' is that of the median. The lags are always "
        "selected by squared errors; the other losses then determine their "
        "coefficients, without a penalty.",
    ),
]
Quantile = Annotated[
    float,
    Interval(Real, 0, 1, closed="neither"),
    Doc("float", "The quantile to predict with ``loss='quantile'``."),
]
FitIntercept = Annotated[bool, "boolean", Doc("bool", "Whether there is a constant.")]
Solver = Annotated[
    str,
    StrOptions({"auto", "sgd"}),
    Doc(
        "{'auto', 'sgd'}",
        "'auto' is the closed form. 'sgd' trains a linear net with the published "
        "penalty, for comparison: slower, and without exact zeros. It needs a number "
        "for `alpha`, or `expected_sparsity`.",
    ),
]

# -- Nets ------------------------------------------------------------------------------
HiddenLayerSizes = Annotated[
    Sequence[int],
    "array-like",
    Doc(
        "tuple of int",
        "Hidden layers of a net that corrects the linear part, which stays as it is. "
        "Without layers there is none; and none is kept unless it lowers the error of "
        "the latest rows.",
    ),
]
MaxEpochs = Annotated[
    int,
    Interval(Integral, 1, None, closed="left"),
    Doc("int", "Most passes over the rows, if a net is trained."),
]
LearningRate = Annotated[
    float,
    Interval(Real, 0, None, closed="neither"),
    Doc("float", "Learning rate of a net."),
]
BatchSize = Annotated[
    int | str,
    StrOptions({"auto"}),
    Interval(Integral, 1, None, closed="left"),
    Doc("int or 'auto'", "Rows of a training step of a net."),
]
ValidationFraction = Annotated[
    float,
    Interval(Real, 0, 1, closed="neither"),
    Doc("float", "Share of rows, the latest, that judge a correction."),
]
Device = Annotated[
    str, str, Doc("str", "Where a net is trained: 'auto', 'cpu', 'cuda'.")
]
RandomState = Annotated[
    int | np.random.RandomState | None,
    "random_state",
    Doc(
        "int, RandomState instance or None",
        "Seed of a net. The closed form draws nothing.",
    ),
]

# -- Series ----------------------------------------------------------------------------
Lags = Annotated[
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
]
Horizon = Annotated[
    int,
    Interval(Integral, 1, None, closed="left"),
    Doc("int", "Steps to forecast."),
]
Strategy = Annotated[
    str,
    StrOptions({"direct", "recursive"}),
    Doc(
        "{'direct', 'recursive'}",
        "Whether every step has its own coefficients, or one-step forecasts are fed "
        "back.",
    ),
]
ExogLags = Annotated[
    Mapping[Any, Any] | None,
    dict,
    None,
    Doc(
        "dict or None",
        "Lags of exogenous columns of which only the past is known, by name or number: "
        "``{'wind': [1, 2]}``. Other columns act at the target's time.",
    ),
]
DifferencesTaken = Annotated[
    int | Sequence[int],
    Interval(Integral, 0, None, closed="left"),
    "array-like",
    Doc(
        "int or list of int",
        "Number of differences to take, at most 3, or their periods (``[24]`` for "
        "hourly values minus those of the day before). Undone in forecasts.",
    ),
]
Standardize = Annotated[
    bool,
    "boolean",
    Doc(
        "bool",
        "Whether each of several series is divided by its standard deviation. Columns "
        "are always standardised for the penalty.",
    ),
]
Missing = Annotated[
    str,
    StrOptions({"auto", "pairwise", "drop", "interpolate", "raise"}),
    Doc(
        "{'auto', 'drop', 'pairwise', 'interpolate', 'raise'}",
        "Missing values: 'auto' fits to windows without gaps where these are plenty, "
        "else to what the model itself expects in the gaps, with the doubt that "
        "remains. 'drop' takes windows without gaps in any case, 'interpolate' "
        "straight lines, 'raise' is an error. 'pairwise' takes covariances from all "
        "pairs of known values: quick, but wrong for series that wander, have a trend "
        "or a strong season.",
    ),
]

# -- Intervals -------------------------------------------------------------------------
IntervalKind = Annotated[
    str,
    StrOptions({"conformal", "gaussian", "quantile"}),
    Doc(
        "{'conformal', 'gaussian', 'quantile'}",
        "Intervals from the latest errors at each step and their local scale, from a "
        "normal distribution, or from models of the quantiles (see `quantiles`).",
    ),
]
CalibrationSize = Annotated[
    int,
    Interval(Integral, 0, None, closed="left"),
    Doc("int", "Latest forecast origins whose errors make the intervals."),
]
Quantiles = Annotated[
    Sequence[float] | None,
    "array-like",
    None,
    Doc(
        "list of float or None",
        "Quantiles to fit models for, for ``interval='quantile'``: ``[0.05, 0.95]`` "
        "for a coverage of 0.9.",
    ),
]
