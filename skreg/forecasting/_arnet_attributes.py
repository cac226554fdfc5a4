"""Attributes that fitting gives to regressor and forecaster, declared once."""

from typing import Annotated

from .._parameters import Doc
from .._types import Array, Floats, Integers
from ..regression import RegularizedRegressor

# -- Of both ---------------------------------------------------------------------------
Correction = Annotated[
    RegularizedRegressor | None,
    Doc("estimator or None", "The net that corrects the linear part, if any."),
]

# -- Of the regressor ------------------------------------------------------------------
Coef = Annotated[
    Floats,
    Doc(
        "ndarray of shape (n_features,) or (n_targets, n_features)",
        "Coefficients, with exact zeros for columns that were not selected.",
    ),
]
Intercept = Annotated[
    float | Floats, Doc("float or ndarray of shape (n_targets,)", "Constants.")
]
Selected = Annotated[
    Integers, Doc("ndarray of int", "Columns with a coefficient for any target.")
]
ChosenAlpha = Annotated[
    float | Floats,
    Doc("float or ndarray of shape (n_targets,)", "Strength of the penalty."),
]
NFeaturesIn = Annotated[int, Doc("int", "Columns of the training table.")]
FeatureNamesIn = Annotated[
    Array,
    Doc("ndarray of shape (`n_features_in_`,)", "Their names, if X has names."),
]

# -- Of the forecaster -----------------------------------------------------------------
ARCoef = Annotated[
    Floats,
    Doc(
        "ndarray of shape (n_steps, order)",
        "Coefficients, lag 1 first, with exact zeros. With several channels: step, "
        "channel that is explained, lag, channel that explains.",
    ),
]
SelectedLags = Annotated[
    Integers, Doc("ndarray of int", "Lags with a coefficient at any step.")
]
Sparsity = Annotated[
    float, Doc("float", "Share of the coefficients of lags that are not zero.")
]
ExogCoef = Annotated[
    Floats,
    Doc(
        "ndarray of shape (n_steps, n_channels, n_known)",
        "Coefficients of the exogenous columns at the time of the target. Of several "
        "series, in units of the first.",
    ),
]
ExogLagCoef = Annotated[
    dict[int, Floats],
    Doc(
        "dict of ndarray of shape (n_steps, n_channels, n_lags)",
        "Coefficients of the lagged exogenous columns, by column number. Of several "
        "series, in units of the first.",
    ),
]
SeriesIntercept = Annotated[
    Floats,
    Doc(
        "ndarray of shape (n_steps, n_channels)",
        "Constants, in units. Of several series each has its own: shape (n_series, "
        "n_steps, n_channels).",
    ),
]
Sigma2 = Annotated[
    Floats,
    Doc("ndarray of shape (n_steps, n_channels)", "Mean squared errors in training."),
]
SeriesAlpha = Annotated[
    Floats,
    Doc("ndarray of shape (n_steps, n_channels)", "Strengths of the penalty."),
]
AlphasCompared = Annotated[
    Floats,
    Doc("ndarray", "Strengths compared for the first step of the first channel."),
]
CriterionPath = Annotated[
    Floats, Doc("ndarray", "The criterion, or validation error, at `alphas_`.")
]
Order = Annotated[int, Doc("int", "The largest lag on offer.")]
LagsOffered = Annotated[Integers, Doc("ndarray of int", "All lags on offer.")]
NWindows = Annotated[
    float, Doc("float", "Windows that the coefficients were fitted to.")
]
ExogNamesIn = Annotated[
    Array, Doc("ndarray", "Names of the exogenous columns, if they have any.")
]
