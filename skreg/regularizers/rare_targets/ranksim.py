"""RankSim: neighbours in feature space in the order of their labels."""

from __future__ import annotations

from collections.abc import Callable
from numbers import Integral, Real
from typing import Annotated, Any, ClassVar

import torch
from torch import Tensor
from torch.nn import functional

from ..._parameters import Doc, Interval, parameters
from .._base import Penalty
from .._fit_state import Step
from .._requirements import Requirement
from ._target_distance import label_distance

# Keeps rows of dead units from having an infinite gradient.
_EPS = 1e-6


def ranksim_loss(
    features: Tensor,
    target: Tensor,
    *,
    step: float = 2.0,
    weight: Tensor | None = None,
) -> Tensor:
    r"""Return how differently features and labels rank the rows of a batch.

    .. math:: \frac{1}{n} \sum_i \frac{1}{n} \sum_j \Big(
        \tfrac{1}{n} \mathrm{rk}_j(\cos(z_i, z_\cdot))
        - \tfrac{1}{n} \mathrm{rk}_j(-|y_i - y_\cdot|) \Big)^2

    Ranks are piecewise constant. Their gradient is that of the interpolation by
    Vlastelica et al.: the change of the ranks when similarities take a step against
    the gradient of the loss.

    Parameters
    ----------
    features : Tensor of shape (..., batch, n_features)
        z.
    target : Tensor of shape (batch, n_targets)
        Labels y. Equal distances share the mean of their ranks.
    step : float, default=2.0
        How far that step goes: the change of a cosine for a rank that is wrong by n.
        The paper's interpolation is ``n / 2`` times this.
    weight : Tensor of shape (batch,), default=None
        Weights of the anchors i.

    Returns
    -------
    loss : Tensor of shape (...)
        Mean over the anchors; the paper's is the sum.

    References
    ----------
    .. [1] Y. Gong, G. Mori, F. Tung. "RankSim: Ranking Similarity Regularization for
       Deep Imbalanced Regression", ICML 2022, eq. 4.
    .. [2] M. Vlastelica, A. Paulus, V. Musil, G. Martius, M. Rolinek.
       "Differentiation of Blackbox Combinatorial Solvers", ICLR 2020, algorithm 1.

    Examples
    --------
    >>> import torch
    >>> from skreg.regularizers import ranksim_loss
    >>> y = torch.tensor([[0.0], [1.0], [3.0]])
    >>> ordered = torch.tensor([[1.0, 0.0], [0.9, 0.1], [0.0, 1.0]])
    >>> ranksim_loss(ordered, y)
    tensor(0.)
    >>> ranksim_loss(ordered[[0, 2, 1]], y).round(decimals=3)
    tensor(0.0740)
    """
    ranks = normalized_ranks(-label_distance(target))
    losses = rank_losses(features, ranks, step)
    return (losses if weight is None else losses * weight).mean(-1)


def rank_losses(features: Tensor, label_ranks: Tensor, step: float) -> Tensor:
    """Return the loss of every anchor, for known ranks of the labels."""
    directions = functional.normalize(features, dim=-1, eps=_EPS)
    similarity = directions @ directions.transpose(-1, -2)
    apply: Callable[..., Tensor] = _RankLosses.apply
    return apply(similarity, label_ranks, step)


def normalized_ranks(values: Tensor) -> Tensor:
    """Return ranks along the last axis over its length; the largest value is first.

    Equal values share the mean of their ranks.
    """
    n = values.shape[-1]
    values = values.contiguous()
    ordered = values.sort(dim=-1).values
    left = torch.searchsorted(ordered, values)
    right = torch.searchsorted(ordered, values, right=True)
    return ((2 * n + 1) - (left + right)).to(values.dtype) / (2 * n)


def quick_ranks(values: Tensor) -> Tensor:
    """Return the same for values that are not equal, in a third of the time."""
    n = values.shape[-1]
    order = values.argsort(dim=-1, descending=True, stable=True)
    places = torch.arange(1, n + 1, dtype=values.dtype, device=values.device) / n
    return torch.empty_like(values).scatter_(-1, order, places.expand_as(values))


