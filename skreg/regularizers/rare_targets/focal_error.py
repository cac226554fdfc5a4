"""Focal errors: rows that the net already gets right count less."""

from __future__ import annotations

from collections.abc import Callable
from numbers import Real
from typing import Annotated, ClassVar

import torch
from torch import Tensor, nn

from ..._parameters import Doc, Interval, StrOptions, field, parameters
from .._base import Regularizer
from .._fit_state import FitInfo, Step
from .._requirements import Requirement


def _twice_sigmoid(x: Tensor) -> Tensor:
    return 2.0 * torch.sigmoid(x) - 1.0


_ACTIVATIONS: dict[str, Callable[[Tensor], Tensor]] = {
    "sigmoid": _twice_sigmoid,
    "tanh": torch.tanh,
}


def focal_factor(
    error: Tensor,
    *,
    rate: float = 0.2,
    gamma: float = 1.0,
    activation: str = "sigmoid",
) -> Tensor:
    r"""Return the factors of the losses of a focal regression.

    .. math:: (2 \sigma(\beta |e|) - 1)^\gamma \quad \text{or} \quad
        \tanh(\beta |e|)^\gamma

    Parameters
    ----------
    error : Tensor
        Errors e; their signs do not matter.
    rate : float, default=0.2
        :math:`\beta`, per unit of the errors: how soon an error counts in full.
    gamma : float, default=1.0
        Exponent; 0 lets all errors count in full.
    activation : {'sigmoid', 'tanh'}, default='sigmoid'
        Which of the two.

    Returns
    -------
    factor : Tensor
        In [0, 1], of the shape of `error`.

    References
    ----------
    .. [1] Y. Yang, K. Zha, Y.-C. Chen, H. Wang, D. Katabi. "Delving into Deep
       Imbalanced Regression", ICML 2021, section 4 (Focal-R).

    Examples
    --------
    >>> import torch
    >>> from skreg.regularizers import focal_factor
    >>> focal_factor(torch.tensor([0.0, 1.0, 100.0]), rate=1.0)
    tensor([0.0000, 0.4621, 1.0000])
    """
    share: Tensor = _ACTIVATIONS[activation](rate * error.abs())
    return share**gamma


@parameters
class FocalError(Regularizer):
    """Multiply every row's loss by a factor that grows with its error (Focal-R).

    The loss itself is that of the estimator. Rare labels have large errors, so they
    count more; so do rows that are noisy or wrong.

    Parameters
    ----------
    {parameters}

    References
    ----------
    .. [1] Y. Yang, K. Zha, Y.-C. Chen, H. Wang, D. Katabi. "Delving into Deep
       Imbalanced Regression", ICML 2021, section 4 (Focal-R).

    Examples
    --------
    >>> from sklearn.datasets import load_diabetes
    >>> from skreg import RegularizedRegressor
    >>> from skreg.regularizers import FocalError
    >>> X, y = load_diabetes(return_X_y=True)
    >>> net = RegularizedRegressor(regularizers=[FocalError()], random_state=0)
    >>> net.fit(X, y).predict(X[:2]).shape
    (2,)
    """

    requires: ClassVar[frozenset[Requirement]] = frozenset({Requirement.REGRESSION})

    rate: Annotated[
        float,
        Interval(Real, 0, None, closed="neither"),
        Doc(
            "float",
            "How soon an error counts in full, per standard deviation of y. The "
            "published 0.2 a year of age is 3 here.",
        ),
    ] = 3.0
    gamma: Annotated[
        float,
        Interval(Real, 0, None, closed="left"),
        Doc("float", "Exponent of the factor."),
    ] = 1.0
    activation: Annotated[
        str,
        StrOptions(set(_ACTIVATIONS)),
        Doc("{'sigmoid', 'tanh'}", "Form of the factor, see :func:`focal_factor`."),
    ] = "sigmoid"
    strength: Annotated[
        float,
        Interval(Real, 0, 1, closed="both"),
        Doc("float", "Blend of the plain mean loss (0, off) and the focal one (1)."),
    ] = 1.0

    predictions_: Callable[[Tensor], Tensor] = field(init=False)

    def setup(self, info: FitInfo) -> None:
        """Learn what of the output are predictions."""
        self.predictions_ = info.predictions

    def finish(self, module: nn.Module) -> nn.Module:
        """Forget what only training needs."""
        del self.predictions_
        return module

    def reduce(self, losses: Tensor, step: Step) -> Tensor:
        """Return the mean of the losses, each with its factor."""
        # Of every row, the mean over targets and quantiles.
        apart = self.predictions_(step.output) - step.target.unsqueeze(-1)
        error = apart.abs().mean((-2, -1))
        factor = focal_factor(
            error, rate=self.rate, gamma=self.gamma, activation=self.activation
        )
        return step.mean(losses * (1.0 - self.strength + self.strength * factor))
