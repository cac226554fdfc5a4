"""Memory alignment: a row's result must not depend on its place in a block."""

from __future__ import annotations

from typing import Any

from torch import Tensor, nn

from ..modules import StackedLinear

_LAYERS = (nn.Linear, StackedLinear)
# Bytes. Kernels treat rows that start elsewhere in another order of additions.
_CACHE_LINE = 64


def align_rows(module: nn.Module) -> None:
    """Let every linear layer of a net read rows that start on a cache line.

    Without it, the last bits of a row's result depend on where in its block it
    stands, unless the layer's width happens to fit. Training is not affected.
    """
    for layer in module.modules():
        if isinstance(layer, _LAYERS) and _missing(layer.in_features, layer.weight):
            hooks = layer._forward_pre_hooks.values()
            if _align not in hooks:
                layer.register_forward_pre_hook(_align)


def release_rows(module: nn.Module) -> None:
    """Undo `align_rows`, so that training goes on as if the net had not predicted."""
    for layer in module.modules():
        hooks = layer._forward_pre_hooks
        for key in [key for key, hook in hooks.items() if hook is _align]:
            del hooks[key]


def aligned_zeros(rows: int, width: int, like: Tensor) -> Tensor:
    """Return a matrix whose rows start on cache lines, in the precision of another."""
    return like.new_zeros((rows, width + _missing(width, like)))[:, :width]


def _align(layer: nn.Module, args: tuple[Any, ...]) -> tuple[Tensor] | None:
    """Copy the input into an aligned matrix, unless it is one."""
    if layer.training or not args or not args[0].is_cpu:
        return None
    x: Tensor = args[0]
    if x.ndim < 2 or not _missing(x.stride(-2), x):
        return None
    rows = aligned_zeros(x.shape[:-1].numel(), x.shape[-1], like=x)
    return (rows.unflatten(0, x.shape[:-1]).copy_(x),)


def _missing(width: int, like: Tensor) -> int:
    """Return how many entries a row lacks to fill whole cache lines."""
    return -width % (_CACHE_LINE // like.element_size())
