"""Regularizers of a fit: fresh clones, or clones that go on from an earlier fit."""

from __future__ import annotations

import copy
import hashlib
import warnings
from collections.abc import Mapping

import numpy as np
from sklearn.base import clone

from ..regularizers import Regularizer
from ._architecture import TrainingTable

Named = list[tuple[str, Regularizer]]


def fresh_clones(named: Named) -> Named:
    """Return clones with validated parameters."""
    clones = [(name, clone(regularizer)) for name, regularizer in named]
    for _, regularizer in clones:
        regularizer._validate_params()
    return clones


def take_over(
    named: Named, previous: Mapping[str, Regularizer], *, same_rows: bool
) -> frozenset[str]:
    """Copy the state of earlier regularizers of the same name and class.

    A memory of rows is worth something for the same rows only; for others it starts
    empty, with a warning.

    Returns
    -------
    resumed : frozenset of str
        Names of those that go on.
    """
    resumed = set()
    for name, regularizer in named:
        old = previous.get(name)
        if type(old) is not type(regularizer):
            continue
        if regularizer.remembers and not same_rows:
            warnings.warn(
                f"{type(regularizer).__name__} remembers every training row, but "
                "these rows differ from those of the fit before: its memory starts "
                "empty. Pass the same rows to go on with it.",
                UserWarning,
                stacklevel=2,
            )
            continue
        state = {k: v for k, v in vars(old).items() if k.endswith("_")}
        regularizer.__dict__.update(copy.deepcopy(state))
        resumed.add(name)
    return frozenset(resumed)


def remember_rows(named: Named) -> bool:
    """Whether one of the regularizers keeps something of every training row."""
    return any(regularizer.remembers for _, regularizer in named)


def mark_of_rows(named: Named, table: TrainingTable, *, always: bool) -> str | None:
    """Return a hash of the training rows, None if nobody asks whether they changed."""
    if not (always or remember_rows(named)):
        return None
    digest = hashlib.blake2b(digest_size=16)
    for array in (table.inputs, table.learnt):
        digest.update(str((array.shape, array.dtype)).encode())
        digest.update(np.ascontiguousarray(array).data)
    return digest.hexdigest()
