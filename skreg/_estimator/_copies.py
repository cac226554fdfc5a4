"""Changed copies of rows, on which a student learns what its teacher makes of them."""

from __future__ import annotations

from typing import Any

import numpy as np

from .._types import Array

# Chance of an entry to be replaced by that of another row.
_SWAP = 0.3


def check_copies(n_copies: Any) -> None:
    """Raise if the number of copies is none.

    Raises
    ------
    ValueError
        If it is not a whole number of at least 0.
    """
    if not isinstance(n_copies, int | np.integer) or n_copies < 0:
        raise ValueError(f"n_copies={n_copies!r} must be a whole number, at least 0.")


def with_copies(inputs: Array, n_copies: int, random: np.random.Generator) -> Array:
    """Return rows and copies of them in which entries are swapped within columns.

    Parameters
    ----------
    inputs : ndarray of shape (n_samples, width)
        Encoded rows.
    n_copies : int
        Copies of each of them.
    random : numpy.random.Generator
        Source of the swaps.
    """
    copies = [inputs]
    for _ in range(n_copies):
        partner = random.integers(len(inputs), size=inputs.shape)
        swap = random.random(inputs.shape) < _SWAP
        columns = np.arange(inputs.shape[1])
        copies.append(np.where(swap, inputs[partner, columns], inputs))
    return np.concatenate(copies)
