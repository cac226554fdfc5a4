"""Pairs of rows that attract and pairs that repel, without memory for all of them."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

import torch
from torch import Tensor
from torch.autograd.function import once_differentiable

# Stands for the logarithm of 0, where infinite numbers would make NaN.
_NOTHING = -1e30
# Rows shorter than this have no direction.
_SHORTEST = 1e-6


def _exponential(distance: Tensor, push: float) -> Tensor:
    return distance * push


def _linear(distance: Tensor, push: float) -> Tensor:
    return _log(distance * push)


class Form(NamedTuple):
    """One of the ways in which the loss has been written down.

    Attributes
    ----------
    log_push : callable
        Logarithm of the pushing weight, from the distance of two labels.
    has_constant : bool
        Whether every pair that is no positive adds 1 to the normaliser.
    counts_anchor : bool
        Whether the anchor counts in the number of its positives.
    weighs_anchor : bool
        Whether the loss of an anchor is multiplied by its weight.
    """

    log_push: Callable[[Tensor, float], Tensor]
    has_constant: bool
    counts_anchor: bool
    weighs_anchor: bool


FORMS = {
    "paper": Form(_exponential, False, False, True),
    "scalar": Form(_exponential, True, False, True),
    "dense": Form(_linear, True, True, False),
}


@dataclass(frozen=True, kw_only=True)
class Pairs:
    """What decides about pairs of rows.

    Attributes
    ----------
    y, y_pred : Tensor of shape (..., n, n_targets)
        Labels and predictions.
    weights : Tensor of shape (..., n) or None
        Weights of the anchors; None means 1.
    counts : Tensor of shape (..., n) or None
        How often every row is there; None means once.
    window, temperature, push, self_weight : float
        As in :func:`conr_loss`.
    form : Form
        How the loss is written down.
    """

    y: Tensor
    y_pred: Tensor
    weights: Tensor | None
    counts: Tensor | None
    window: float
    temperature: float
    push: float
    self_weight: float
    form: Form

    def block(self, directions: Tensor, rows: slice) -> tuple[Tensor, Tensor]:
        """Return the losses of some anchors and their slopes.

        Parameters
        ----------
        directions : Tensor of shape (..., n, width)
            Features of length 1.
        rows : slice
            The anchors.

        Returns
        -------
        losses : Tensor of shape (..., n_anchors)
            Their sum is the loss.
        slopes : Tensor of shape (..., n_anchors, n)
            Its derivatives with respect to the cosines.
        """
        similar = directions[..., rows, :] @ directions.mT
        similar = similar.mul_(1.0 / self.temperature)
        distance = _distance(self.y, rows)
        close = distance <= self.window
        confused = (_distance(self.y_pred, rows) <= self.window) & ~close
        if self.counts is not None:
            confused &= (self.counts > 0).unsqueeze(-2)
        logits = self._log_mass(distance, close, confused, rows).add_(similar)
        positives = self._counted(close.to(similar.dtype), rows)
        n_positives = positives.sum(-1)
        log_z = torch.logsumexp(logits, -1)
        if self.form.has_constant:
            log_z = torch.logaddexp(log_z, _log(self._total() - n_positives))
        chosen = (positives * similar).sum(-1)
        share = self._share(n_positives, confused.any(-1), rows)
        losses = (n_positives * log_z - chosen) * share
        pull = logits.sub_(log_z.unsqueeze(-1)).exp_()
        slopes = pull.mul_(n_positives.unsqueeze(-1)).sub_(positives)
        return losses, slopes.mul_((share / self.temperature).unsqueeze(-1))

    def _log_mass(
        self, distance: Tensor, close: Tensor, confused: Tensor, rows: slice
    ) -> Tensor:
        """Return the logarithm of the factor of every pair in the normaliser."""
        log_push = self.form.log_push(distance, self.push)
        if self.weights is not None:
            log_push = log_push + _log(self.weights[..., rows]).unsqueeze(-1)
        log_mass = torch.where(confused, log_push, _NOTHING).masked_fill_(close, 0.0)
        own = torch.diagonal(log_mass, rows.start, -2, -1)
        own.fill_(math.log(self.self_weight) if self.self_weight else _NOTHING)
        if self.counts is not None:
            log_mass += _log(self.counts).unsqueeze(-2)
        return log_mass.clamp_(min=_NOTHING)

    def _counted(self, close: Tensor, rows: slice) -> Tensor:
        """Return how often every row is a positive of every anchor."""
        torch.diagonal(close, rows.start, -2, -1).fill_(self.self_weight)
        return close if self.counts is None else close * self.counts.unsqueeze(-2)

    def _total(self) -> Tensor | int:
        """Return the number of rows."""
        if self.counts is None:
            return self.y.shape[-2]
        return self.counts.sum(-1, keepdim=True)

    def _share(self, n_positives: Tensor, is_confused: Tensor, rows: slice) -> Tensor:
        """Return the factor of the sum over an anchor's positives in the loss."""
        divisor = n_positives
        if self.form.counts_anchor:
            divisor = divisor + (1.0 - self.self_weight)
        active = is_confused & (n_positives > 0)
        share = torch.where(active, 1.0 / (divisor * self._total()), 0.0)
        outer = self.weights if self.form.weighs_anchor else None
        for factor in (outer, self.counts):
            if factor is not None:
                share = share * factor[..., rows]
        return share


