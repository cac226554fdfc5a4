"""Co-teaching: two nets pick each other's rows by small loss."""

from __future__ import annotations

from torch import Tensor


def small_loss_rows(losses: Tensor, forget_rate: float) -> Tensor:
    """Return the rows of a batch with the smallest losses, for the other net.

    Parameters
    ----------
    losses : Tensor of shape (batch,)
        Losses of the rows under the net that picks.
    forget_rate : float
        Share of the rows to leave out, in [0, 1]; about the rate of wrong labels.

    Returns
    -------
    rows : Tensor of shape (int((1 - forget_rate) * batch),)
        Positions, smallest loss first; at least one, since the mean over no row is
        not a number.

    Raises
    ------
    ValueError
        If the rate is out of range.

    References
    ----------
    .. [1] B. Han et al. "Co-teaching: Robust Training of Deep Neural Networks with
       Extremely Noisy Labels", NeurIPS 2018, algorithm 1.

    Examples
    --------
    >>> import torch
    >>> from skreg.regularizers import small_loss_rows
    >>> small_loss_rows(torch.tensor([0.3, 2.0, 0.1, 0.7]), forget_rate=0.5)
    tensor([2, 0])
    """
    if not 0 <= forget_rate <= 1:
        raise ValueError(f"forget_rate={forget_rate} must be a share in [0, 1].")
    n_kept = max(1, int((1.0 - forget_rate) * losses.shape[-1]))
    return losses.detach().argsort(dim=-1)[..., :n_kept]


def forget_rate_at(epoch: int, rate: float, n_gradual: int) -> float:
    """Return the share of rows to leave out in an epoch.

    Parameters
    ----------
    epoch : int
        Counted from 0.
    rate : float
        Share in the long run, in [0, 1].
    n_gradual : int
        Epochs over which it grows from 0 in a straight line; 0 has it at once.

    Returns
    -------
    forget_rate : float
        In [0, rate].

    References
    ----------
    .. [1] B. Han et al. "Co-teaching: Robust Training of Deep Neural Networks with
       Extremely Noisy Labels", NeurIPS 2018, algorithm 1.

    Examples
    --------
    >>> from skreg.regularizers import forget_rate_at
    >>> [forget_rate_at(epoch, rate=0.2, n_gradual=10) for epoch in (0, 5, 50)]
    [0.0, 0.1, 0.2]
    """
    return rate * min(epoch / n_gradual, 1.0) if n_gradual else rate
