"""How far labels are apart, in any number of targets."""

from __future__ import annotations

import math

from torch import Tensor


def label_distance(target: Tensor) -> Tensor:
    """Return the distances of all pairs of rows, the root mean square over targets.

    Parameters
    ----------
    target : Tensor of shape (batch, n_targets)
        Labels in comparable units.

    Returns
    -------
    distance : Tensor of shape (batch, batch)
        With one target the absolute difference.
    """
    if target.shape[-1] == 1:
        return (target - target.squeeze(-1)).abs()
    apart = target.unsqueeze(1) - target.unsqueeze(0)
    return apart.norm(dim=-1) / math.sqrt(target.shape[-1])
