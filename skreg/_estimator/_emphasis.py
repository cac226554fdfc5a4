"""How much rare targets count, in training and in validation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from .._types import Floats
from ..preprocessing import label_weights
from ..preprocessing._target_bins import TargetBins
from ..targets import Target

# Bins of the balanced validation error, as many as those of the weights.
_N_BINS = 40


@dataclass(frozen=True)
class Emphasis:
    """Weights of numeric targets by their rarity.

    Attributes
    ----------
    reweight : str or None
        Method of :func:`skreg.preprocessing.label_weights` for training rows.
    is_balanced : bool
        Whether validation is by the error averaged over bins of the target.
    """

    reweight: str | None = None
    is_balanced: bool = False

    def weigh(self, target: Floats, sample_weight: Floats | None) -> Floats | None:
        """Multiply sample weights by those of the targets."""
        if self.reweight is None:
            return sample_weight
        weights = label_weights(target, self.reweight, sample_weight=sample_weight)
        return weights if sample_weight is None else weights * sample_weight

    def validation_criterion(self, target: Target) -> Callable[..., Tensor]:
        """Return the loss of validation rows."""
        return target.error if self.is_balanced else target.validation_criterion

    def validation_weight(
        self, target: NDArray[Any], weight: Floats | None, rows: NDArray[np.int64]
    ) -> Floats | None:
        """Return weights with which all bins of the validation rows count alike."""
        if not self.is_balanced:
            return weight
        given = np.ones(len(target)) if weight is None else weight
        balanced = np.zeros(len(target))
        for column in target[rows].astype(np.float64).T:
            bins = TargetBins.over(column, _N_BINS, given[rows])
            mass = bins.mass(column, given[rows])
            balanced[rows] += given[rows] / mass[bins.index(column)]
        return balanced
