"""Criteria: one loss for every row."""

from __future__ import annotations

from collections.abc import Callable

from torch import Tensor
from torch.nn import functional

Criterion = Callable[[Tensor, Tensor], Tensor]


def cross_entropy(logits: Tensor, target: Tensor) -> Tensor:
    """Return the cross-entropy of every row, of class indices or probabilities."""
    return functional.cross_entropy(logits, target, reduction="none")


def squared_error(output: Tensor, target: Tensor) -> Tensor:
    """Return the squared error of every row, averaged over its targets."""
    return functional.mse_loss(output, target, reduction="none").mean(-1)


def absolute_error(output: Tensor, target: Tensor) -> Tensor:
    """Return the absolute error of every row, averaged over its targets."""
    return functional.l1_loss(output, target, reduction="none").mean(-1)


def huber(output: Tensor, target: Tensor) -> Tensor:
    """Return the Huber loss of every row: squared near 0, linear beyond 1."""
    return functional.huber_loss(output, target, reduction="none").mean(-1)


REGRESSION_LOSSES: dict[str, Criterion] = {
    "squared_error": squared_error,
    "absolute_error": absolute_error,
    "huber": huber,
}
