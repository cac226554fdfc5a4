"""ELR as a function of tensors."""

from __future__ import annotations

from torch import Tensor
from torch.nn import functional

from .._precision import at_least_single
from .._sample_table import SampleTable
from ._elr_terms import clipped_probabilities, elr_term, normalized


def elr_loss(
    logits: Tensor,
    y: Tensor,
    table: Tensor,
    index: Tensor,
    *,
    strength: float,
    beta: float,
    eps: float = 1e-4,
) -> Tensor:
    r"""Cross-entropy plus the early-learning term, updating the table in place.

    With :math:`p` the softmax of the logits clipped to ``[eps, 1 - eps]`` and
    :math:`t` the rows of the table after they moved towards the (renormalised,
    detached) :math:`p`,

    .. math:: \frac1B \sum_i \mathrm{CE}(z_i, y_i)
              + \frac{\lambda}{B} \sum_i \log(1 - \langle t_i, p_i \rangle).

    The second term is never positive, so the loss is negative in normal operation.

    Parameters
    ----------
    logits : Tensor of shape (batch, n_classes)
        Output of the net.
    y : Tensor of shape (batch,) or (batch, n_classes)
        Class indices, or class probabilities.
    table : Tensor of shape (n_samples, n_classes)
        Averaged predictions of all training rows; zeros before the first epoch.
    index : Tensor of shape (batch,)
        Row of the table that belongs to each row of the batch; distinct.
    strength : float
        Factor :math:`\lambda` of the second term; 0 leaves plain cross-entropy.
    beta : float
        Momentum of the average, in [0, 1).
    eps : float, default=1e-4
        Probabilities are clipped to ``[eps, 1 - eps]``, in (0, 1 / n_classes).

    Returns
    -------
    loss : Tensor of shape ()
        Mean over the batch.

    Raises
    ------
    ValueError
        If strength, beta or eps is out of range.

    References
    ----------
    .. [1] S. Liu, J. Niles-Weed, N. Razavian, C. Fernandez-Granda. "Early-Learning
       Regularization Prevents Memorization of Noisy Labels", NeurIPS 2020, eq. 6.

    Examples
    --------
    >>> import torch
    >>> from skreg.regularizers import elr_loss
    >>> table = torch.zeros(100, 3)
    >>> logits, y = torch.eye(3), torch.tensor([0, 1, 1])
    >>> elr_loss(logits, y, table, torch.tensor([4, 7, 9]), strength=3.0, beta=0.7)
    tensor(0.4790)
    """
    if not strength >= 0:
        raise ValueError(f"strength must be at least 0, got {strength}.")
    if not 0 <= beta < 1:
        raise ValueError(f"beta must be in [0, 1), got {beta}.")
    if not 0 < eps < 1 / logits.shape[-1]:
        raise ValueError(
            f"eps must be in (0, 1 / n_classes) = (0, {1 / logits.shape[-1]:.3g}), "
            f"got {eps}."
        )
    probabilities = clipped_probabilities(logits, eps)
    target = SampleTable(table).average(index, normalized(probabilities), beta)
    loss = functional.cross_entropy(at_least_single(logits), y)
    if strength == 0:
        return loss
    return loss + elr_term(probabilities, target, strength=strength)
