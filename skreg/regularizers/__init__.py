"""Regularizers: objects that plug into the training step of every estimator."""

from ._balanced_errors import (
    balanced_mse,
    balanced_mse_of_bins,
    balanced_mse_of_mixture,
)
from ._base import Penalty, Regularizer
from ._conr_loss import conr_loss
from ._elr_loss import elr_loss
from ._requirements import Requirement
from ._step import FitInfo, Mixing, Step
from ._table import SampleTable
from .balanced_squared_error import BalancedMSE
from .co_teaching import CoTeaching, forget_rate_at, small_loss_rows
from .conr import ConR
from .elr import ELR
from .elr_plus import elr_plus_loss, elr_plus_targets
from .fds import FDS
from .focal_error import FocalError, focal_factor
from .geometric import GeometricConstraints, envelope_loss, homogeneity_loss
from .label_smoothing import LabelSmoothing, smooth_labels
from .mixup import Mixup
from .nested_dropout import NestedDropout, prefix_distribution
from .norm_loss import NormLoss, norm_loss
from .orthogonal_gradient import OrthogonalGradient, orthogonal_gradient
from .pskd import PSKD, pskd_targets
from .ranksim import RankSim, ranksim_loss
from .sparse_ar import SparseAR, sparse_ar_penalty
from .spectral_risk import SpectralRisk, spectral_risk
from .supremix import SupReMix, supremix_loss
from .swap_noise import SwapNoise, swap_noise
from .weight_average import WeightAverage, average_momentum, update_average
from .weight_compander import WeightCompander

__all__ = [
    "ELR",
    "FDS",
    "PSKD",
    "BalancedMSE",
    "CoTeaching",
    "ConR",
    "FitInfo",
    "FocalError",
    "GeometricConstraints",
    "LabelSmoothing",
    "Mixing",
    "Mixup",
    "NestedDropout",
    "NormLoss",
    "OrthogonalGradient",
    "Penalty",
    "RankSim",
    "Regularizer",
    "Requirement",
    "SampleTable",
    "SparseAR",
    "SpectralRisk",
    "Step",
    "SupReMix",
    "SwapNoise",
    "WeightAverage",
    "WeightCompander",
    "average_momentum",
    "balanced_mse",
    "balanced_mse_of_bins",
    "balanced_mse_of_mixture",
    "conr_loss",
    "elr_loss",
    "elr_plus_loss",
    "elr_plus_targets",
    "envelope_loss",
    "focal_factor",
    "forget_rate_at",
    "homogeneity_loss",
    "norm_loss",
    "orthogonal_gradient",
    "prefix_distribution",
    "pskd_targets",
    "ranksim_loss",
    "small_loss_rows",
    "smooth_labels",
    "sparse_ar_penalty",
    "spectral_risk",
    "supremix_loss",
    "swap_noise",
    "update_average",
]