class _Contrast(torch.autograd.Function):
    """The loss and its gradient at once, in blocks of anchors.

    What autograd would keep of every pair until the backward pass is thrown away
    with its block.
    """

    @staticmethod
    def forward(ctx: Any, directions: Tensor, pairs: Pairs, max_pairs: int) -> Tensor:
        n_rows = directions.shape[-2]
        pairs_of_anchor = max(1, math.prod(directions.shape[:-1]))
        n_anchors = max(1, max_pairs // pairs_of_anchor)
        loss = directions.new_zeros(directions.shape[:-2])
        gradient = torch.zeros_like(directions)
        for start in range(0, n_rows, n_anchors):
            rows = slice(start, min(start + n_anchors, n_rows))
            losses, slopes = pairs.block(directions, rows)
            loss += losses.sum(-1)
            gradient[..., rows, :] += slopes @ directions
            gradient += slopes.mT @ directions[..., rows, :]
        ctx.save_for_backward(gradient)
        return loss

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, slope: Tensor) -> Any:
        (gradient,) = ctx.saved_tensors
        return slope[..., None, None] * gradient, None, None


def contrast(features: Tensor, pairs: Pairs, max_pairs: int) -> Tensor:
    """Return the loss of all pairs, of shape ``features.shape[:-2]``.

    Parameters
    ----------
    features : Tensor of shape (..., n, width)
        They alone get a gradient.
    pairs : Pairs
        Which rows attract and repel.
    max_pairs : int
        Pairs that are in memory at the same time; a row's are always together.
    """
    length = torch.linalg.vector_norm(features, dim=-1, keepdim=True)
    directions = features / length.clamp(min=_SHORTEST)
    # A row of zeros has no direction to be turned, so it gets no gradient.
    directions = torch.where(length > _SHORTEST, directions, 0.0)
    apply: Callable[..., Tensor] = _Contrast.apply
    return apply(directions, pairs, max_pairs)


def _distance(values: Tensor, rows: slice) -> Tensor:
    """Return distances of some rows to all, comparable for any number of targets."""
    some = values[..., rows, :]
    n_targets = values.shape[-1]
    if n_targets == 1:
        return (some - values.mT).abs_()
    # Products of matrices would lose small distances to rounding.
    exact = "donot_use_mm_for_euclid_dist"
    return torch.cdist(some, values, compute_mode=exact).div_(math.sqrt(n_targets))


def _log(values: Tensor) -> Tensor:
    """Return logarithms that are finite at 0."""
    return values.log().clamp_(min=_NOTHING)
