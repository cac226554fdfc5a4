"""Random features of a kernel on rows, and the layer that predicts them."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

from ._tokens import TokenLayout

# Rows that are enough to learn the kernel's width and the features' means.
_ROWS = 2000
# Width of the kernel in median distances of two rows.
_WIDTH = 2.0


class KernelHead(nn.Module):
    """Random Fourier features of a row, as targets, and a linear layer for them.

    The kernel is Gaussian, ``exp(-d^2 / (8 m))``, where d is the distance of two rows
    whose levels are one-hot coded and m the median of d^2: twice as wide as the rows
    are apart, since a narrow one asks for more directions than few labels can weigh.
    The features are ``cos(w x + b)`` with random w and b, standardised.

    Parameters
    ----------
    layout : TokenLayout
        What the columns mean.
    rows : Tensor of shape (n_rows, width)
        Encoded rows to learn from.
    n_latents : int
        Inputs of the linear layer.
    n_features : int, default=256
        Number of features.

    References
    ----------
    .. [1] A. Rahimi, B. Recht. "Random Features for Large-Scale Kernel Machines",
       NeurIPS 2007, algorithm 1.
    .. [2] H. Wang, G. Pang, C. Shen, C. Ma. "Unsupervised Representation Learning by
       Predicting Random Distances", IJCAI 2020.

    Examples
    --------
    >>> import torch
    >>> from skreg.modules import KernelHead, TokenLayout
    >>> rows = torch.randn(500, 3)
    >>> features = KernelHead(TokenLayout(n_numeric=3), rows, n_latents=8)(rows)
    >>> features.shape, bool(features.mean(0).abs().max() < 1e-5)
    (torch.Size([500, 256]), True)
    """

    frequencies: Tensor
    level_phases: Tensor
    first_level: Tensor
    phases: Tensor
    mean: Tensor
    scale: Tensor

    def __init__(
        self,
        layout: TokenLayout,
        rows: Tensor,
        n_latents: int,
        n_features: int = 256,
    ) -> None:
        super().__init__()
        self.first_code = layout.first_code
        chosen = rows[torch.randperm(len(rows))[:_ROWS]].to(torch.empty(0).dtype)
        spread = math.sqrt(_median_distance(chosen, self.first_code))
        ends = torch.tensor([0, *layout.cardinalities]).cumsum(0)
        vectors = torch.randn(self.first_code + int(ends[-1]), n_features)
        vectors /= _WIDTH * spread
        self.register_buffer("frequencies", vectors[: self.first_code])
        self.register_buffer("level_phases", vectors[self.first_code :])
        self.register_buffer("first_level", ends[:-1])
        self.register_buffer("phases", torch.rand(n_features) * 2.0 * math.pi)
        self.register_buffer("mean", torch.zeros(n_features))
        self.register_buffer("scale", torch.ones(n_features))
        variance, mean = torch.var_mean(self(chosen), 0, correction=0)
        self.mean.copy_(mean)
        self.scale.copy_((variance + 1e-6).rsqrt())
        self.predict = nn.Linear(n_latents, n_features)
        nn.init.trunc_normal_(self.predict.weight, std=0.02)

    def forward(self, x: Tensor) -> Tensor:
        """Return the standardised features of encoded rows."""
        angles = x[:, : self.first_code] @ self.frequencies + self.phases
        if len(self.level_phases):
            codes = x[:, self.first_code :].long() + self.first_level
            angles = angles + nn.functional.embedding_bag(
                codes, self.level_phases, mode="sum"
            )
        return (angles.cos() - self.mean) * self.scale


def _median_distance(rows: Tensor, first_code: int) -> float:
    """Return the median squared distance of two rows; 1 if most are alike."""
    other = rows.roll(1, 0)
    numbers = (rows - other)[:, :first_code].square().sum(1)
    levels = 2.0 * (rows != other)[:, first_code:].sum(1)
    median = float((numbers + levels).median())
    return median if median > 0 else 1.0
