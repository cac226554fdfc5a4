"""Rows of a matrix product that do not feel their position."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

# Kernels treat rows that start at odd addresses in another order of additions.
_CACHE_LINE = 64


def align_rows(module: nn.Module) -> None:
    """Let every linear layer of a net read rows that start on a cache line.

    Without it, the last bits of a row's result depend on where in its block it
    stands, unless the layer's width happens to fit. Training is not affected.
    """
    for layer in module.modules():
        if isinstance(layer, nn.Linear) and _padding(layer.weight):
            hooks = layer._forward_pre_hooks.values()
            if _align not in hooks:
                layer.register_forward_pre_hook(_align)


def _align(layer: nn.Module, args: tuple[Any, ...]) -> tuple[Tensor] | None:
    """Copy the input into a wider matrix, of which it is the left part."""
    (x,) = args
    if torch.is_grad_enabled() or not x.is_cpu or x.ndim != 2:
        return None
    wide = x.new_empty((x.shape[0], x.shape[1] + _padding(x)))
    aligned = wide[:, : x.shape[1]]
    aligned.copy_(x)
    return (aligned,)


def _padding(x: Tensor) -> int:
    """Return how many columns are missing to a whole number of cache lines."""
    return -x.shape[-1] % (_CACHE_LINE // x.element_size())
