"""What stands in for a target where nothing is labelled."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .._estimator._codec import Codec
from ._latents import latent_loss


class LatentTarget(Codec):
    """No target in the table: it is computed in every step.

    Parameters
    ----------
    params : estimator
        Its ``loss`` and ``hidden_dim`` are read.
    """

    has_head = False
    combine = None

    def __init__(self, params: Any) -> None:
        self.criterion = partial(latent_loss, loss=params.loss)
        self.n_outputs = params.hidden_dim

    def check(self, y: ArrayLike) -> NDArray[Any]:
        """Return the placeholder as an array."""
        return np.asarray(y)

    def fit(self, values: NDArray[Any], classes: ArrayLike | None = None) -> None:
        """Learn nothing."""

    def go_on_from(self, previous: LatentTarget, classes: ArrayLike | None) -> None:
        """Take over nothing."""

    def encode(self, values: NDArray[Any]) -> NDArray[Any]:
        """Return the placeholder."""
        return values

    def weigh(self, target: NDArray[Any], sample_weight: Any) -> Any:
        """Return the weights as they are."""
        return sample_weight
