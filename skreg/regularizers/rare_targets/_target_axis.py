"""Labels as positions on one axis, and bins along it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ...preprocessing._target_bins import TargetBins
from ...preprocessing._usual_range import usual_weight
from .._fit_state import FitInfo


@dataclass(frozen=True)
class TargetAxis:
    """The axis of the labels of a fit: theirs, or the first principal one of several.

    Parameters
    ----------
    direction : Tensor of shape (n_targets,)
        Of length 1.
    edges : Tensor of shape (n_bins - 1,)
        Inner edges of equal bins over the range of the training rows.
    """

    direction: Tensor
    edges: Tensor

    @classmethod
    def of(cls, info: FitInfo, n_bins: int = 1) -> TargetAxis:
        """Find the axis for the rows that train."""
        target = cast(NDArray[Any], info.target).astype(np.float64)
        weight = np.ones(len(target)) if info.weight is None else info.weight
        direction = _principal_axis(target, usual_weight(target, weight))
        edges = TargetBins.over(target @ direction, n_bins, weight).edges[1:-1]
        options: Any = {"dtype": info.dtype, "device": info.device}
        return cls(
            torch.as_tensor(direction, **options), torch.as_tensor(edges, **options)
        )

    def positions(self, target: Tensor) -> Tensor:
        """Return the position of each row, of shape (batch,)."""
        return target @ self.direction

    def bins(self, target: Tensor) -> Tensor:
        """Return the bin of each row, of shape (batch,)."""
        return torch.bucketize(self.positions(target), self.edges, right=True)

    @property
    def n_bins(self) -> int:
        """Number of bins."""
        return len(self.edges) + 1

    def to(self, *place: Any) -> TargetAxis:
        """Return the axis on a device, or in a precision, as ``Tensor.to`` does."""
        return TargetAxis(self.direction.to(*place), self.edges.to(*place))


def _principal_axis(
    target: NDArray[np.float64], weight: NDArray[np.float64]
) -> NDArray[np.float64]:
    if target.shape[1] == 1:
        return np.ones(1)
    apart = target - np.average(target, axis=0, weights=weight)
    covariance = (apart * weight[:, None]).T @ apart
    axis: NDArray[np.float64] = np.linalg.eigh(covariance)[1][:, -1]
    return axis
