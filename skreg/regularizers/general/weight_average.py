"""Weight averaging: predict with a moving average of the weights."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from numbers import Real
from typing import Annotated

import torch
from torch import Tensor, nn

from ..._parameters import Doc, Interval, StrOptions, field, parameters
from ...modules._table_embedding import split_embedding
from .._base import Regularizer
from .._fit_state import FitInfo, Step

# From this step on, an automatic average takes one step of four, with the momentum of
# four: nearly the same average, at a quarter of the time.
_STEP_BY_STEP, _STRIDE = 100, 4


def average_momentum(n_averaged: int, decay: float) -> float:
    """Return the momentum of a moving average that has seen some weights already.

    Parameters
    ----------
    n_averaged : int
        Number of weights averaged so far, at least 0.
    decay : float
        The momentum in the long run, in [0, 1).

    Returns
    -------
    momentum : float
        ``min(1 - 1 / (n_averaged + 1), decay)``: a plain mean at first, so that the
        initial weights are forgotten at once.

    Examples
    --------
    >>> from skreg.regularizers import average_momentum
    >>> average_momentum(0, 0.997), average_momentum(1, 0.997)
    (0.0, 0.5)
    >>> average_momentum(10_000, 0.997)
    0.997
    """
    return min(1.0 - 1.0 / (n_averaged + 1), decay)


def late_momentum(n_averaged: int) -> float:
    """Return the momentum of an average over about the last tenth of all weights.

    Parameters
    ----------
    n_averaged : int
        Number of weights averaged so far, at least 0.

    Returns
    -------
    momentum : float
        At most 0.99, for an average over 100.

    Examples
    --------
    >>> from skreg.regularizers.general.weight_average import late_momentum
    >>> late_momentum(0), late_momentum(10), late_momentum(5_000)
    (0.0, 0.5, 0.99)
    """
    return min(n_averaged / (n_averaged + 10), 0.99)


def update_average(
    average: Sequence[Tensor], weights: Sequence[Tensor], momentum: float
) -> None:
    """Move averages towards weights, in place and without gradient.

    Parameters
    ----------
    average : sequence of Tensor
        Becomes ``momentum * average + (1 - momentum) * weights``.
    weights : sequence of Tensor
        Of the same shapes.
    momentum : float
        In [0, 1].

    Examples
    --------
    >>> import torch
    >>> from skreg.regularizers import update_average
    >>> average = [torch.tensor([4.0])]
    >>> update_average(average, [torch.tensor([8.0])], momentum=0.75)
    >>> average
    [tensor([5.])]
    """
    with torch.no_grad():
        torch._foreach_lerp_(list(average), list(weights), 1.0 - momentum)


@parameters
class WeightAverage(Regularizer):
    """Predict with an exponential moving average of the weights.

    The average follows the weights after every training step and replaces them at
    the end. It damps what the last batches did, among them wrong labels just
    memorised; prediction costs nothing extra. Buffers, such as the statistics of
    batch norms, are not averaged.

    Parameters
    ----------
    {parameters}

    Attributes
    ----------
    {attributes}

    Notes
    -----
    ELR+ averages with a decay of 0.997, in the long run over some 330 steps. Early
    stopping watches the weights themselves, and what is kept is the average at its
    end.

    References
    ----------
    .. [1] A. Tarvainen, H. Valpola. "Mean Teachers are Better Role Models", NeurIPS
       2017, eq. 2.

    Examples
    --------
    >>> from sklearn.datasets import load_wine
    >>> from skreg import ELRClassifier
    >>> from skreg.regularizers import WeightAverage
    >>> X, y = load_wine(return_X_y=True)
    >>> net = ELRClassifier(regularizers=[WeightAverage()], random_state=0)
    >>> net.set_params(weightaverage__decay=0.9).fit(X, y).score(X, y) > 0.95
    True
    """

    decay: Annotated[
        float | str,
        StrOptions({"auto"}),
        Interval(Real, 0, 1, closed="left"),
        Doc(
            "float or 'auto'",
            "Momentum of the average a step, in [0, 1); 0 is off. 'auto' averages "
            "over the last tenth of the steps done, at most 100: 0.99 from 1,000 "
            "steps on; after 100 steps it looks at one of four. It is for prediction: "
            "methods that learn from a steadier net get no such average, which lags.",
        ),
    ] = 0.997

    n_averaged_: Annotated[int, Doc("int", "Number of steps so far.")] = field(
        init=False
    )
    weights_: Annotated[
        list[Tensor],
        Doc("list of Tensor", "The last weights themselves, for going on with a fit."),
    ] = field(init=False)

    def _start(self, module: nn.Module) -> None:
        self._live: list[nn.Parameter] = list(module.parameters())
        buffers = {id(buffer): buffer for buffer in module.buffers()}
        shadow = copy.deepcopy(module, buffers).eval()  # buffers are shared
        self._average: list[nn.Parameter] = list(
            shadow.requires_grad_(False).parameters()
        )
        self._embed, self._body = split_embedding(shadow)
        self._has_stepped: bool = False

    def setup(self, info: FitInfo) -> None:
        """Start an average of the module's weights."""
        self.n_averaged_ = 0
        self._start(info.module)

    def resume(self, info: FitInfo) -> None:
        """Go on with average and weights of the earlier fit."""
        self._start(info.module)
        with torch.no_grad():
            for weight, last in zip(self._live, self.weights_, strict=True):
                weight.copy_(last)

    def mix(self, step: Step) -> None:
        """Average the outcome of the step before, at the beginning of the next."""
        if self._has_stepped:
            self._update()
        self._has_stepped = True
        if not isinstance(self.decay, str):
            step.teacher = self.predict

    def predict(self, inputs: Tensor) -> Tensor:
        """Return the output of the averaged weights, in the middle of a fit.

        Parameters
        ----------
        inputs : Tensor of shape (batch, n_columns)
            Rows of the encoded table.

        Returns
        -------
        output : Tensor of shape (batch, n_outputs)
            In evaluation mode; with a leading axis for the members of an ensemble.
        """
        if self._embed is not None:
            inputs = self._embed(inputs)
        output: Tensor = self._body(inputs)
        return output

    def finish(self, module: nn.Module) -> nn.Module:
        """Put the average in the place of the weights."""
        if self._has_stepped:
            self._update()
        self.weights_ = [weight.detach().cpu().clone() for weight in self._live]
        with torch.no_grad():
            for weight, mean in zip(self._live, self._average, strict=True):
                weight.copy_(mean)
        del self._live, self._average, self._embed, self._body
        return module

    def _update(self) -> None:
        n, decay = self.n_averaged_, self.decay
        self.n_averaged_ += 1
        if not isinstance(decay, str):
            update_average(self._average, self._live, average_momentum(n, decay))
        elif n < _STEP_BY_STEP:
            update_average(self._average, self._live, self._momentum(n))
        elif n % _STRIDE == 0:
            update_average(self._average, self._live, self._momentum(n) ** _STRIDE)

    def _momentum(self, n_averaged: int) -> float:
        return late_momentum(n_averaged)
