"""Swap noise: entries of the inputs are replaced by those of other rows."""

from __future__ import annotations

import math
from numbers import Real
from typing import Annotated, ClassVar

import torch
from torch import Tensor, nn

from ..._parameters import Doc, Interval, StrOptions, field, parameters
from .._base import Regularizer
from .._fit_state import FitInfo, Step
from .._requirements import Requirement
from ._noise_trial import NoiseTrial

# 'auto' tries this rate. It is taken if it costs the predictions at most the first
# share of what they tell, less up to the second share, from there none.
FULL_RATE = 0.15
FULL_UNTIL, NONE_FROM = 0.09, 0.18
# Epochs without noise; the net is tried in the last of them.
QUIET_EPOCHS = 3


def swap_noise(
    inputs: Tensor,
    rate: float,
    *,
    weight: Tensor | None = None,
    generator: torch.Generator | None = None,
) -> Tensor:
    """Replace random entries by the entries of other rows in the same columns.

    Parameters
    ----------
    inputs : Tensor of shape (..., batch, width)
        Rows in random order.
    rate : float
        Share of the entries to replace, in [0, 1].
    weight : Tensor of shape (batch,) or None, default=None
        Weights of the rows, by which they are drawn as the source of entries. None
        takes the row before.
    generator : torch.Generator or None, default=None
        Source of random numbers.

    Returns
    -------
    inputs : Tensor of shape (..., batch, width)
        A row receives all its new entries from one row. With weights, this may be
        the row itself.

    Examples
    --------
    >>> import torch
    >>> from skreg.regularizers import swap_noise
    >>> rows = torch.tensor([[1.0, 1.0], [2.0, 2.0], [3.0, 3.0]])
    >>> swap_noise(rows, 0.5, generator=torch.Generator().manual_seed(0))
    tensor([[3., 1.],
            [1., 1.],
            [2., 3.]])
    """
    if weight is None:
        others = inputs.roll(1, -2)
    else:
        chances = weight.clamp_min(torch.finfo(weight.dtype).tiny)  # or all may be 0
        source = chances.multinomial(len(weight), replacement=True, generator=generator)
        others = inputs.index_select(-2, source)
    chance = torch.rand(
        inputs.shape, generator=generator, dtype=inputs.dtype, device=inputs.device
    )
    return torch.where(chance < rate, others, inputs)


