"""A table whose columns are noisy views of few factors."""

from __future__ import annotations

from numbers import Integral, Real

import numpy as np
from numpy.typing import NDArray
from sklearn.utils import check_random_state

from .._checks import Number, Whole, checked, size_of
from .._sklearn import Interval, validate_params

_N_FACTORS = 3


@checked(n_samples=Whole(), n_features=Whole(), noise=Number(0.0))
@validate_params(
    {
        "n_samples": [Interval(Integral, 1, None, closed="left")],
        "n_features": [Interval(Integral, 1, None, closed="left")],
        "noise": [Interval(Real, 0, None, closed="left")],
        "random_state": ["random_state"],
    },
    prefer_skip_nested_validation=True,
)
def make_redundant_columns(
    n_samples: int = 1000,
    n_features: int = 20,
    *,
    noise: float = 0.7,
    random_state: int | np.random.RandomState | None = None,
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Make a table on which rows without labels are worth much.

    Three hidden factors z decide about everything. Each column is one bent mixture of
    them with noise, ``2 tanh(z A / 1.2 + b) + noise``; many columns together tell the
    factors well. The four classes are the signs of ``z1 z2`` and of ``z3``.

    Parameters
    ----------
    n_samples : int, default=1000
        Rows.
    n_features : int, default=20
        Columns.
    noise : float, default=0.7
        Standard deviation of the noise in a column.
    random_state : int, RandomState instance or None, default=None
        Seed of the mixtures and of the rows.

    Returns
    -------
    X : ndarray of shape (n_samples, n_features)
        The table.
    y : ndarray of shape (n_samples,)
        The classes, 0 to 3.

    See Also
    --------
    skreg.pretraining.TJEPATransformer : Makes use of the rows without labels.

    Examples
    --------
    >>> from skreg.datasets import make_redundant_columns
    >>> X, y = make_redundant_columns(random_state=0)
    >>> X.shape, sorted(set(y.tolist()))
    ((1000, 20), [0, 1, 2, 3])
    """
    size_of(n_samples=n_samples, n_features=n_features)
    random = check_random_state(random_state)
    mixture = random.normal(size=(_N_FACTORS, n_features))
    shift = 0.5 * random.normal(size=n_features)
    factors = random.normal(size=(n_samples, _N_FACTORS))
    X = 2.0 * np.tanh(factors @ mixture / 1.2 + shift)
    X += noise * random.normal(size=X.shape)
    product = factors[:, 0] * factors[:, 1] > 0
    return X, 2 * product.astype(np.int64) + (factors[:, 2] > 0)
