"""Criteria: one loss for every row, or at once the mean over the rows."""

from __future__ import annotations

from typing import Protocol

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
    logits: Tensor, target: Tensor, /, *, reduction: str = "none"
) -> Tensor:
    """Return the cross-entropy, of class indices or probabilities."""
    return functional.cross_entropy(logits, target, reduction=reduction)


def squared_error(
    output: Tensor, target: Tensor, /, *, reduction: str = "none"
) -> Tensor:
    """Return the squared error, averaged over the targets of a row."""
    return _by_row(functional.mse_loss(output, target, reduction=reduction))


def absolute_error(
    output: Tensor, target: Tensor, /, *, reduction: str = "none"
) -> Tensor:
    """Return the absolute error, averaged over the targets of a row."""
    return _by_row(functional.l1_loss(output, target, reduction=reduction))


def huber(output: Tensor, target: Tensor, /, *, reduction: str = "none") -> Tensor:
    """Return the Huber loss, squared near 0 and linear beyond 1, of a row."""
    return _by_row(functional.huber_loss(output, target, reduction=reduction))


def _by_row(losses: Tensor) -> Tensor:
    """Average over the targets, unless everything is averaged already."""
    return losses.mean(-1) if losses.ndim else losses


REGRESSION_LOSSES: dict[str, Criterion] = {
    "squared_error": squared_error,
    "absolute_error": absolute_error,
    "huber": huber,
}