@parameters
class SwapNoise(Regularizer):
    """Swap random entries of the inputs for those of other rows.

    A row that looks a little different at every visit is harder to memorise, and
    the net learns to rely on no single column. Where columns say similar things,
    this costs nothing and gains much; where every entry counts, it hides what is to
    be learnt. `rate="auto"` finds out which it is, from the training rows alone: a
    net that has seen no noise yet predicts with and without it, and the rate follows
    the share of what its predictions tell that is lost.

    Parameters
    ----------
    {parameters}

    Attributes
    ----------
    {attributes}

    See Also
    --------
    Mixup : Mixes all entries of two rows, and their targets.

    Notes
    -----
    Categories are swapped after their embedding, number by number, numbers after
    their expansion into curves, if there is one, and what `wide` adds to the outputs
    is swapped, too. The noise suits nets without these (``numeric_embedding=None,
    wide=False``, as in `ELRClassifier`) best.

    What predictions tell is, for classes, the mutual information between row and
    predicted class, and what is lost the mean divergence of the predictions with noise
    from those without. For numbers it is their variance and the mean squared change.
    A net that goes on (`warm_start`) after a fit with a fixed rate has seen noise, and
    bears more. The members of an ensemble get noise of their own.

    References
    ----------
    .. [1] D. Bahri, H. Jiang, Y. Tay, D. Metzler. "SCARF: Self-Supervised Contrastive
       Learning using Random Feature Corruption", ICLR 2022, for the noise. The rule
       for its rate is our own.

    Examples
    --------
    >>> from sklearn.datasets import load_digits
    >>> from skreg import RegularizedClassifier
    >>> from skreg.regularizers import SwapNoise
    >>> X, y = load_digits(return_X_y=True)
    >>> net = RegularizedClassifier(numeric_embedding=None, random_state=0)
    >>> net.set_params(regularizers=[SwapNoise()], max_epochs=10).fit(X, y).n_iter_
    10
    >>> net.regularizers_["swapnoise"].rate_ > 0.05
    True
    """

    requires: ClassVar[frozenset[Requirement]] = frozenset({Requirement.TARGETS})

    rate: Annotated[
        float | str,
        StrOptions({"auto"}),
        Interval(Real, 0, 1, closed="left"),
        Doc(
            "float or 'auto'",
            "Share of the entries that are swapped; 0 is off. 'auto' is 0 for three "
            "epochs, then 0.15 where this rate costs the predictions at most 9 % of "
            "what they tell, less beyond, and 0 from 18 % on.",
        ),
    ] = "auto"

    rate_: Annotated[float, Doc("float", "The rate in use.")] = field(init=False)

    lost_: Annotated[
        float,
        Doc(
            "float",
            "Share of what the predictions tell that a rate of 0.15 costs: more than "
            "1 where it is worse than telling nothing, infinite where there is nothing "
            "to lose, NaN where it was not tried.",
        ),
    ] = field(init=False)

    trial_: NoiseTrial | None = field(init=False)

    def setup(self, info: FitInfo) -> None:
        """Begin without noise, if it must be tried."""
        self._n_members = info.n_members
        self.lost_, self.trial_ = math.nan, None
        if isinstance(self.rate, str):
            self.rate_, self.trial_ = 0.0, NoiseTrial(info)
        else:
            self.rate_ = self.rate

    def resume(self, info: FitInfo) -> None:
        """Keep what was found, or go on with the trial."""
        self._n_members = info.n_members
        trial = self.trial_
        if not isinstance(self.rate, str) or (trial is None and math.isnan(self.lost_)):
            self.setup(info)
        elif trial is not None:
            trial.resume(info)

    def mix(self, step: Step) -> None:
        """Swap entries of the batch, or see what it would cost to do so."""
        if self.trial_ is not None:
            self._try(self.trial_, step)
        elif self.rate_ > 0:
            step.inputs = self._noisy(step, self.rate_)

    def finish(self, module: nn.Module) -> nn.Module:
        """Keep a trial that is not over for the next fit."""
        if self.trial_ is not None:
            self.trial_.pause()
        return module

    def _noisy(self, step: Step, rate: float) -> Tensor:
        inputs, n_members = step.inputs, self._n_members
        if n_members is not None and inputs.ndim == 2:
            inputs = inputs.expand(n_members, *inputs.shape)
        return swap_noise(inputs, rate, weight=step.weight, generator=step.generator)

    def _try(self, trial: NoiseTrial, step: Step) -> None:
        if trial.n_epochs >= QUIET_EPOCHS - 1:
            trial.compare(step, self._noisy(step, FULL_RATE))
        trial.note(step)
        if trial.n_epochs >= QUIET_EPOCHS and trial.has_evidence:
            self.lost_, self.trial_ = trial.lost(), None
            self.rate_ = automatic_rate(self.lost_)


def automatic_rate(lost: float) -> float:
    """Return the rate that 'auto' stands for.

    Parameters
    ----------
    lost : float
        Share of what the predictions tell that the full rate costs.

    Examples
    --------
    >>> from skreg.regularizers.general.swap_noise import automatic_rate
    >>> [round(automatic_rate(lost), 3) for lost in (0.05, 0.12, 0.2)]
    [0.15, 0.1, 0.0]
    """
    left = (NONE_FROM - lost) / (NONE_FROM - FULL_UNTIL)
    return FULL_RATE * min(max(left, 0.0), 1.0)
