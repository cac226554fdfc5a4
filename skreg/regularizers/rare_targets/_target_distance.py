"""How far labels are apart, in any number of targets."""

from __future__ import annotations

import math

import torch
from torch import Tensor

_ALL = slice(None)


def label_distance(target: Tensor, rows: slice = _ALL) -> Tensor:
    """Return the distances of rows to all rows, the root mean square over targets.

    Parameters
    ----------
    target : Tensor of shape (..., batch, n_targets)
        Labels in comparable units.
    rows : slice, default=slice(None)
        The rows; all of them by default.

    Returns
    -------
    distance : Tensor of shape (..., n_rows, batch)
        With one target the absolute difference.
    """
    some, n_targets = target[..., rows, :], target.shape[-1]
    if n_targets == 1:
        return (some - target.mT).abs_()
    # Products of matrices would lose small distances to rounding.
    exact = "donot_use_mm_for_euclid_dist"
    return torch.cdist(some, target, compute_mode=exact).div_(math.sqrt(n_targets))
