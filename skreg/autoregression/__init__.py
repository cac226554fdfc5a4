"""Closed-form autoregression: moments of windows, sparse paths, intervals.

Needs numpy, scipy and scikit-learn; no net. The estimators of
:mod:`skreg.forecasting` are made of these parts.
"""

from ._criteria import bic, ebic
from ._folds import Fold, expanding_folds, fold_edges, mean_squares
from ._intervals import (
    conformal_bounds,
    forecast_deviations,
    impulse_responses,
    local_scales,
)
from ._lag_matrix import make_lag_matrix
from ._lag_transformer import LagTransformer
from ._losses import Loss, huber, pinball
from ._moments import Moments
from ._operator import WindowOperator
from ._orders import Orders, select_order
from ._pairwise import pairwise_moments
from ._path import Path, weighted_lasso_path
from ._penalties import ARNetPenalty, LassoPenalty
from ._penalty import arnet_penalty, arnet_slope, sparsity_strength
from ._problem import Problem
from ._regression import Columns, Rule, regress
from ._ridge import RidgePath
from ._robust import Matrix, Rows, minimise_loss
from ._sparse import Solution, select, solve_at
from ._stability import is_stationary
from ._toeplitz import yule_walker
from ._units import binary_units
from ._windows import Channel, few_moments, window_moments

__all__ = [
    "ARNetPenalty",
    "Channel",
    "Columns",
    "Fold",
    "LagTransformer",
    "LassoPenalty",
    "Loss",
    "Matrix",
    "Moments",
    "Orders",
    "Path",
    "Problem",
    "RidgePath",
    "Rows",
    "Rule",
    "Solution",
    "WindowOperator",
    "arnet_penalty",
    "arnet_slope",
    "bic",
    "binary_units",
    "conformal_bounds",
    "ebic",
    "expanding_folds",
    "few_moments",
    "fold_edges",
    "forecast_deviations",
    "huber",
    "impulse_responses",
    "is_stationary",
    "local_scales",
    "make_lag_matrix",
    "mean_squares",
    "minimise_loss",
    "pairwise_moments",
    "pinball",
    "regress",
    "select",
    "select_order",
    "solve_at",
    "sparsity_strength",
    "weighted_lasso_path",
    "window_moments",
    "yule_walker",
]
