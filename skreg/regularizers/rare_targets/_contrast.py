"""Pairs of rows that attract and pairs that repel, without memory for all of them."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

import torch
from torch import Tensor
from torch.autograd.function import once_differentiable

from ._target_distance import label_distance

# Stands for the logarithm of 0, where infinite numbers would make NaN.
_NOTHING = -1e30
# Of a sum, exponentials of less than this change no digit.
_LEAST = -80.0
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
        similar.mul_(1.0 / self.temperature)
        close, confused, logits = self._sort(rows)
        logits.add_(similar)
        top = logits.amax(-1, keepdim=True)
        # Below, exponentials are nothing but slow.
        masses = logits.sub_(top).clamp_(min=_LEAST).exp_()
        log_z = (masses.sum(-1).log_() + top.squeeze(-1)).clamp_(min=_NOTHING)
        positives = close if self.counts is None else close * self.counts[..., None, :]
        n_positives = positives.sum(-1)
        if self.form.has_constant:
            log_z = torch.logaddexp(log_z, _log(self._total() - n_positives))
        share = self._share(n_positives, confused.amax(-1) > 0, rows)
        losses = (n_positives * log_z - (positives * similar).sum(-1)) * share
        share = share / self.temperature
        pull = (top.squeeze(-1) - log_z).exp_() * n_positives * share
        slopes = masses.mul_(pull.unsqueeze(-1))
        return losses, slopes.addcmul_(positives, share.unsqueeze(-1), value=-1.0)

    def _sort(self, rows: slice) -> tuple[Tensor, Tensor, Tensor]:
        """Return how much pairs are close, whether confused, and log factors.

        Truth values are the numbers 0 and 1, with which torch is quicker.
        """
        distance = label_distance(self.y, rows)
        close = distance.clone().le_(self.window)
        confused = label_distance(self.y_pred, rows).le_(self.window)
        confused = confused.addcmul_(confused, close, value=-1.0)
        if self.counts is not None:
            confused *= (self.counts > 0).unsqueeze(-2)
        torch.diagonal(close, rows.start, -2, -1).fill_(float(self.self_weight > 0))
        factors = (close + confused).sub_(1.0).mul_(-_NOTHING)
        log_push = self.form.log_push(distance, self.push)
        if self.weights is not None:
            log_push = log_push + _log(self.weights[..., rows]).unsqueeze(-1)
        factors = factors.addcmul_(confused, log_push)
        if self.counts is not None:
            factors += _log(self.counts).unsqueeze(-2)
        own = torch.diagonal(factors, rows.start, -2, -1)
        own += math.log(self.self_weight or 1.0)
        torch.diagonal(close, rows.start, -2, -1).fill_(self.self_weight)
        return close, confused, factors.clamp_(min=_NOTHING)

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
    def forward(ctx: Any, features: Tensor, pairs: Pairs, max_pairs: int) -> Tensor:
        length = torch.linalg.vector_norm(features, dim=-1, keepdim=True)
        # A row of zeros has no direction to be turned, so it gets no gradient.
        inverse = length.clamp(min=_SHORTEST).reciprocal_() * (length > _SHORTEST)
        directions = features * inverse
        loss, slope = _summed(directions, pairs, max_pairs)
        along = (slope * directions).sum(-1, keepdim=True)
        ctx.save_for_backward((slope - along * directions) * inverse)
        return loss

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, slope: Tensor) -> Any:
        (gradient,) = ctx.saved_tensors
        return slope[..., None, None] * gradient, None, None


def _summed(directions: Tensor, pairs: Pairs, max_pairs: int) -> tuple[Tensor, Tensor]:
    """Return the loss and its gradient with respect to the directions."""
    n_rows = directions.shape[-2]
    n_anchors = max(1, max_pairs // max(1, math.prod(directions.shape[:-1])))
    if n_anchors >= n_rows:
        losses, slopes = pairs.block(directions, slice(0, n_rows))
        return losses.sum(-1), (slopes + slopes.mT) @ directions
    loss = directions.new_zeros(directions.shape[:-2])
    gradient = torch.zeros_like(directions)
    for start in range(0, n_rows, n_anchors):
        rows = slice(start, min(start + n_anchors, n_rows))
        losses, slopes = pairs.block(directions, rows)
        loss += losses.sum(-1)
        gradient[..., rows, :] += slopes @ directions
        gradient += slopes.mT @ directions[..., rows, :]
    return loss, gradient


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
    apply: Callable[..., Tensor] = _Contrast.apply
    return apply(features, pairs, max_pairs)


def _log(values: Tensor) -> Tensor:
    """Return logarithms that are finite at 0."""
    return values.log().clamp_(min=_NOTHING)
