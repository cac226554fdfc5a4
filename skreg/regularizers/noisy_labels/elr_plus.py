"""ELR+: the loss of a student whose targets another net's average refines."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

from .._precision import at_least_single
from .._sample_table import SampleTable
from .._schedules import sigmoid_ramp
from ._elr_terms import clipped_probabilities, elr_term


def elr_plus_targets(
    teacher_logits: Tensor,
    table: Tensor,
    index: Tensor,
    *,
    beta: float,
    share: float = 1.0,
    partner: Tensor | None = None,
) -> Tensor:
    r"""Update the memory with the other net's predictions and read it, mixed.

    Parameters
    ----------
    teacher_logits : Tensor of shape (batch, n_classes)
        Output of the other net's averaged weights for the unmixed rows.
    table : Tensor of shape (n_samples, n_classes)
        Averaged predictions of all training rows, updated in place.
    index : Tensor of shape (batch,)
        Row of the table that belongs to each row of the batch; distinct.
    beta : float
        Momentum of the average, in [0, 1).
    share : float, default=1.0
        Share :math:`\ell` of a row itself in its mixture, in [0, 1].
    partner : Tensor of shape (batch,), default=None
        Position in the batch of every row's partner; needed if share is below 1.

    Returns
    -------
    q : Tensor of shape (batch, n_classes)
        :math:`\ell\, t_i + (1 - \ell)\, t_{\text{partner}(i)}`.

    References
    ----------
    .. [1] S. Liu, J. Niles-Weed, N. Razavian, C. Fernandez-Granda. "Early-Learning
       Regularization Prevents Memorization of Noisy Labels", NeurIPS 2020, sec. 5.

    Examples
    --------
    >>> import torch
    >>> from skreg.regularizers import elr_plus_targets
    >>> table = torch.zeros(4, 2)
    >>> index, partner = torch.tensor([3, 1]), torch.tensor([1, 0])
    >>> logits = torch.tensor([[9.0, -9.0], [-9.0, 9.0]])
    >>> elr_plus_targets(logits, table, index, beta=0.5, share=0.8, partner=partner)
    tensor([[0.4000, 0.1000],
            [0.1000, 0.4000]])
    """
    seen = at_least_single(teacher_logits.detach()).softmax(-1)
    rows = SampleTable(table).average(index, seen, beta)
    if partner is None:
        return rows
    return share * rows + (1.0 - share) * rows.index_select(-2, partner)


def elr_plus_loss(
    logits: Tensor,
    y_mixed: Tensor,
    q: Tensor,
    *,
    strength: float,
    progress: float = 1.0,
    relabel: bool = False,
    eps: float = 1e-4,
) -> Tensor:
    r"""Cross-entropy of mixed labels plus the early-learning term of mixed targets.

    .. math:: \frac1B \sum_i \mathrm{CE}(z_i, \tilde y_i) + \frac{\lambda\,
              r(s)}{B} \sum_i \log(1 - \langle q_i, p_i \rangle),
              \quad r(s) = e^{-5 (1 - s)^2}

    Parameters
    ----------
    logits : Tensor of shape (batch, n_classes)
        Output of the student for mixed rows.
    y_mixed : Tensor of shape (batch, n_classes)
        Class probabilities: one-hot labels, mixed as the rows are.
    q : Tensor of shape (batch, n_classes)
        From :func:`elr_plus_targets`.
    strength : float
        Factor :math:`\lambda`, at least 0.
    progress : float, default=1.0
        Progress s of the ramp in [0, 1]; 1 is the full strength.
    relabel : bool, default=False
        Whether labels are multiplied by ``q`` and renormalised first, as the
        published code does for 100 classes.
    eps : float, default=1e-4
        Probabilities are clipped to ``[eps, 1 - eps]``.

    Returns
    -------
    loss : Tensor of shape ()
        Mean over the batch.

    References
    ----------
    .. [1] S. Liu, J. Niles-Weed, N. Razavian, C. Fernandez-Granda. "Early-Learning
       Regularization Prevents Memorization of Noisy Labels", NeurIPS 2020, sec. 5.

    Examples
    --------
    >>> import torch
    >>> from skreg.regularizers import elr_plus_loss
    >>> elr_plus_loss(torch.zeros(2, 2), torch.eye(2), torch.eye(2), strength=1.0)
    tensor(0.)
    """
    logits = at_least_single(logits)
    if relabel:
        y_mixed = y_mixed * q
        mass = y_mixed.sum(-1, keepdim=True)
        y_mixed = y_mixed / mass.clamp_min(torch.finfo(mass.dtype).tiny)
    loss = functional.cross_entropy(logits, y_mixed.to(logits.dtype))
    term = elr_term(clipped_probabilities(logits, eps), q)
    return loss + sigmoid_ramp(min(max(progress, 0.0), 1.0)) * strength * term
