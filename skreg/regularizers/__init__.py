"""Regularizers: objects that plug into the training step of every estimator."""

from ._base import Penalty, Regularizer
from ._requirements import Requirement
from ._step import FitInfo, Mixing, Step
from ._table import SampleTable
from .co_teaching import CoTeaching, forget_rate_at, small_loss_rows
from .elr import ELR, elr_loss
from .elr_plus import elr_plus_loss, elr_plus_targets
from .label_smoothing import LabelSmoothing, smooth_labels
from .mixup import Mixup
from .nested_dropout import NestedDropout, prefix_distribution
from .norm_loss import NormLoss, norm_loss
from .orthogonal_gradient import OrthogonalGradient, orthogonal_gradient
from .pskd import PSKD, pskd_targets
from .sparse_ar import SparseAR, sparse_ar_penalty
from .spectral_risk import SpectralRisk, spectral_risk
from .weight_average import WeightAverage, average_momentum, update_average
from .weight_compander import WeightCompander

__all__ = [
    "ELR",
    "PSKD",
    "CoTeaching",
    "FitInfo",
    "LabelSmoothing",
    "Mixing",
    "Mixup",
    "NestedDropout",
    "NormLoss",
    "OrthogonalGradient",
    "Penalty",
    "Regularizer",
    "Requirement",
    "SampleTable",
    "SparseAR",
    "SpectralRisk",
    "Step",
    "WeightAverage",
    "WeightCompander",
    "average_momentum",
    "elr_loss",
    "elr_plus_loss",
    "elr_plus_targets",
    "forget_rate_at",
    "norm_loss",
    "orthogonal_gradient",
    "prefix_distribution",
    "pskd_targets",
    "small_loss_rows",
    "smooth_labels",
    "sparse_ar_penalty",
    "spectral_risk",
    "update_average",
]
