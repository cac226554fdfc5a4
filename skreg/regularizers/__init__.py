"""Regularizers: objects that plug into the training step of every estimator."""

from ._base import Penalty, Regularizer
from ._requirements import Requirement
from ._step import FitInfo, Mixing, Step
from ._table import SampleTable
from .elr import ELR, elr_loss
from .label_smoothing import LabelSmoothing, smooth_labels
from .mixup import Mixup
from .norm_loss import NormLoss, norm_loss
from .orthogonal_gradient import OrthogonalGradient, orthogonal_gradient
from .sparse_ar import SparseAR, sparse_ar_penalty
from .spectral_risk import SpectralRisk, spectral_risk
from .weight_compander import WeightCompander

__all__ = [
    "ELR",
    "FitInfo",
    "LabelSmoothing",
    "Mixing",
    "Mixup",
    "NormLoss",
    "OrthogonalGradient",
    "Penalty",
    "Regularizer",
    "Requirement",
    "SampleTable",
    "SparseAR",
    "SpectralRisk",
    "Step",
    "WeightCompander",
    "elr_loss",
    "norm_loss",
    "orthogonal_gradient",
    "smooth_labels",
    "sparse_ar_penalty",
    "spectral_risk",
]
