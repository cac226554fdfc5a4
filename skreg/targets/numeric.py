"""Numbers, scaled for the net, and the way back."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from numpy.typing import ArrayLike
from sklearn.metrics import r2_score
from torch import Tensor

from .._training._losses import absolute_error
from .._types import Array, Floats
from ..preprocessing._column_statistics import column_statistics, standardize
from ..preprocessing._usual_range import usual_statistics
from ._base import Target
from ._criterion import check_criterion
from ._reading import numbers, present

# In standard deviations, how far off learnt targets may be: for losses that are robust,
# and for others, of which only rows that did not set the scale get so far.
_FURTHEST = 1e4
_FURTHEST_SQUARED = 1e15


class NumericTarget(Target):
    r"""Numbers, one column or several: the base of most targets of one's own.

    The net learns :math:`(y - m) / s`, where :meth:`scale` learns mean and standard
    deviation; for a loss that :attr:`is_robust`, without rows that are far off. A
    target of one's own overrides :meth:`criterion` and, if outputs are
    not such values themselves, the two functions :meth:`link` and
    :meth:`inverse_link`: members of ensembles, regularizers and predictions all go
    through them.

    Attributes
    ----------
    standardize : bool
        Whether the net learns values of mean 0 and variance 1; a class of one's own
        may set it to False.
    is_robust : bool
        Whether the loss bears single values of y that are far off all others. The
        scale then leaves them out, and they are learnt as 10,000 standard deviations
        at most. False unless a class of one's own says otherwise.
    mean_, spread_ : ndarray of shape (n_targets,)
        Subtracted, and divided by.
    is_vector_ : bool
        Whether y had one dimension.

    Examples
    --------
    Counts, of which the net learns the logarithm of the mean:

    >>> import numpy as np
    >>> from skreg import RegularizedRegressor
    >>> from skreg.targets import NumericTarget
    >>> class PoissonTarget(NumericTarget):
    ...     standardize = False
    ...     def criterion(self, output, target, /, *, reduction="none"):
    ...         losses = (output.exp() - target * output).mean(-1)
    ...         return losses.mean(-1) if reduction == "mean" else losses
    ...     def link(self, values):
    ...         return values.clamp(min=1e-30).log()
    ...     def inverse_link(self, output):
    ...         return output.exp()
    >>> X = np.linspace(0, 1, 200)[:, None]
    >>> y = np.random.default_rng(0).poisson(np.exp(2 * X[:, 0]))
    >>> net = RegularizedRegressor(loss=PoissonTarget(), random_state=0).fit(X, y)
    >>> net.predict([[1.0]]).round() > 4
    array([ True])
    """

    standardize = True

    @property
    def is_robust(self) -> bool:
        """Whether values far off are left out of the scale."""
        return False

    def read(self, y: ArrayLike) -> Array:
        """Return y as a matrix of finite numbers."""
        values = numbers(present(y, dtype="numeric"))
        self.is_vector_ = values.ndim == 1
        return values.reshape(len(values), -1)

    def learn(self, values: Array, classes: ArrayLike | None = None) -> None:
        """Learn the number of targets, and try the loss on it."""
        self.mean_: Floats = np.zeros(values.shape[1])
        self.spread_: Floats = np.ones(values.shape[1])
        self._try_criterion()

    def _try_criterion(self) -> None:
        check_criterion(self, self.shown())

    def resume(self, previous: Any, classes: ArrayLike | None = None) -> None:
        """Take over the scales of an earlier fit."""
        is_vector = self.is_vector_
        super().resume(previous)
        self.is_vector_ = is_vector

    def encode(self, values: Array) -> Array:
        """Return the values as they are; scaling follows the choice of rows."""
        if values.shape[1] != self.n_targets:
            raise ValueError(
                f"y has {values.shape[1]} targets, but the first fit had "
                f"{self.n_targets}."
            )
        return values

    def scale(self, encoded: Array, weight: Floats | None) -> None:
        """Learn mean and standard deviation of the training rows."""
        if self.standardize:
            equal = np.ones(len(encoded)) if weight is None else weight
            statistics = usual_statistics if self.is_robust else column_statistics
            self.mean_, self.spread_ = statistics(encoded, equal)

    def transform(self, encoded: Array) -> Array:
        """Return scaled values."""
        scaled = np.empty(encoded.shape)
        standardize(encoded, self.mean_, self.spread_, 0.0, scaled)
        if self.standardize:
            # No output gets there, and mean losses keep within float32.
            limit = _FURTHEST if self.is_robust else _FURTHEST_SQUARED
            np.clip(scaled, -limit, limit, out=scaled)
        return scaled

    @property
    def n_targets(self) -> int:
        """Number of targets."""
        return len(self.mean_)

    @property
    def n_outputs(self) -> int:
        """Outputs of the net: one for each target."""
        return self.n_targets

    def link(self, values: Tensor) -> Tensor:
        """Return the outputs that stand for scaled values, here these themselves."""
        return values

    def inverse_link(self, output: Tensor) -> Tensor:
        """Return the scaled values that outputs stand for, here these themselves."""
        return output

    def error(
        self, output: Tensor, target: Tensor, /, *, reduction: str = "none"
    ) -> Tensor:
        """Return the absolute error of scaled values."""
        values = self.inverse_link(output)
        return absolute_error(values, target, reduction=reduction)

    def visible(self, learnt: Array) -> Array:
        """Return the scaled values."""
        return learnt

    def predictions(self, output: Tensor) -> Tensor:
        """Return the predictions of each target, along a last axis of their own."""
        return self.inverse_link(output).unflatten(-1, (self.n_targets, -1))

    def combine(self, outputs: Tensor) -> Tensor:
        """Return the output that stands for the mean of the members' values."""
        return self.link(self.inverse_link(outputs).mean(0))

    def decode(self, output: Array) -> Array:
        """Return predictions in the units and the shape of y."""
        scaled = self.inverse_link(torch.from_numpy(output)).numpy()
        values: Array = scaled * self.spread_ + self.mean_
        return values[:, 0] if self.is_vector_ else values

    def score(self, y: ArrayLike, prediction: Array, weight: ArrayLike | None) -> float:
        """Return the coefficient of determination."""
        return float(r2_score(y, prediction, sample_weight=weight))
