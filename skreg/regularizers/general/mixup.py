"""Mixup: train on convex combinations of pairs of rows."""

from __future__ import annotations

from numbers import Real
from typing import Annotated, ClassVar

import numpy as np
import torch
from torch import nn

from ..._parameters import Doc, Interval, field, parameters
from .._base import Regularizer
from .._fit_state import FitInfo, Step
from .._requirements import Requirement


@parameters
class Mixup(Regularizer):
    """Replace every row by a convex combination of itself and a random partner.

    One weight is drawn for every batch from Beta(strength, strength). Inputs are
    mixed after the embedding of categories, targets as class probabilities or
    values. Methods with a memory of rows, such as :class:`ELR`, mix it likewise.

    Parameters
    ----------
    {parameters}

    References
    ----------
    .. [1] H. Zhang, M. Cisse, Y. Dauphin, D. Lopez-Paz. "mixup: Beyond Empirical
       Risk Minimization", ICLR 2018, eq. 1.

    Examples
    --------
    >>> from sklearn.datasets import load_diabetes
    >>> from skreg import RegularizedRegressor
    >>> from skreg.regularizers import Mixup
    >>> X, y = load_diabetes(return_X_y=True)
    >>> net = RegularizedRegressor(regularizers=[Mixup(strength=0.4)])
    >>> net.fit(X, y).predict(X[:2]).shape
    (2,)
    """

    requires: ClassVar[frozenset[Requirement]] = frozenset({Requirement.TARGETS})

    strength: Annotated[
        float,
        Interval(Real, 0, None, closed="left"),
        Doc(
            "float",
            "Both parameters of the Beta distribution (alpha in the paper): 0 is "
            "off, small values mix little, 1 is uniform. The default is a choice "
            "for tables; images use 0.2 to 2.",
        ),
    ] = 0.2

    random_: np.random.Generator = field(init=False)

    def setup(self, info: FitInfo) -> None:
        """Take the random numbers of this fit."""
        self.random_ = info.random

    def finish(self, module: nn.Module) -> nn.Module:
        """Forget the random numbers, which belong to the fit."""
        del self.random_
        return module

    def mix(self, step: Step) -> None:
        """Mix the batch with a random permutation of itself."""
        partner = torch.randperm(
            step.inputs.shape[-2], generator=step.generator, device=step.inputs.device
        )
        step.mix(float(self.random_.beta(self.strength, self.strength)), partner)
