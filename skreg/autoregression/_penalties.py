"""Penalties as local linear approximation sees them: weights of a lasso."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .._types import Floats
from ._penalty import arnet_slope


@dataclass(frozen=True)
class LassoPenalty:
    """Equal weights: one lasso, nothing to approximate."""

    n_rounds: int = 1

    def weights(self, coef: Floats, floor: float) -> Floats:
        """Return ones."""
        return np.ones_like(coef)

    def per_alpha(self, n_coefs: int) -> float:
        """Return the lasso's strength for ``alpha=1``."""
        return 1.0


@dataclass(frozen=True)
class ARNetPenalty:
    """The concave penalty of AR-Net, by weighted lassos.

    A concave penalty lies below its tangents, which are weighted lassos; each round
    takes the tangent at the latest solution [1]_. Coefficients are not told apart
    below `floor`, their own standard error, where the slope would be infinite.

    References
    ----------
    .. [1] H. Zou, R. Li. "One-step sparse estimates in nonconcave penalized likelihood
       models", Annals of Statistics 36, 2008.
    """

    c1: float = 3.0
    c2: float = 3.0
    n_rounds: int = 2

    def weights(self, coef: Floats, floor: float) -> Floats:
        """Return the slopes at some coefficients."""
        return arnet_slope(np.maximum(np.abs(coef), floor), c1=self.c1, c2=self.c2)

    def per_alpha(self, n_coefs: int) -> float:
        """Return the lasso's strength for ``alpha=1``.

        ``MSE + alpha * mean(penalty)`` is twice the lasso's objective.
        """
        return 0.5 / n_coefs


SparsePenalty = LassoPenalty | ARNetPenalty
