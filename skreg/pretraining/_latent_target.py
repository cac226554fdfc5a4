"""What stands in for a target where nothing is labelled."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike
from torch import Tensor

from .._types import Array
from ..targets import Target
from ._latents import latent_loss


class LatentTarget(Target):
    """No target in the table: it is computed in every step.

    Parameters
    ----------
    loss : {'mse', 'smooth_l1'}
        Between predictions and latents.
    hidden_dim : int
        Dimensions of a latent.
    """

    has_head: ClassVar[bool] = False

    def __init__(self, loss: str = "mse", hidden_dim: int = 1) -> None:
        self.loss = loss
        self.hidden_dim = hidden_dim

    def read(self, y: ArrayLike) -> Array:
        """Return the placeholder as an array."""
        return np.asarray(y)

    def learn(self, values: Array, classes: ArrayLike | None = None) -> None:
        """Learn nothing."""

    def encode(self, values: Array) -> Array:
        """Return the placeholder."""
        return values

    @property
    def n_outputs(self) -> int:
        """Dimensions of a latent."""
        return self.hidden_dim

    def criterion(
        self, output: Tensor, target: Tensor, /, *, reduction: str = "none"
    ) -> Tensor:
        """Return the errors of predicted latents."""
        return latent_loss(output, target, loss=self.loss, reduction=reduction)

    def combine(self, outputs: Tensor) -> Tensor:
        """Return the mean latent."""
        return outputs.mean(0)

    def decode(self, output: Array) -> Array:
        """Return latents as they are."""
        return output

    def score(self, y: ArrayLike, prediction: Array, weight: ArrayLike | None) -> float:
        """Return no score: latents have no truth to be compared with."""
        return float("nan")
