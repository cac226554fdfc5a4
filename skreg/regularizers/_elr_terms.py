"""The pieces that the losses of ELR and ELR+ are made of."""

from __future__ import annotations

import torch
from torch import Tensor

from ._precision import at_least_single


def elr_term(probabilities: Tensor, target: Tensor) -> Tensor:
    """Return ``log(1 - <target, p>)`` of every row, for clipped probabilities."""
    agreement = (target.to(probabilities.dtype) * probabilities).sum(-1)
    return torch.log1p(-agreement)


def clipped_probabilities(logits: Tensor, eps: float) -> Tensor:
    """Return the softmax, clipped to ``[eps, 1 - eps]``, in at least float32."""
    return at_least_single(logits).softmax(-1).clamp(eps, 1.0 - eps)


def normalized(probabilities: Tensor) -> Tensor:
    """Return clipped probabilities rescaled to sum to 1, without gradient."""
    detached = probabilities.detach()
    return detached / detached.sum(-1, keepdim=True)
