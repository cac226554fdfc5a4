"""Co-teaching: two nets pick each other's rows by small loss."""

from __future__ import annotations

from numbers import Integral, Real
from typing import Annotated, ClassVar

from torch import Tensor, nn

from ..._parameters import Doc, Interval, parameters
from .._base import Regularizer
from .._fit_state import FitInfo, Step
from .._requirements import Requirement


def small_loss_rows(losses: Tensor, forget_rate: float) -> Tensor:
    """Return the rows of a batch with the smallest losses, for the other net.

    Parameters
    ----------
    losses : Tensor of shape (batch,)
        Losses of the rows under the net that picks.
    forget_rate : float
        Share of the rows to leave out, in [0, 1]; about the rate of wrong labels.

    Returns
    -------
    rows : Tensor of shape (int((1 - forget_rate) * batch),)
        Positions, smallest loss first; at least one, since the mean over no row is
        not a number.

    Raises
    ------
    ValueError
        If the rate is out of range.

    References
    ----------
    .. [1] B. Han et al. "Co-teaching: Robust Training of Deep Neural Networks with
       Extremely Noisy Labels", NeurIPS 2018, algorithm 1.

    Examples
    --------
    >>> import torch
    >>> from skreg.regularizers import small_loss_rows
    >>> small_loss_rows(torch.tensor([0.3, 2.0, 0.1, 0.7]), forget_rate=0.5)
    tensor([2, 0])
    """
    if not 0 <= forget_rate <= 1:
        raise ValueError(f"forget_rate={forget_rate} must be a share in [0, 1].")
    n_kept = max(1, int((1.0 - forget_rate) * losses.shape[-1]))
    return losses.detach().argsort(dim=-1)[..., :n_kept]


def forget_rate_at(epoch: int, rate: float, n_gradual: int) -> float:
    """Return the share of rows to leave out in an epoch.

    Parameters
    ----------
    epoch : int
        Counted from 0.
    rate : float
        Share in the long run, in [0, 1].
    n_gradual : int
        Epochs over which it grows from 0 in a straight line; 0 has it at once.

    Returns
    -------
    forget_rate : float
        In [0, rate].

    References
    ----------
    .. [1] B. Han et al. "Co-teaching: Robust Training of Deep Neural Networks with
       Extremely Noisy Labels", NeurIPS 2018, algorithm 1.

    Examples
    --------
    >>> from skreg.regularizers import forget_rate_at
    >>> [forget_rate_at(epoch, rate=0.2, n_gradual=10) for epoch in (0, 5, 50)]
    [0.0, 0.1, 0.2]
    """
    return rate * min(epoch / n_gradual, 1.0) if n_gradual else rate


@parameters
class CoTeaching(Regularizer):
    """Let nets learn from the rows that another net finds easy.

    A net's own small losses say little once it has memorised a wrong label; those of
    a net that started elsewhere say more. In every batch each member of an ensemble
    picks the rows with the smallest losses, and the next member learns from them
    alone. It needs an ensemble: `n_members=2` is the published one.

    Parameters
    ----------
    {parameters}

    Notes
    -----
    Rows are picked by their losses; sample weights weigh those that were picked. The
    members see the same batches. The published share of left-out rows is the rate of
    wrong labels, which must be known or guessed; `label_noise_rate_` of
    :class:`skreg.ELRClassifier` is such a guess.

    References
    ----------
    .. [1] B. Han et al. "Co-teaching: Robust Training of Deep Neural Networks with
       Extremely Noisy Labels", NeurIPS 2018, algorithm 1.

    Examples
    --------
    >>> from sklearn.datasets import load_wine
    >>> from skreg import RegularizedClassifier
    >>> from skreg.regularizers import CoTeaching
    >>> X, y = load_wine(return_X_y=True)
    >>> net = RegularizedClassifier(n_members=2, regularizers=[CoTeaching()])
    >>> net.set_params(coteaching__forget_rate=0.1, random_state=0)
    RegularizedClassifier(n_members=2, random_state=0,
                          regularizers=[CoTeaching(forget_rate=0.1)])
    >>> net.fit(X, y).score(X, y) > 0.95
    True
    """

    requires: ClassVar[frozenset[Requirement]] = frozenset({Requirement.TWO_MEMBERS})

    forget_rate: Annotated[
        float,
        Interval(Real, 0, 1, closed="left"),
        Doc(
            "float",
            "Share of the rows of a batch to leave out in the long run, in [0, 1): "
            "about the rate of wrong labels.",
        ),
    ] = 0.2
    n_gradual: Annotated[
        int,
        Interval(Integral, 0, None, closed="left"),
        Doc(
            "int",
            "Epochs over which the share grows from 0 to `forget_rate`, while the "
            "nets learn to tell rows apart; 0 has it at once.",
        ),
    ] = 10

    def setup(self, info: FitInfo) -> None:
        """Take note of the length of the fit."""
        self._epochs = info.max_epochs

    def finish(self, module: nn.Module) -> nn.Module:
        """Forget the length of the fit."""
        del self._epochs
        return module

    def reduce(self, losses: Tensor, step: Step) -> Tensor:
        """Average each member's losses over the rows that the one before it picks."""
        # A step early in the epoch may lie an ulp before it.
        epoch = int(step.progress * self._epochs + 1e-6)
        rate = forget_rate_at(epoch, self.forget_rate, self.n_gradual)
        picked = small_loss_rows(losses, rate).roll(1, 0)
        kept = losses.gather(-1, picked)
        if step.weight is None:
            return kept.mean(-1)
        return (kept * step.weight.expand_as(losses).gather(-1, picked)).mean(-1)
