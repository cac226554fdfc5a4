"""Methods for numbers of which the rare ones matter."""

from ._balanced_errors import (
    balanced_mse,
    balanced_mse_of_bins,
    balanced_mse_of_mixture,
)
from ._conr_loss import conr_loss
from .balanced_squared_error import BalancedMSE
from .conr import ConR
from .fds import FDS
from .focal_error import FocalError, focal_factor
from .geometric import GeometricConstraints, envelope_loss, homogeneity_loss
from .ranksim import RankSim, ranksim_loss
from .supremix import SupReMix, supremix_loss

__all__ = [
    "FDS",
    "BalancedMSE",
    "ConR",
    "FocalError",
    "GeometricConstraints",
    "RankSim",
    "SupReMix",
    "balanced_mse",
    "balanced_mse_of_bins",
    "balanced_mse_of_mixture",
    "conr_loss",
    "envelope_loss",
    "focal_factor",
    "homogeneity_loss",
    "ranksim_loss",
    "supremix_loss",
]
