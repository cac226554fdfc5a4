"""Which rows of a table train a net, which validate it, and what they weigh."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from sklearn.model_selection import train_test_split

from .._types import Array, Floats, Integers


@dataclass(kw_only=True)
class Rows:
    """Which rows train, which validate, and what they weigh."""

    train: Integers
    valid: Integers | None
    weight: Floats | None

    @classmethod
    def choose(
        cls,
        n_samples: int,
        weight: Floats | None,
        strata: Array | None,
        fraction: float | None,
        seed: int,
    ) -> Rows:
        """Leave out rows of weight zero, then split the rest for early stopping.

        Parameters
        ----------
        n_samples : int
            Rows of the table.
        weight : ndarray or None
            Sample weights; None means equal ones.
        strata : ndarray or None
            Classes whose shares the split keeps.
        fraction : float or None
            Share of validation rows; None means no split.
        seed : int
            Seed of the split.
        """
        rows = np.arange(n_samples)
        if weight is not None:
            rows = np.flatnonzero(weight > 0)
            weight = _unless_equal(weight, rows)
        valid = None
        if fraction is not None:
            rows, valid = _split(rows, strata, fraction, seed)
        if weight is not None:
            weight = weight * (len(rows) / weight[rows].sum())
        return cls(train=rows, valid=valid, weight=weight)

    @property
    def counted(self) -> Integers:
        """The rows of positive weight, in order."""
        parts = [self.train] if self.valid is None else [self.train, self.valid]
        return np.sort(np.concatenate(parts))

    def of_training(self) -> Floats | None:
        """Return the weights of the training rows, None for equal ones."""
        return None if self.weight is None else self.weight[self.train]

    def training_weight(self, n_samples: int) -> Floats | None:
        """Return weights that are zero outside the training rows."""
        if len(self.train) == n_samples:
            return self.weight
        masked = np.zeros(n_samples)
        masked[self.train] = 1.0 if self.weight is None else self.weight[self.train]
        return masked


def _unless_equal(weight: Floats, rows: Integers) -> Floats | None:
    """Return the weights, or None if all rows that count weigh the same."""
    if not len(rows):
        raise ValueError(
            "sample_weight times class_weight is zero for every row, which leaves no "
            "row to train on; give a class that is present a positive weight."
        )
    present = weight[rows]
    return None if present.min() == present.max() else weight


def _split(
    rows: Integers, strata: Array | None, fraction: float, seed: int
) -> tuple[Integers, Integers]:
    n_valid = round(fraction * len(rows))
    if n_valid < 1 or n_valid >= len(rows):
        raise ValueError(
            f"validation_fraction={fraction} of n_samples = {len(rows)} rows leaves "
            f"{len(rows) - n_valid} rows for training and {n_valid} for validation; "
            "change validation_fraction, add rows, or set none aside by "
            "early_stopping=False (and a number for balance='auto')."
        )
    kept = None if strata is None else strata[rows]
    if kept is not None:
        sizes = np.unique(kept, return_counts=True)[1]
        if sizes.min() < 2 or min(n_valid, len(rows) - n_valid) < len(sizes):
            kept = None
    train, valid = train_test_split(
        rows, test_size=n_valid, random_state=seed, stratify=kept
    )
    return np.sort(train), np.sort(valid)
