"""Balanced MSE: squared errors as if all labels were equally frequent."""

from __future__ import annotations

from numbers import Real
from typing import Annotated, ClassVar

import torch
from torch import Tensor, nn

from .._parameters import Doc, Interval, StrOptions, field, parameters
from ._balanced_errors import balanced_mse
from ._base import Regularizer
from ._requirements import Requirement
from ._step import FitInfo, Step

# Noise of nets that hit the training labels, in standard deviations of y.
_LEAST_NOISE = 1e-2
# Momentum of the noise that is watched: it follows some twenty steps.
_MOMENTUM = 0.95


@parameters
class BalancedMSE(Regularizer):
    """Minimise squared errors as if all labels were equally frequent.

    A prediction is compared with all labels of its batch, and charged for lying
    where they are frequent. It takes the place of the loss; validation still uses
    the estimator's own. Errors of frequent labels grow. Prefer batches of at least
    64 rows: those of few rows hardly show which labels are frequent, and one of a
    single row falls back to the loss of the estimator. Needs memory for the square
    of the batch size.

    Parameters
    ----------
    {parameters}

    Attributes
    ----------
    {attributes}

    Notes
    -----
    The authors learn the noise by gradient, from an initial value in label units.
    Here it is the running root mean squared error of the batches, which is what
    the gradient seeks, needs no initial value, and does not depend on units.

    References
    ----------
    .. [1] J. Ren, M. Zhang, C. Yu, Z. Liu. "Balanced MSE for Imbalanced Visual
       Regression", CVPR 2022 (BMC).

    Examples
    --------
    >>> from sklearn.datasets import load_diabetes
    >>> from skreg import RegularizedRegressor
    >>> from skreg.regularizers import BalancedMSE
    >>> X, y = load_diabetes(return_X_y=True)
    >>> net = RegularizedRegressor(regularizers=[BalancedMSE()], random_state=0)
    >>> net.fit(X, y).predict(X[:2]).shape
    (2,)
    >>> 0 < float(net.regularizers_["balancedmse"].noise_) < 1
    True
    """

    requires: ClassVar[frozenset[Requirement]] = frozenset({Requirement.REGRESSION})

    noise: Annotated[
        float | str,
        StrOptions({"auto"}),
        Interval(Real, 0, None, closed="neither"),
        Doc(
            "float or 'auto'",
            "Standard deviation of the labels around the predictions, in standard "
            "deviations of y: a small one compares with the next labels only. 'auto' "
            "is the running root mean squared error.",
        ),
    ] = "auto"
    strength: Annotated[
        float,
        Interval(Real, 0, 1, closed="both"),
        Doc("float", "Blend of the estimator's loss (0, off) and this one (1)."),
    ] = 1.0

    noise_: Annotated[
        Tensor | None,
        Doc("Tensor", "The noise at the end, one value for each member."),
    ] = field(init=False)

    def setup(self, info: FitInfo) -> None:
        """Start without an idea of the noise, unless it is given."""
        known = not isinstance(self.noise, str)
        self.noise_ = torch.tensor(self.noise, dtype=info.dtype) if known else None
        if self.noise_ is not None:
            self.noise_ = self.noise_.to(info.device)

    def resume(self, info: FitInfo) -> None:
        """Go on with the noise of the earlier fit."""
        if self.noise_ is None:
            self.setup(info)
        else:
            self.noise_ = self.noise_.to(info.device)

    def finish(self, module: nn.Module) -> nn.Module:
        """Keep the noise on the host."""
        if self.noise_ is not None:
            self.noise_ = self.noise_.cpu()
        return module

    def reduce(self, losses: Tensor, step: Step) -> Tensor:
        """Return the blend of the mean loss and the balanced one."""
        n_rows, n_targets = step.target.shape
        if step.output.shape[-1] != n_targets:
            raise ValueError(
                f"BalancedMSE needs one output for each of {n_targets} targets, but the "
                f"net has {step.output.shape[-1]}; use loss='squared_error'."
            )
        plain = step.mean(losses)
        if n_rows == 1:
            return plain
        balanced = balanced_mse(
            step.output, step.target, self._noise_of(step), weight=step.weight
        )
        # As the other losses, the mean over targets.
        mean = step.mean(balanced) / n_targets
        return mean if self.strength == 1 else torch.lerp(plain, mean, self.strength)

    def _noise_of(self, step: Step) -> Tensor:
        if self.noise_ is not None and not isinstance(self.noise, str):
            return self.noise_
        with torch.no_grad():
            errors = (step.output - step.target).square().mean(-1)
            now = step.mean(errors).sqrt().clamp_min(_LEAST_NOISE)
            before = now if self.noise_ is None else self.noise_
            self.noise_ = torch.lerp(now, before, _MOMENTUM)
        return self.noise_
