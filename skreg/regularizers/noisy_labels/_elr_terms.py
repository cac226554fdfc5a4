"""The pieces that the losses of ELR and ELR+ are made of.

On small steps the number of operations counts, forward and backward, and hardly what
they compute. Gradients are left to autograd: one node of our own with the closed
gradient took longer, and has no second derivatives for free.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TypeVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from .._precision import at_least_single

_Shares = TypeVar("_Shares", Tensor, NDArray[np.float64])


def clipped_probabilities(logits: Tensor, eps: float) -> Tensor:
    """Return the softmax, clipped to ``[eps, 1 - eps]``, in at least float32."""
    return clipped(at_least_single(logits).softmax(-1), eps)


def clipped(probabilities: Tensor, eps: float) -> Tensor:
    """Return probabilities clipped to ``[eps, 1 - eps]``."""
    # As clamp, but with one operation in the backward pass for its four.
    return functional.hardtanh(probabilities, eps, 1.0 - eps)


def normalized(probabilities: Tensor) -> Tensor:
    """Return clipped probabilities rescaled to sum to 1, without gradient."""
    detached = probabilities.detach()
    return detached / detached.sum(-1, keepdim=True)


def unbound(shares: _Shares, eps: float) -> _Shares:
    """Take the bound out of shares of clipped probabilities, so that they span [0, 1].

    Parameters
    ----------
    shares : Tensor or ndarray of shape (..., n_classes)
        Means of clipped probabilities; rows sum to 1.
    eps : float
        The bound.
    """
    n_classes = shares.shape[-1]
    least = eps / (1.0 + (n_classes - 2) * eps)  # where another class is sure
    free: _Shares = (shares - least) / (1.0 - n_classes * least)
    return free.clip(0.0, 1.0)


def elr_term(
    probabilities: Tensor,
    target: Tensor,
    *,
    strength: float = 1.0,
    weight: Tensor | None = None,
) -> Tensor:
    """Return the weighted mean of ``log(1 - <target, p>)`` over rows, times strength.

    Parameters
    ----------
    probabilities : Tensor of shape (..., batch, n_classes)
        Clipped probabilities p.
    target : Tensor of shape (..., batch, n_classes)
        Averaged predictions.
    strength : float, default=1.0
        Factor.
    weight : Tensor of shape (batch,) or None, default=None
        Weights of the rows; None means equal ones.
    """
    rows = (-target.to(probabilities.dtype) * probabilities).sum(-1).log1p()
    share = strength / rows.shape[-1]
    if weight is None:
        weight = _equal(rows.shape[-1], share, rows.dtype, rows.device)
    else:
        weight = (weight * share).to(rows.dtype)
    return (rows * weight).sum(-1)  # no dot, which autocast takes in half precision


@lru_cache(maxsize=4)
def _equal(n: int, share: float, dtype: torch.dtype, device: torch.device) -> Tensor:
    return torch.full((n,), share, dtype=dtype, device=device)
