"""One number for each target, by a loss with a name or of one's own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from numpy.typing import ArrayLike
from torch import Tensor

from .._parameters import Doc, StrOptions, parameters
from .._training._losses import REGRESSION_LOSSES, ROBUST_LOSSES
from .._types import Array
from ._criterion import RowLosses, name_of
from .numeric import NumericTarget

Loss = Annotated[
    str | Callable[[Tensor, Tensor], Tensor],
    StrOptions(set(REGRESSION_LOSSES)),
    callable,
    Doc(
        "{'squared_error', 'absolute_error', 'huber'} or callable",
        "Loss of a row, averaged over its targets, in standardised units; or a "
        "function of outputs and targets, see `RegularizedRegressor`.",
    ),
]

Standardize = Annotated[
    bool,
    "boolean",
    Doc("bool", "Whether targets are scaled to mean 0 and variance 1 inside."),
]


@parameters
class PointTarget(NumericTarget):
    """Numbers, each of which gets one prediction: its mean, median or the like.

    Parameters
    ----------
    {parameters}

    See Also
    --------
    QuantileTarget : Several quantiles of each number.

    Examples
    --------
    A loss of one's own, with predictions in the units of y:

    >>> from sklearn.datasets import load_diabetes
    >>> from skreg import RegularizedRegressor
    >>> def log_cosh(output, target):
    ...     return (output - target).cosh().log()
    >>> X, y = load_diabetes(return_X_y=True)
    >>> net = RegularizedRegressor(loss=log_cosh, max_epochs=10, random_state=0)
    >>> net.fit(X, y).score(X, y) > 0.4
    True
    """

    loss: Loss = "squared_error"
    standardize: Standardize = True

    def learn(self, values: Array, classes: ArrayLike | None = None) -> None:
        """Check the loss; learn the number of targets."""
        if isinstance(self.loss, type):
            name = name_of(self.loss)
            raise TypeError(f"loss={name} is a class; pass an object of it: {name}().")
        super().learn(values, classes)

    @property
    def is_robust(self) -> bool:
        """Whether the loss is one that bears values far off."""
        return isinstance(self.loss, str) and self.loss in ROBUST_LOSSES

    def criterion(
        self, output: Tensor, target: Tensor, /, *, reduction: str = "none"
    ) -> Tensor:
        """Return the loss of scaled values."""
        loss = self.loss
        criterion = (
            REGRESSION_LOSSES[loss] if isinstance(loss, str) else RowLosses(loss)
        )
        return criterion(output, target, reduction=reduction)

    def shown(self) -> str:
        """Return what users wrote to get this target."""
        return repr(self.loss) if isinstance(self.loss, str) else name_of(self.loss)
