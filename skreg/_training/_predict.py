"""Outputs for many rows, in blocks of one shape."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from ._alignment import aligned_zeros
from ._threads import torch_threads

# So many multiply-adds take a core about 0.1 ms, which a single row may wait, and
# are enough for the calls in between not to matter when there are many rows.
_WORK = 5_000_000
_ROWS = (16, 2048)
_ACCELERATOR_ROWS = 8192


class Blocks(NamedTuple):
    """How tables are cut for a net.

    Matrix products choose their algorithm by shape, so the last bits of a row depend
    on how many rows stand beside it. A block of one shape for all makes a row's
    result its own.

    Attributes
    ----------
    rows : int
        Rows of a block; the last one is filled up.
    work : int
        Multiply-adds of a block, about.
    """

    rows: int
    work: int


def count_work(module: nn.Module) -> int:
    """Return about how many multiply-adds one row costs."""
    return sum(p.numel() for p in module.parameters() if p.ndim > 1)


def block_rows(module: nn.Module) -> Blocks:
    """Choose blocks small enough for one row to be quick, large enough for many."""
    work = count_work(module)
    if _device(module).type != "cpu":
        return Blocks(_ACCELERATOR_ROWS, _ACCELERATOR_ROWS * work)
    smallest, largest = _ROWS
    fitting = _WORK // max(work, 1) // smallest * smallest
    rows = min(max(fitting, smallest), largest)
    return Blocks(rows, rows * work)


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
    device = _device(module)
    block = aligned_zeros(
        blocks.rows, inputs.shape[1], like=torch.from_numpy(inputs[:0])
    )
    window = block.numpy()
    outputs = []
    with torch.inference_mode(), torch_threads(n_threads, blocks.work):
        for start in range(0, len(inputs), blocks.rows):
            part = inputs[start : start + blocks.rows]
            window[: len(part)] = part
            output = module(block.to(device)).cpu().numpy()
            # A copy, since a module may return its input.
            outputs.append(output[: len(part)].copy())
    return np.concatenate(outputs)


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
