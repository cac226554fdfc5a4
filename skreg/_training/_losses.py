"""Criteria: one loss for every row, or at once the mean over the rows.

Outputs of an ensemble have a leading axis of members, and so have their losses.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

import torch
from torch import Tensor
from torch.nn import functional


class Criterion(Protocol):
    """A loss of outputs and targets, with the reductions of torch's own losses."""

    def __call__(
        self, output: Tensor, target: Tensor, /, *, reduction: str = "none"
    ) -> Tensor:
        """Return the losses of the rows, or their mean for ``reduction="mean"``."""
        ...


def cross_entropy(
    logits: Tensor,
    target: Tensor,
    /,
    *,
    reduction: str = "none",
    label_smoothing: float = 0.0,
) -> Tensor:
    """Return the cross-entropy, of class indices or probabilities."""
    if label_smoothing or target.is_floating_point():
        return _soft_cross_entropy(logits, target, label_smoothing, reduction)
    if logits.ndim == 2:
        return functional.cross_entropy(logits, target, reduction=reduction)
    losses = functional.cross_entropy(
        logits.flatten(0, 1),
        target.expand(logits.shape[:2]).flatten(),
        reduction="none",
    )
    return _over_rows(losses.view(logits.shape[:2]), reduction)


def _soft_cross_entropy(
    logits: Tensor, target: Tensor, share: float, reduction: str
) -> Tensor:
    """Return the cross-entropy of targets, a share of which is spread over all classes.

    With half the operations of torch's own, which small steps feel.
    """
    log_p = logits.log_softmax(-1)
    n_classes = log_p.shape[-1]
    # Times n_classes, so that the mean over the classes is the sum.
    if target.is_floating_point():
        wanted = target * ((share - 1.0) * n_classes)
        if share:
            wanted = wanted - share
    else:
        given = target.expand(log_p.shape[:-1]).unsqueeze(-1)
        wanted = torch.full_like(log_p, -share)
        wanted.scatter_(-1, given, -share - (1.0 - share) * n_classes)
    return (log_p * wanted).mean((-2, -1) if reduction == "mean" else -1)


def squared_error(
    output: Tensor, target: Tensor, /, *, reduction: str = "none"
) -> Tensor:
    """Return the squared error, averaged over the targets of a row."""
    return _regression(functional.mse_loss, output, target, reduction)


def absolute_error(
    output: Tensor, target: Tensor, /, *, reduction: str = "none"
) -> Tensor:
    """Return the absolute error, averaged over the targets of a row."""
    return _regression(functional.l1_loss, output, target, reduction)


def huber(output: Tensor, target: Tensor, /, *, reduction: str = "none") -> Tensor:
    """Return the Huber loss, squared near 0 and linear beyond 1, of a row."""
    return _regression(functional.huber_loss, output, target, reduction)


def pinball(
    output: Tensor,
    target: Tensor,
    /,
    *,
    levels: Sequence[float],
    reduction: str = "none",
) -> Tensor:
    """Return the pinball loss, averaged over the quantiles and targets of a row.

    Parameters
    ----------
    output : Tensor of shape (..., batch, n_targets * n_levels)
        The quantiles of each target side by side.
    target : Tensor of shape (batch, n_targets)
        Values.
    levels : sequence of float
        Levels in (0, 1).
    reduction : {'none', 'mean'}, default='none'
        As in torch's own losses.
    """
    above = target.unsqueeze(-1) - output.unflatten(-1, (-1, len(levels)))
    share = above.new_tensor(levels)
    losses = torch.maximum(share * above, (share - 1.0) * above)
    return _over_rows(losses.mean((-2, -1)), reduction)


def _regression(
    loss: Callable[..., Tensor], output: Tensor, target: Tensor, reduction: str
) -> Tensor:
    """Average over the targets of a row, and over the rows if asked to."""
    if output.ndim == 2 and reduction == "mean":
        return loss(output, target, reduction=reduction)
    losses = loss(output, target.expand_as(output), reduction="none")
    return _over_rows(losses.mean(-1), reduction)


def _over_rows(losses: Tensor, reduction: str) -> Tensor:
    """Return the losses, or the mean of each member of an ensemble."""
    return losses.mean(-1) if reduction == "mean" else losses


REGRESSION_LOSSES: dict[str, Criterion] = {
    "squared_error": squared_error,
    "absolute_error": absolute_error,
    "huber": huber,
}
# Those whose slope is bounded, so that a far-off target pulls no more than others.
ROBUST_LOSSES = frozenset({"absolute_error", "huber"})