class _RankLosses(torch.autograd.Function):
    """Mean squared differences of ranks, with the gradient of an interpolation."""

    @staticmethod
    def forward(ctx: Any, values: Tensor, label_ranks: Tensor, step: float) -> Tensor:
        ranks = quick_ranks(values)
        excess = ranks - label_ranks
        ctx.save_for_backward(values, ranks, excess)
        ctx.step = step
        return excess.square().mean(-1)

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, None, None]:
        values, ranks, excess = ctx.saved_tensors
        change = quick_ranks(values + ctx.step * excess) - ranks
        slope = change * (2.0 / (ctx.step * values.shape[-1]))
        return gradients[0].unsqueeze(-1) * slope, None, None


@parameters
class RankSim(Penalty):
    """Let the features of neighbours in y be neighbours, in the same order.

    For every row of a batch the others are ranked twice, by their labels and by the
    directions of their features, and the difference of the ranks is the loss. Rare
    labels borrow from the order of the frequent ones.

    Parameters
    ----------
    {parameters}

    Notes
    -----
    The strength only scales the gradient, whatever the batch size. In the authors' code
    the strength (100 on ages), the batch size and the interpolation (2) together make a
    `step` of about 6 for 64 rows.

    References
    ----------
    .. [1] Y. Gong, G. Mori, F. Tung. "RankSim: Ranking Similarity Regularization for
       Deep Imbalanced Regression", ICML 2022.

    Examples
    --------
    >>> from sklearn.datasets import load_diabetes
    >>> from skreg import RegularizedRegressor
    >>> from skreg.regularizers import RankSim
    >>> X, y = load_diabetes(return_X_y=True)
    >>> net = RegularizedRegressor(regularizers=[RankSim()], random_state=0)
    >>> net.fit(X, y).predict(X[:2]).shape
    (2,)
    """

    requires: ClassVar[frozenset[Requirement]] = frozenset(
        {Requirement.REGRESSION, Requirement.FEATURES}
    )

    step: Annotated[
        float,
        Interval(Real, 0, None, closed="neither"),
        Doc(
            "float",
            "How far ranks are interpolated: the change of a cosine for a rank that "
            "is wrong by all the batch.",
        ),
    ] = 2.0
    distinct: Annotated[
        bool,
        "boolean",
        Doc(
            "bool",
            "Whether one row of each distinct label is drawn first, as published: "
            "frequent labels then count no more than rare ones.",
        ),
    ] = True
    max_rows: Annotated[
        int,
        Interval(Integral, 1, None, closed="left"),
        Doc(
            "int",
            "Rows of a batch that are ranked, drawn at random: the time grows with "
            "their square, and with 256 a step takes more than twice a plain one.",
        ),
    ] = 128

    def penalty(self, step: Step) -> Tensor:
        """Return the mean loss of the anchors."""
        assert step.features is not None
        target, generator = step.target, step.generator
        draw = one_of_each if self.distinct else _shuffled
        rows = draw(target, generator)[: self.max_rows]
        return ranksim_loss(
            step.features.index_select(-2, rows),
            target.index_select(0, rows),
            step=self.step,
            weight=None if step.weight is None else step.weight.index_select(0, rows),
        )


def one_of_each(target: Tensor, generator: torch.Generator) -> Tensor:
    """Return a random row of every distinct label, in random order."""
    n = len(target)
    labels, which = target.unique(dim=0, return_inverse=True)
    order = _shuffled(target, generator)
    place = torch.full((len(labels),), n, device=target.device)
    place.scatter_reduce_(
        0, which[order], torch.arange(n, device=target.device), "amin"
    )
    return order[place]


def _shuffled(target: Tensor, generator: torch.Generator) -> Tensor:
    return torch.randperm(len(target), generator=generator, device=target.device)
