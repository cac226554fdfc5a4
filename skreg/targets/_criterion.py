"""Losses of one's own: in the form that training takes, and tried before it starts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import torch
from torch import Tensor

# Rows and members on which a loss is tried.
_ROWS, _MEMBERS = 3, 2


class RowLosses:
    """A function of outputs and targets as a criterion with reductions.

    The function never sees members of an ensemble: theirs are laid below each other.

    Parameters
    ----------
    function : callable
        Takes outputs and targets, both of shape (batch, n_targets), and returns the
        losses, of the same shape or of shape (batch,).
    """

    def __init__(self, function: Callable[[Tensor, Tensor], Tensor]) -> None:
        self.function = function

    def __call__(
        self, output: Tensor, target: Tensor, /, *, reduction: str = "none"
    ) -> Tensor:
        """Return the losses of the rows, or their mean."""
        rows = output.flatten(0, -2)
        losses = self.function(rows, target.expand_as(output).flatten(0, -2))
        if losses.shape not in (rows.shape, rows.shape[:1]):
            raise ValueError(
                f"loss={name_of(self.function)} returns losses of shape "
                f"{tuple(losses.shape)} for outputs of shape {tuple(rows.shape)}; "
                "return one for each row or entry, without a mean or sum over rows "
                "(reduction='none' in torch's own losses)."
            )
        losses = losses.reshape(*output.shape[:-1], -1).mean(-1)
        return losses.mean(-1) if reduction == "mean" else losses


class Trainable(Protocol):
    """What is tried of a target."""

    @property
    def n_outputs(self) -> int:
        """Columns of the net's output."""

    @property
    def n_targets(self) -> int:
        """Columns of the target."""

    def criterion(
        self, output: Tensor, target: Tensor, /, *, reduction: str = "none"
    ) -> Tensor:
        """Return the losses of the rows."""


def check_criterion(target: Trainable, name: str) -> None:
    """Try a loss on a few rows, so that training cannot fail on it.

    Parameters
    ----------
    target : NumericTarget
        It knows the number of targets.
    name : str
        What users wrote to get it.

    Raises
    ------
    TypeError
        If the loss cannot be called with outputs and targets.
    ValueError
        If what it returns is not one loss for each row, with a gradient.
    """
    values = torch.zeros(_ROWS, target.n_targets)
    for lead in ((), (_MEMBERS,)):
        output = torch.zeros(*lead, _ROWS, target.n_outputs, requires_grad=True)
        losses = _losses(target, output, values, name)
        if losses.shape != output.shape[:-1]:
            raise ValueError(
                f"loss={name} returns losses of shape {tuple(losses.shape)} for "
                f"outputs of shape {tuple(output.shape)}; average over the last axis "
                f"only, to shape {tuple(output.shape[:-1])}."
            )
        if not losses.requires_grad:
            raise ValueError(
                f"loss={name} has no gradient with respect to the outputs; compute it "
                "with differentiable operations of torch."
            )


def _losses(target: Trainable, output: Tensor, values: Tensor, name: str) -> Tensor:
    try:
        with torch.enable_grad():
            losses = target.criterion(output, values, reduction="none")
    except (TypeError, AttributeError) as error:
        raise TypeError(
            f"loss={name} cannot be called with outputs and targets as tensors: "
            f"{error}."
        ) from error
    if not isinstance(losses, Tensor):
        raise TypeError(
            f"loss={name} returns a {type(losses).__name__}; return a tensor of torch."
        )
    return losses


def name_of(loss: object) -> str:
    """Return a short name of a loss for messages."""
    return str(getattr(loss, "__name__", repr(loss)))
