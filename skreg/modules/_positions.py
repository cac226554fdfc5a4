"""Fixed vectors that tell positions apart."""

from __future__ import annotations

import torch
from torch import Tensor


def wave_table(n_positions: int, width: int, *, base: float = 10_000.0) -> Tensor:
    """Return a fixed vector of sines and cosines for every position.

    Parameters
    ----------
    n_positions : int
        Number of positions.
    width : int
        Dimensions of a vector: the first half are sines, the rest cosines.
    base : float, default=10000.0
        The slowest wave is this many times as long as the fastest.

    Returns
    -------
    table : Tensor of shape (n_positions, width)
        In single precision.

    References
    ----------
    .. [1] A. Vaswani et al. "Attention Is All You Need", NeurIPS 2017, section 3.5.

    Examples
    --------
    >>> from skreg.modules import wave_table
    >>> wave_table(2, 4)[0]
    tensor([0., 0., 1., 1.])
    """
    n_sines = (width + 1) // 2
    exponent = torch.arange(n_sines, dtype=torch.float64) / (width / 2)
    position = torch.arange(n_positions, dtype=torch.float64).unsqueeze(1)
    angle = position / base**exponent
    table = torch.cat([angle.sin(), angle[:, : width - n_sines].cos()], 1)
    return table.float()
