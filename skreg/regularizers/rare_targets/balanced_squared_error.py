"""Balanced MSE: squared errors as if all labels were equally frequent."""

from __future__ import annotations

from collections.abc import Mapping
from numbers import Real
from typing import Annotated, ClassVar, cast

import numpy as np
import torch
from torch import Tensor, nn

from ..._parameters import Doc, Interval, StrOptions, field, parameters
from ..._types import Floats
from ...preprocessing._target_density import TargetDensity
from .._base import Regularizer
from .._fit_state import FitInfo, Step
from .._requirements import Requirement
from ._balanced_errors import balanced_mse, balanced_mse_of_bins

# Of the density, in standard deviations: the same for copies as for weights.
_BANDWIDTH = 0.2
_N_POINTS = 200
# Share of the peak that the density has at least, so that no label is priceless.
_FLOOR = 0.01
# In standard deviations of y: where the noise starts, and what nets that hit all
# training labels have.
_FIRST_NOISE = 0.3
_LEAST_LOG_NOISE = -5.0
# Largest step of the logarithm of the noise, and its learning rate.
_RATE = 0.05


@parameters
class BalancedMSE(Regularizer):
    """Minimise squared errors as if all labels were equally frequent.

    A prediction costs more where labels are frequent. That takes the place
    of the loss; validation still uses the estimator's own. Rare labels gain, and the
    errors of frequent ones grow.

    Parameters
    ----------
    {parameters}

    Attributes
    ----------
    {attributes}

    Notes
    -----
    As published, the noise is learnt by gradient; here its logarithm takes plain
    gradient steps of its own, clipped, apart from the optimizer and its weight decay.
    On tables it comes out too large, since their noise is neither Gaussian nor the same
    for all labels.

    References
    ----------
    .. [1] J. Ren, M. Zhang, C. Yu, Z. Liu. "Balanced MSE for Imbalanced Visual
       Regression", CVPR 2022: BMC, and BNI with a smooth density for its histogram.

    Examples
    --------
    >>> from sklearn.datasets import load_diabetes
    >>> from skreg import RegularizedRegressor
    >>> from skreg.regularizers import BalancedMSE
    >>> X, y = load_diabetes(return_X_y=True)
    >>> net = RegularizedRegressor(regularizers=[BalancedMSE()], random_state=0)
    >>> net.fit(X, y).predict(X[:2]).shape
    (2,)
    >>> round(float(net.regularizers_["balancedmse"].noise_), 3)
    0.3
    """

    requires: ClassVar[frozenset[Requirement]] = frozenset(
        {Requirement.REGRESSION, Requirement.ONE_OUTPUT}
    )

    noise: Annotated[
        float | str,
        StrOptions({"auto"}),
        Interval(Real, 0, None, closed="neither"),
        Doc(
            "float or 'auto'",
            "Standard deviation of the labels around the predictions, in standard "
            "deviations of y: the larger, the more balance, up to harm. 'auto' learns "
            "it, as published.",
        ),
    ] = 0.3
    labels: Annotated[
        str,
        StrOptions({"auto", "density", "batch"}),
        Doc(
            "{'auto', 'density', 'batch'}",
            "What says where labels are frequent: a smooth density of all training "
            "labels, for one target only, or the labels of the batch (BMC). The latter "
            "lets rare labels go as soon as no other of the batch is nearer, needs at "
            "least 64 rows and memory for the square of their number; a batch of one "
            "row falls back to the estimator's loss. 'auto' is the density for one "
            "target, the batch for several.",
        ),
    ] = "auto"
    strength: Annotated[
        float,
        Interval(Real, 0, 1, closed="both"),
        Doc("float", "Blend of the estimator's loss (0, off) and this one (1)."),
    ] = 1.0

    noise_: Annotated[
        Floats,
        Doc(
            "ndarray of shape () or (n_members,)",
            "The noise at the end, in standard deviations of y.",
        ),
    ] = field(init=False)
    log_noise_: Tensor = field(init=False)
    density_: dict[str, Tensor] | None = field(init=False)

    def setup(self, info: FitInfo) -> None:
        """Count the labels; start without an idea of the noise, unless it is given."""
        n_targets = info.n_outputs
        if self.labels == "density" and n_targets > 1:
            raise ValueError(
                f"BalancedMSE: labels='density' is for one target, but y has "
                f"{n_targets}; use labels='auto'."
            )
        smooth = self.labels == "density" or (self.labels == "auto" and n_targets == 1)
        self.density_ = self._count(info) if smooth else None
        start = _FIRST_NOISE if isinstance(self.noise, str) else self.noise
        logarithm = np.log(np.full(info.n_members or (), start))
        self._log_noise = self._tensor(logarithm, info)
        self._log_noise.requires_grad_(isinstance(self.noise, str))

    def resume(self, info: FitInfo) -> None:
        """Go on with the noise that the earlier fit has learnt."""
        kept = self.log_noise_
        self.setup(info)
        if isinstance(self.noise, str):
            with torch.no_grad():
                self._log_noise.copy_(kept)

    def finish(self, module: nn.Module) -> nn.Module:
        """Keep the noise, drop the rest."""
        self.log_noise_ = self._log_noise.detach().cpu()
        self.noise_ = self._log_noise.detach().exp().cpu().double().numpy()
        del self.density_, self._log_noise
        return module

    def reduce(self, losses: Tensor, step: Step) -> Tensor:
        """Return the blend of the mean loss and the balanced one."""
        n_rows, n_targets = step.target.shape
        plain = step.mean(losses)
        if n_rows == 1 and self.density_ is None:
            return plain
        # As the other losses, the mean over targets.
        mean = step.mean(self._losses(step)) / n_targets
        return mean if self.strength == 1 else torch.lerp(plain, mean, self.strength)

    def _losses(self, step: Step) -> Tensor:
        noise = self._log_noise.exp()
        if self.density_ is None:
            return balanced_mse(step.output, step.target, noise, weight=step.weight)
        return balanced_mse_of_bins(step.output, step.target, noise, **self.density_)

    def transform_gradient(self, step: Step, terms: Mapping[str, Tensor]) -> None:
        """Let the noise take a step of its own."""
        gradient = self._log_noise.grad
        if gradient is None:
            return
        with torch.no_grad():
            # Undo the factors of the loss: what is left is that of a likelihood.
            slope = gradient / (2.0 * (2.0 * self._log_noise).exp())
            slope *= step.target.shape[-1] / self.strength
            self._log_noise -= (_RATE * slope).clamp(-_RATE, _RATE)
            self._log_noise.clamp_min_(_LEAST_LOG_NOISE)
        self._log_noise.grad = None

    def _count(self, info: FitInfo) -> dict[str, Tensor]:
        """Return points over the range of the labels, some way beyond, and shares."""
        labels = cast(Floats, info.target)[:, 0].astype(np.float64)
        density = TargetDensity.of(labels, info.weight, _BANDWIDTH)
        places = np.linspace(density.grid[0], density.grid[-1], _N_POINTS)
        centers = density.low + places * (density.high - density.low)
        mass = density(centers) + _FLOOR
        return {
            "centers": self._tensor(centers, info),
            "shares": self._tensor(mass / mass.sum(), info),
        }

    @staticmethod
    def _tensor(values: Floats, info: FitInfo) -> Tensor:
        return torch.as_tensor(values, dtype=info.dtype, device=info.device)
