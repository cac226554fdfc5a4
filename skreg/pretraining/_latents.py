"""Latents as targets: how they are standardised and compared."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn import functional

# A target that hardly varies in a batch is not blown up to variance 1.
_EPS = 1e-5


def layer_norm(latents: Tensor, weight: Tensor | None) -> Tensor:
    """Standardise every latent over its dimensions."""
    return functional.layer_norm(latents, latents.shape[-1:])


def batch_norm(latents: Tensor, weight: Tensor | None) -> Tensor:
    """Standardise every token and dimension over the rows of a batch.

    What is the same in all rows, such as the column that a latent stands for, then
    cannot be learnt, and what tells rows apart is not allowed to fade.
    """
    if weight is None:
        variance, mean = torch.var_mean(latents, 0, correction=0)
    else:
        share = (weight / weight.sum(0).clamp(min=_EPS)).unsqueeze(-1)
        mean = (latents * share).sum(0)
        variance = ((latents - mean).square() * share).sum(0)
    return (latents - mean) * (variance + _EPS).rsqrt()


TARGET_NORMS: dict[str | None, Callable[[Tensor, Tensor | None], Tensor]] = {
    None: lambda latents, weight: latents,
    "layer": layer_norm,
    "batch": batch_norm,
}

_LOSSES: dict[str, Callable[..., Tensor]] = {
    "mse": functional.mse_loss,
    "smooth_l1": functional.smooth_l1_loss,
}
LOSSES = frozenset(_LOSSES)


def latent_loss(
    output: Tensor, target: Tensor, /, *, loss: str, reduction: str = "none"
) -> Tensor:
    """Return the loss of each row, averaged over its latents, or their mean."""
    losses = _LOSSES[loss](output, target, reduction="none").mean((1, 2))
    return losses.mean() if reduction == "mean" else losses
