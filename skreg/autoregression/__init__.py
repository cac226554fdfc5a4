"""Closed-form autoregression: moments of windows, sparse paths, intervals.

Needs numpy, scipy and scikit-learn; no net. The estimators of
:mod:`skreg.forecasting` are made of these parts.
"""

from ._arnet_penalty import arnet_penalty, sparsity_strength
from ._criteria import bic, ebic
from ._intervals import conformal_bounds, impulse_responses
from ._lag_matrix import make_lag_matrix
from ._lag_transformer import LagTransformer
from ._moments import Moments
from ._orders import Orders, select_order
from ._pairwise import pairwise_moments
from ._path import Path, weighted_lasso_path
from ._stability import is_stationary
from ._toeplitz import yule_walker
from ._windows import Channel, window_moments

__all__ = [
    "Channel",
    "LagTransformer",
    "Moments",
    "Orders",
    "Path",
    "arnet_penalty",
    "bic",
    "conformal_bounds",
    "ebic",
    "impulse_responses",
    "is_stationary",
    "make_lag_matrix",
    "pairwise_moments",
    "select_order",
    "sparsity_strength",
    "weighted_lasso_path",
    "window_moments",
    "yule_walker",
]
