"""Parameters that follow the number of training rows.

How the rules were found is told in ``benchmarks/defaults``.
"""

from __future__ import annotations

import numpy as np


def batch_size(given: int | str, n_rows: int) -> int:
    """Return the rows of a step, by default about 40 steps an epoch.

    Examples
    --------
    >>> from skreg._estimator import _auto
    >>> [_auto.batch_size("auto", n) for n in (100, 5_000, 100_000)]
    [32, 128, 256]
    """
    if given != "auto":
        return int(given)
    return int(np.clip(2 ** round(np.log2(max(n_rows, 1) / 40)), 32, 256))


def even_batch_size(batch_size: int, n_rows: int) -> int:
    """Return the nearest size that leaves no small batch at the end.

    Examples
    --------
    >>> from skreg._estimator import _auto
    >>> [_auto.even_batch_size(32, n) for n in (20, 40, 100)]
    [20, 40, 34]
    """
    return -(-n_rows // max(round(n_rows / batch_size), 1))


def learning_rate(given: float | str, batch_size: int) -> float:
    """Return the rate of a step, by default higher the less noisy its gradient is.

    References
    ----------
    .. [1] S. Malladi, K. Lyu, A. Panigrahi, S. Arora. "On the SDEs and Scaling Rules
       for Adaptive Gradient Algorithms", NeurIPS 2022.

    Examples
    --------
    >>> from skreg._estimator import _auto
    >>> [_auto.learning_rate("auto", n) for n in (64, 256, 1024)]
    [0.004, 0.008, 0.008]
    """
    if given != "auto":
        return float(given)
    return 0.008 * float(np.sqrt(min(batch_size, 256) / 256))


def n_bins(given: int | str, n_rows: int) -> int:
    """Return the bins of a column, by default one for every 20 rows.

    Examples
    --------
    >>> from skreg._estimator import _auto
    >>> [_auto.n_bins("auto", n) for n in (100, 1_000, 100_000)]
    [16, 50, 128]
    """
    return int(given) if given != "auto" else int(np.clip(n_rows // 20, 16, 128))


def weight_decay(
    given: float | str, n_rows: int, *, prior_rows: int, decoupled: bool
) -> float:
    """Return the decay of the weights, by default like a prior worth some rows.

    Parameters
    ----------
    given : float or 'auto'
        The parameter.
    n_rows : int
        Rows that train.
    prior_rows : int
        What the prior is worth.
    decoupled : bool
        Whether decay acts on the weights directly; 'auto' is 0 where it does not.

    Examples
    --------
    >>> from skreg._estimator import _auto
    >>> given = {"prior_rows": 1000, "decoupled": True}
    >>> [_auto.weight_decay("auto", n, **given) for n in (100, 10_000)]
    [1.0, 0.1]
    """
    if given != "auto":
        return float(given)
    return min(1.0, prior_rows / max(n_rows, 1)) if decoupled else 0.0
