"""SparseAR: the penalty of AR-Net, which pulls small input weights to zero."""

from __future__ import annotations

from numbers import Real
from typing import Annotated

import torch
from torch import Tensor, nn

from ..._parameters import Doc, Interval, StrOptions, field, parameters
from ...modules._layers import weight_layers
from .._base import Penalty
from .._fit_state import FitInfo, Step
from .._schedules import SCHEDULES, Schedule


def sparse_ar_penalty(weights: Tensor, *, c1: float = 3.0, c2: float = 3.0) -> Tensor:
    r"""Return the mean of :math:`2 / (1 + \exp(-c_1 |w|^{1/c_2})) - 1`.

    Computed as :math:`\tanh(c_1 |w|^{1/c_2} / 2)`, which is the same. The slope at
    zero is infinite; there the gradient is 0, so that a weight of exactly zero does no
    harm.

    Parameters
    ----------
    weights : Tensor
        Weights of any shape.
    c1, c2 : float, default=3.0
        Steepness and root. The paper's text has 3, its later code 2.

    Returns
    -------
    penalty : Tensor of shape ()
        In [0, 1).

    Examples
    --------
    >>> import torch
    >>> from skreg.regularizers import sparse_ar_penalty
    >>> sparse_ar_penalty(torch.tensor([0.2, 0.0, -0.5, 0.0]))
    tensor(0.3839)
    """
    size = weights.abs()
    present = size > 0
    # Where both branches are differentiated, neither may be infinite.
    root = torch.where(present, size, torch.ones_like(size)) ** (1.0 / c2)
    values = torch.tanh(0.5 * c1 * root)
    return torch.where(present, values, torch.zeros_like(values)).mean()


@parameters
class SparseAR(Penalty):
    """Push small weights of the first layer towards zero and spare large ones.

    The published regularizer of AR-Net. In a net without hidden layers on lagged
    values, the weights are the coefficients of an autoregression, if the net reads the
    numbers themselves: ``numeric_embedding=None, wide=False``. Stochastic gradients
    make weights small, not zero: :class:`~skreg.ARNetRegressor` minimises the same
    penalty in closed form, with exact zeros.

    Parameters
    ----------
    {parameters}

    References
    ----------
    .. [1] O. Triebe, N. Laptev, R. Rajagopal. "AR-Net: A simple Auto-Regressive Neural
       Network for time-series", arXiv:1911.12436, 2019. The ramp is that of the code.

    Examples
    --------
    >>> from skreg import RegularizedRegressor
    >>> from skreg.autoregression import make_lag_matrix
    >>> from skreg.datasets import make_ar_process
    >>> from skreg.regularizers import SparseAR
    >>> X, y = make_lag_matrix(make_ar_process(2000, random_state=0), lags=20)
    >>> net = RegularizedRegressor(
    ...     hidden_layer_sizes=(), numeric_embedding=None, wide=False,
    ...     regularizers=[SparseAR()], max_epochs=5,
    ... )
    >>> net.fit(X, y).predict(X).shape
    (1980,)
    """

    strength: Annotated[
        float | Tensor,
        Interval(Real, 0, None, closed="left"),
        Tensor,
        Doc(
            "float",
            "Factor of the penalty. The paper suggests a hundredth of the noise's "
            "standard deviation times `1 / s - 1` if a share s of the weights matters "
            "(:func:`skreg.autoregression.sparsity_strength`); the default is that for "
            "unit noise and a tenth. 0 equals the plain net bit for bit.",
        ),
    ] = 0.09
    schedule: Annotated[
        str | Schedule,
        StrOptions(set(SCHEDULES)),
        callable,
        Doc("str or callable", "Factor over the course of the fit."),
    ] = "quadratic_ramp"
    c1: Annotated[
        float,
        Interval(Real, 0, None, closed="neither"),
        Doc("float", "Steepness of the penalty."),
    ] = 3.0
    c2: Annotated[
        float,
        Interval(Real, 1, None, closed="left"),
        Doc("float", "Root: `|w| ** (1 / c2)`."),
    ] = 3.0

    layer_: nn.Module | None = field(init=False)

    def setup(self, info: FitInfo) -> None:
        """Find the first layer with weights."""
        self.layer_ = next(iter(weight_layers(info.module)), None)

    def finish(self, module: nn.Module) -> nn.Module:
        """Forget the layer, which the net holds anyway."""
        del self.layer_
        return module

    def penalty(self, step: Step) -> Tensor:
        """Return the penalty of the current weights."""
        if self.layer_ is None:
            return step.output.new_zeros(())
        weight: Tensor = self.layer_.weight  # type: ignore[assignment]
        return sparse_ar_penalty(weight, c1=self.c1, c2=self.c2)
