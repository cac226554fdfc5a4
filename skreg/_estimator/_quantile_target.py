"""What a net learns of y when quantiles are asked for."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from numbers import Real
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.metrics import d2_pinball_score

from .._training._losses import REGRESSION_LOSSES, Criterion, pinball
from ._targets import RealTarget


class QuantileTarget(RealTarget):
    """Numbers of which quantiles are learnt.

    Quantiles that were learnt apart may cross; sorting them never makes them worse
    (V. Chernozhukov, I. Fernandez-Val, A. Galichon, "Quantile and Probability Curves
    Without Crossing", Econometrica 2010).
    """

    def read_criterion(self, params: Any) -> Criterion:
        """Check the levels and return their loss."""
        given = params.quantiles
        self.is_single = isinstance(given, Real)
        levels = [given] if self.is_single else list(given)
        if not levels or not all(map(_is_level, levels)):
            raise ValueError(
                f"quantiles={given!r} must be a number strictly between 0 and 1, or "
                "several of them, such as (0.1, 0.5, 0.9)."
            )
        self.levels = np.array(levels, dtype=float)
        self.error = partial(pinball, levels=self.levels.tolist())
        return self.error

    @property
    def n_outputs(self) -> int:
        """Outputs of the net: one for each level of each target."""
        return self.n_targets * len(self.levels)

    def inverse_transform(self, output: NDArray[Any]) -> NDArray[Any]:
        """Return quantiles in the units of y, rising with their levels."""
        wide = output.reshape(len(output), self.n_targets, len(self.levels))
        rank = self.levels.argsort().argsort()
        values = np.sort(wide, axis=2)[:, :, rank]
        values = values * self.spread[:, None] + self.mean[:, None]
        if self.is_single:
            values = values[:, :, 0]
        return values[:, 0] if self.is_vector else values

    def score(self, y: ArrayLike, prediction: NDArray[Any], weight: Any) -> float:
        """Return the share of the pinball loss explained, averaged over the levels."""
        by_level = prediction[..., None] if self.is_single else prediction
        scores = [
            d2_pinball_score(y, by_level[..., i], sample_weight=weight, alpha=level)
            for i, level in enumerate(self.levels)
        ]
        return float(np.mean(scores))


def _is_level(value: Any) -> bool:
    return isinstance(value, Real) and 0 < float(value) < 1


TARGETS: dict[str, Callable[[Any], RealTarget]] = {
    **dict.fromkeys(REGRESSION_LOSSES, RealTarget),
    "quantile": QuantileTarget,
}
