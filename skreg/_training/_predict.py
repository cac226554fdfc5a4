"""Outputs for many rows, in blocks of one shape."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from ._threads import torch_threads

# Matrix products choose their algorithm by shape, so the last bits of a row depend
# on how many rows stand beside it. A block of one shape for all makes a row's
# result its own. It must be small enough for one row to be quick and large enough
# for many rows to be fast: so much arithmetic takes about a tenth of a millisecond.
_WORK = 2**21
_ROWS = (16, 2048)
_ACCELERATOR_ROWS = 8192


def count_work(module: nn.Module) -> int:
    """Return about how many multiply-adds one row costs."""
    return sum(p.numel() for p in module.parameters() if p.ndim > 1)


def block_rows(module: nn.Module) -> int:
    """Return the number of rows of a block, a power of two."""
    device = next(module.parameters(), torch.empty(0)).device
    if device.type != "cpu":
        return _ACCELERATOR_ROWS
    fitting = max(_WORK // max(count_work(module), 1), 1)
    return min(max(2 ** (fitting.bit_length() - 1), _ROWS[0]), _ROWS[1])


def forward_blocks(
    module: nn.Module, inputs: NDArray[Any], rows: int, n_threads: int | None
) -> NDArray[Any]:
    """Return the module's outputs for all rows of an encoded table.

    Parameters
    ----------
    module : torch.nn.Module
        In evaluation mode.
    inputs : ndarray of shape (n_samples, width)
        In the precision of the module.
    rows : int
        Rows of a block; the last one is padded.
    n_threads : int or None
        As in the estimators.
    """
    device = next(module.parameters(), torch.empty(0)).device
    table = torch.from_numpy(inputs)
    n_samples = len(table)
    outputs = []
    with torch.inference_mode(), torch_threads(n_threads, rows * count_work(module)):
        for start in range(0, n_samples, rows):
            block = table[start : start + rows]
            if len(block) < rows:
                block = _pad(block, rows)
            outputs.append(module(block.to(device)).cpu())
        result = outputs[0] if len(outputs) == 1 else torch.cat(outputs)
    return result[:n_samples].numpy()


def _pad(block: Tensor, rows: int) -> Tensor:
    """Fill a block with zero rows."""
    padded = block.new_zeros((rows, block.shape[1]))
    padded[: len(block)] = block
    return padded


def softmax(logits: NDArray[Any]) -> NDArray[np.float64]:
    """Return class probabilities in double precision, row by row."""
    wide = logits.astype(np.float64)
    wide -= wide.max(axis=1, keepdims=True)
    np.exp(wide, out=wide)
    wide /= wide.sum(axis=1, keepdims=True)
    return wide
