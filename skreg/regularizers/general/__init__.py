"""Methods for any net and any target."""

from .label_smoothing import LabelSmoothing, smooth_labels
from .mixup import Mixup
from .nested_dropout import NestedDropout, prefix_distribution
from .norm_loss import NormLoss, norm_loss
from .orthogonal_gradient import OrthogonalGradient, orthogonal_gradient
from .sparse_ar import SparseAR, sparse_ar_penalty
from .spectral_risk import SpectralRisk, spectral_risk
from .swap_noise import SwapNoise, swap_noise
from .weight_average import WeightAverage, average_momentum, update_average
from .weight_compander import WeightCompander

__all__ = [
    "LabelSmoothing",
    "Mixup",
    "NestedDropout",
    "NormLoss",
    "OrthogonalGradient",
    "SparseAR",
    "SpectralRisk",
    "SwapNoise",
    "WeightAverage",
    "WeightCompander",
    "average_momentum",
    "norm_loss",
    "orthogonal_gradient",
    "prefix_distribution",
    "smooth_labels",
    "sparse_ar_penalty",
    "spectral_risk",
    "swap_noise",
    "update_average",
]
