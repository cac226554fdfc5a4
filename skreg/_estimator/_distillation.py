"""One small net that learnt from a large one, or from an ensemble."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import clone
from sklearn.utils.validation import check_is_fitted

from .._training._device import resolve_device
from .._training._random import FitRandom, draw_seed
from ..preprocessing._columns import read_table
from ._inputs import read_weights
from ._session import Rows, Session

# Chance of an entry to be replaced by that of another row.
_SWAP = 0.3
_COPIED = ("n_features_in_", "feature_names_in_")


def distill(
    teacher: Any,
    X: Any,
    *,
    sample_weight: ArrayLike | None,
    n_copies: int,
    params: dict[str, Any],
) -> Any:
    """Return a student: a clone of the teacher with a net of its own.

    Parameters
    ----------
    teacher : NetEstimator
        Fitted.
    X : array-like or dataframe
        Rows to learn on.
    sample_weight : array-like or None
        Weights of the rows.
    n_copies : int
        Further rows for every row, with some entries from other rows.
    params : dict
        Parameters of the student that differ from the teacher's.
    """
    check_is_fitted(teacher)
    if not isinstance(n_copies, int | np.integer) or n_copies < 0:
        raise ValueError(f"n_copies={n_copies!r} must be a whole number, at least 0.")
    student = clone(teacher).set_params(**{**teacher._single(), **params})
    student._validate_params()
    table = read_table(teacher, X, reset=False)
    weight = read_weights(sample_weight, table.n_rows)
    if weight is not None:
        weight = np.tile(weight, 1 + n_copies)
    seed = draw_seed(student.random_state)
    inputs = teacher.encoder_._encode(table)
    inputs = _augmented(inputs, n_copies, np.random.default_rng(seed))
    session = _open(teacher, student, inputs, weight, seed)
    net = session.train(
        student,
        epochs=student.max_epochs,
        early_stopping=student.early_stopping,
        tasks=[],
    )
    net.slim(keep_optimizer=student.warm_start)
    vars(student).update({k: v for k, v in vars(teacher).items() if k in _COPIED})
    vars(student).update(student._fitted(session, net), _codec=teacher._codec)
    return student


def _open(
    teacher: Any,
    student: Any,
    inputs: NDArray[Any],
    weight: NDArray[np.float64] | None,
    seed: int,
) -> Session:
    """Let the teacher answer, and prepare the student's fit."""
    device = resolve_device(student.device, student.dtype)
    fraction = student.validation_fraction if student.early_stopping else None
    codec = teacher._codec.distilled()
    return Session(
        inputs=inputs.astype(student.dtype, copy=False),
        target=codec.soften(teacher._forward(inputs)),
        rows=Rows.choose(len(inputs), weight, None, fraction, seed),
        encoder=teacher.encoder_,
        codec=codec,
        random=FitRandom(seed, device),
        device=device,
        named=[],
        previous=None,
        resumed=frozenset(),
        key=None,
    )


def _augmented(
    inputs: NDArray[Any], n_copies: int, random: np.random.Generator
) -> NDArray[Any]:
    """Add copies of the rows in which entries are swapped within their columns."""
    copies = [inputs]
    for _ in range(n_copies):
        partner = random.integers(len(inputs), size=inputs.shape)
        swap = random.random(inputs.shape) < _SWAP
        columns = np.arange(inputs.shape[1])
        copies.append(np.where(swap, inputs[partner, columns], inputs))
    return np.concatenate(copies)
