"""A regression problem whose rare targets are known."""

from __future__ import annotations

from numbers import Integral, Real

import numpy as np
from numpy.typing import NDArray
from sklearn.utils import check_random_state

from .._checks import Number, Whole, checked, size_of
from .._sklearn import Interval, StrOptions, validate_params


@checked(
    n_samples=Whole(),
    n_features=Whole(),
    n_informative=Whole(),
    skew=Number(0.0, 100.0),
    noise=Number(0.0),
)
@validate_params(
    {
        "n_samples": [Interval(Integral, 1, None, closed="left")],
        "n_features": [Interval(Integral, 1, None, closed="left")],
        "n_informative": [Interval(Integral, 1, None, closed="left")],
        "skew": [Interval(Real, 0, None, closed="left")],
        "tail": [StrOptions({"high", "low", "both"})],
        "noise": [Interval(Real, 0, None, closed="left")],
        "random_state": ["random_state"],
    },
    prefer_skip_nested_validation=True,
)
def make_imbalanced_regression(
    n_samples: int = 1000,
    n_features: int = 10,
    *,
    n_informative: int = 5,
    skew: float = 1.0,
    tail: str = "high",
    noise: float = 0.3,
    random_state: int | np.random.RandomState | None = None,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    r"""Draw a regression problem with a long-tailed target.

    A linear function of the features plus noise, scaled to a standard normal
    variable t, is stretched to :math:`y = (e^{s t} - 1) / s`, which is log-normal.

    Parameters
    ----------
    n_samples : int, default=1000
        Number of rows.
    n_features : int, default=10
        Number of features, standard normal.
    n_informative : int, default=5
        How many of them matter: the first ones.
    skew : float, default=1.0
        s, at least 0: 0 leaves y normal. At 1 the largest of a thousand targets is
        usually ten or more standard deviations above the mean.
    tail : {'high', 'low', 'both'}, default='high'
        Where rare targets are; 'both' takes :math:`\sinh(s t) / s`.
    noise : float, default=0.3
        Standard deviation of the noise, where that of the linear function is 1. It is
        stretched too: large targets are the noisiest.
    random_state : int, RandomState instance or None, default=None
        Determines the draw.

    Returns
    -------
    X : ndarray of shape (n_samples, n_features)
        Features.
    y : ndarray of shape (n_samples,)
        Targets.

    Raises
    ------
    ValueError
        If a number is out of its range or the tail is unknown.

    Examples
    --------
    >>> import numpy as np
    >>> from skreg.datasets import make_imbalanced_regression
    >>> X, y = make_imbalanced_regression(random_state=0)
    >>> X.shape
    (1000, 10)
    >>> counts, edges = np.histogram(y, bins=4)
    >>> counts
    array([981,  15,   2,   2])
    """
    if n_informative > n_features:
        raise ValueError(
            f"n_informative={n_informative} must lie between 1 and "
            f"n_features={n_features}."
        )
    size_of(n_samples=n_samples, n_features=n_features)
    random = check_random_state(random_state)
    X: NDArray[np.float64] = random.normal(size=(n_samples, n_features))
    coef = random.normal(size=n_informative)
    coef /= np.linalg.norm(coef)
    t = X[:, :n_informative] @ coef + noise * random.normal(size=n_samples)
    return X, _stretched(t / np.hypot(1.0, noise), skew, tail)


def _stretched(t: NDArray[np.float64], skew: float, tail: str) -> NDArray[np.float64]:
    if skew == 0:
        return t
    if tail == "both":
        return np.sinh(skew * t) / skew
    sign = 1.0 if tail == "high" else -1.0
    return sign * np.expm1(sign * skew * t) / skew
