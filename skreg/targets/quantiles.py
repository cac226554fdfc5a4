"""Quantiles of numbers."""

from __future__ import annotations

from collections.abc import Sequence
from numbers import Real
from typing import Annotated, Any, cast

import numpy as np
from numpy.typing import ArrayLike
from sklearn.metrics import d2_pinball_score
from torch import Tensor

from .._parameters import Doc, Interval, parameters
from .._training._losses import pinball
from .._types import Array, Floats
from ..modules import mean_output
from .numeric import NumericTarget
from .point import Standardize

Quantiles = Annotated[
    float | Sequence[float],
    Interval(Real, 0, 1, closed="neither"),
    "array-like",
    Doc(
        "float or sequence of float",
        "Levels of `loss='quantile'`. With several, predictions have one more "
        "axis, along which they never fall if the levels rise.",
    ),
]


@parameters
class QuantileTarget(NumericTarget):
    """Numbers of which quantiles are learnt, one output for each level and target.

    Quantiles that were learnt apart may cross; sorting them never makes them worse
    [1]_.

    Parameters
    ----------
    {parameters}

    Attributes
    ----------
    levels_ : ndarray of shape (n_levels,)
        The levels.

    References
    ----------
    .. [1] V. Chernozhukov, I. Fernandez-Val, A. Galichon. "Quantile and Probability
       Curves Without Crossing", Econometrica 78, 2010.

    Examples
    --------
    >>> from skreg import RegularizedRegressor
    >>> from skreg.targets import QuantileTarget
    >>> net = RegularizedRegressor(loss=QuantileTarget(quantiles=(0.1, 0.9)))
    >>> net.set_params(loss__quantiles=0.5).get_params()["loss__quantiles"]
    0.5
    """

    quantiles: Quantiles = 0.5
    standardize: Standardize = True

    @property
    def is_robust(self) -> bool:
        """Yes: the pinball loss bears values far off."""
        return True

    @property
    def is_single(self) -> bool:
        """Whether one level was asked for, which needs no axis of its own."""
        return np.size(cast(Any, self.quantiles)) == 1

    def read(self, y: ArrayLike) -> Array:
        """Check the levels; return y as a matrix of finite numbers."""
        given: list[Any] = np.atleast_1d(
            np.asarray(self.quantiles, dtype=object)
        ).tolist()
        if not given or not all(map(_is_level, given)):
            raise ValueError(
                f"quantiles={self.quantiles!r} must be a number strictly between 0 and "
                "1, or several of them, such as (0.1, 0.5, 0.9)."
            )
        self.levels_: Floats = np.array(given, dtype=float)
        return super().read(y)

    def resume(self, previous: Any, classes: ArrayLike | None = None) -> None:
        """Take over the scales of an earlier fit of the same quantiles."""
        levels = self.levels_
        super().resume(previous)
        if not np.array_equal(levels, self.levels_):
            raise ValueError(
                f"quantiles={levels.tolist()} differ from those of the first fit, "
                f"{self.levels_.tolist()}; set them back, or fit anew with "
                "warm_start=False."
            )

    @property
    def n_outputs(self) -> int:
        """Outputs of the net: one for each level of each target."""
        return self.n_targets * len(self.levels_)

    def criterion(
        self, output: Tensor, target: Tensor, /, *, reduction: str = "none"
    ) -> Tensor:
        """Return the pinball loss."""
        return pinball(
            output, target, levels=self.levels_.tolist(), reduction=reduction
        )

    error = criterion

    def combine(self, outputs: Tensor) -> Tensor:
        """Return the mean of the members' quantiles."""
        return mean_output(outputs)

    def decode(self, output: Array) -> Array:
        """Return quantiles in the units of y, rising with their levels."""
        levels = self.levels_
        wide = output.reshape(len(output), self.n_targets, len(levels))
        rank = levels.argsort().argsort()
        values: Array = np.sort(wide, axis=2)[:, :, rank]
        values = values * self.spread_[:, None] + self.mean_[:, None]
        if self.is_single:
            values = values[:, :, 0]
        return values[:, 0] if self.is_vector_ else values

    def score(self, y: ArrayLike, prediction: Array, weight: ArrayLike | None) -> float:
        """Return the share of the pinball loss explained, averaged over the levels."""
        by_level = prediction[..., None] if self.is_single else prediction
        scores = [
            d2_pinball_score(y, by_level[..., i], sample_weight=weight, alpha=level)
            for i, level in enumerate(self.levels_)
        ]
        return float(np.mean(scores))

    def shown(self) -> str:
        """Return the name of the loss."""
        return "'quantile'"


def _is_level(value: Any) -> bool:
    return isinstance(value, Real) and 0 < float(value) < 1
