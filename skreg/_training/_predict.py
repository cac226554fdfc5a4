"""Outputs for few and for many rows: a row's bits are its own."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from ._alignment import aligned_zeros
from ._settings import own_settings
from ._threads import torch_threads

# Rows of a block on the CPU: so few that a single row is quick, and enough to be fast.
_FEW, _MANY = 32, 1024
_ACCELERATOR_ROWS = 8192


class Blocks(NamedTuple):
    """How tables are cut for a net.

    Matrix products choose their algorithm by shape, so the last bits of a row depend
    on how many rows stand beside it. In blocks of one shape, the last one filled up,
    a row's result is its own.

    Attributes
    ----------
    few : int
        Rows of a block.
    many : int
        Rows of a faster block for many rows, used if it is seen to give the same bits.
    work : int
        Multiply-adds of the smaller block, about.
    """

    few: int
    many: int
    work: int


def count_work(module: nn.Module) -> int:
    """Return about how many multiply-adds one row costs."""
    return sum(p.numel() for p in module.parameters() if p.ndim > 1)


def block_rows(module: nn.Module) -> Blocks:
    """Choose the blocks for a net."""
    few, many = _FEW, _MANY
    if _device(module).type != "cpu":
        few = many = _ACCELERATOR_ROWS
    return Blocks(few, many, few * count_work(module))


def forward_blocks(
    module: nn.Module, inputs: NDArray[Any], blocks: Blocks, n_threads: int | None
) -> NDArray[Any]:
    """Return the module's outputs for all rows of an encoded table.

    Parameters
    ----------
    module : torch.nn.Module
        In evaluation mode.
    inputs : ndarray of shape (n_samples, width)
        In the precision of the module.
    blocks : Blocks
        Made for this module.
    n_threads : int or None
        As in the estimators.
    """
    few, many, work = blocks
    n_bulk = len(inputs) // many * many if many > few else 0
    with own_settings(), torch.inference_mode(), torch_threads(n_threads, work):
        if n_bulk:
            bulk = _forward(module, inputs[:n_bulk], many)
            if _agree(module, inputs[:many], bulk[:many], few):
                rest = inputs[n_bulk:]
                if not len(rest):
                    return bulk
                return np.concatenate([bulk, _forward(module, rest, few)])
        return _forward(module, inputs, few)


def _agree(
    module: nn.Module, inputs: NDArray[Any], outputs: NDArray[Any], few: int
) -> bool:
    """Whether small blocks give the same bits, tried at both ends of a large one."""
    return all(
        outputs[rows].tobytes() == _forward(module, inputs[rows], few).tobytes()
        for rows in (slice(few), slice(-few, None))
    )


def _forward(module: nn.Module, inputs: NDArray[Any], rows: int) -> NDArray[Any]:
    """Return the outputs, computed in blocks of so many rows."""
    device = _device(module)
    block = aligned_zeros(rows, inputs.shape[1], like=torch.from_numpy(inputs[:0]))
    window = block.numpy()
    outputs = []
    for start in range(0, len(inputs), rows):
        part = inputs[start : start + rows]
        window[: len(part)] = part
        output = module(block.to(device)).cpu().numpy()
        # A copy, since a module may return its input.
        outputs.append(output[: len(part)].copy())
    return outputs[0] if len(outputs) == 1 else np.concatenate(outputs)


def _device(module: nn.Module) -> torch.device:
    parameter = next(module.parameters(), None)
    return torch.device("cpu") if parameter is None else parameter.device


def softmax(logits: NDArray[Any]) -> NDArray[np.float64]:
    """Return class probabilities in double precision, row by row."""
    wide = logits.astype(np.float64)
    wide -= wide.max(axis=1, keepdims=True)
    np.exp(wide, out=wide)
    wide /= wide.sum(axis=1, keepdims=True)
    return wide
