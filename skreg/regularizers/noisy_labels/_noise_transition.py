"""From which class to which labels went wrong, estimated without any right label."""

from __future__ import annotations

import torch
from torch import Tensor

from .._sample_table import SampleTable
from ._elr_terms import normalized

# Epochs whose averages are gathered before the matrix is estimated.
_START = 10
# Rounds of expectation and maximisation at the start, and in each epoch from there.
_FIRST_ROUNDS, _LATER_ROUNDS = 10, 3
# Every class is judged as if it had more rows whose labels went wrong evenly, this
# share of what a class has on average: counted in weight, as good as copies.
_PRIOR = 0.05
_LEAST = 1e-6
# Rates far below this are not told apart: with many classes they are of single rows.
_FEW = 0.02


def expected_flips(
    beliefs: Tensor, label: Tensor, weight: Tensor, matrix: Tensor | None = None
) -> Tensor:
    """Return how many rows of each class got each label, by all that is known.

    Parameters
    ----------
    beliefs : Tensor of shape (n_samples, n_classes)
        Probabilities of the classes of each row, by its inputs; above 0.
    label : Tensor of shape (n_samples,)
        Classes given.
    weight : Tensor of shape (n_samples,)
        Weights of the rows.
    matrix : Tensor of shape (n_classes, n_classes) or None, default=None
        Probabilities of the labels of each class; None leaves the label out.

    Returns
    -------
    flips : Tensor of shape (n_classes, n_classes)
        Sums of weights: entry (i, k) for class i and label k.
    """
    rows = beliefs if matrix is None else _weighed(beliefs, label, matrix)
    rows = rows * (weight / rows.sum(-1)).unsqueeze(-1)
    n_classes = beliefs.shape[-1]
    return beliefs.new_zeros(n_classes, n_classes).index_add_(0, label, rows).T


def transition_matrix(
    beliefs: Tensor,
    label: Tensor,
    weight: Tensor,
    start: Tensor | None = None,
    *,
    n_rounds: int = _FIRST_ROUNDS,
) -> Tensor:
    """Estimate with what probability a row of a class got which label.

    Parameters
    ----------
    beliefs : Tensor of shape (n_samples, n_classes)
        Probabilities of the classes of each row, by its inputs.
    label : Tensor of shape (n_samples,)
        Classes given.
    weight : Tensor of shape (n_samples,)
        Weights of the rows, of which only ratios count; some must be above 0.
    start : Tensor of shape (n_classes, n_classes) or None, default=None
        An earlier estimate. None begins with what the beliefs alone say.
    n_rounds : int, default=10
        Rounds of expectation and maximisation: what label and matrix say of the rows
        gives the matrix of the next round.

    Returns
    -------
    matrix : Tensor of shape (n_classes, n_classes)
        Row i has the probabilities of the labels of class i.

    Examples
    --------
    >>> import torch
    >>> from skreg.regularizers.noisy_labels._noise_transition import transition_matrix
    >>> right = torch.tensor([0] * 500 + [1] * 500)
    >>> label = right.clone()
    >>> label[500:700] = 0  # of the class 1, two in five
    >>> beliefs = 0.1 + 0.8 * torch.eye(2)[right]
    >>> transition_matrix(beliefs, label, torch.ones(1000), n_rounds=50)
    tensor([[0.9914, 0.0086],
            [0.3547, 0.6453]])
    """
    n_classes = beliefs.shape[-1]
    beliefs = beliefs.clamp_min(_LEAST)
    right = torch.eye(n_classes, dtype=beliefs.dtype, device=beliefs.device)
    total = weight.sum()
    prior = _PRIOR * total / n_classes
    matrix = start
    for _ in range(n_rounds):
        flips = expected_flips(beliefs, label, weight, matrix)
        wrong = (1.0 - flips.diagonal().sum() / total).clamp_min(_LEAST)
        even = torch.lerp(right, (1.0 - right) / (n_classes - 1), wrong)
        matrix = (flips + prior * even) / (flips.sum(-1, keepdim=True) + prior)
    assert matrix is not None
    return matrix


def likely_origins(matrix: Tensor, mistaken: Tensor) -> Tensor:
    """Return how likely other classes are behind a label, relative to their mean.

    How often a label is wrong at all cannot be told from labels: a class that loses
    some to another looks like one that is hard. Which classes a wrong label comes
    from can, if there are several; with two classes all entries are 1.

    Parameters
    ----------
    matrix : Tensor of shape (n_classes, n_classes)
        Probabilities of the labels of each class.
    mistaken : Tensor of shape (n_classes, n_classes)
        How many rows of each class have each label, by the inputs alone.

    Returns
    -------
    origins : Tensor of shape (n_classes, n_classes)
        Entry (i, k) is for class i behind label k; 1 on the diagonal. Weighted by
        `mistaken`, the mean of the others of a label is 1.

    Examples
    --------
    >>> import torch
    >>> from skreg.regularizers.noisy_labels._noise_transition import likely_origins
    >>> matrix = torch.tensor([[0.8, 0.1, 0.1], [0.3, 0.6, 0.1], [0.1, 0.1, 0.8]])
    >>> likely_origins(matrix, torch.ones(3, 3))
    tensor([[1.0000, 1.0000, 1.0000],
            [1.4545, 1.0000, 1.0000],
            [0.5455, 1.0000, 1.0000]])
    """
    others = 1.0 - torch.eye(len(matrix), dtype=matrix.dtype, device=matrix.device)
    matrix, mistaken = matrix + _FEW, mistaken.clamp_min(_LEAST) * others
    mean = (mistaken * matrix).sum(0) / mistaken.sum(0)
    return torch.where(others > 0, matrix / mean, 1.0)


class NoiseTransition:
    """The matrix of a fit, from what the averages said in all epochs.

    Attributes
    ----------
    beliefs : SampleTable
        Probabilities of the classes of each row, the mean over the epochs: epoch k
        counts k times. What was learnt early says more of a label than the last
        averages, where some wrong labels have been memorised. Empty at first.
    n_judged : int
        Epochs in this mean.
    matrix : SampleTable or None
        Probabilities of the labels of each class; None before there is an estimate.
    """

    def __init__(self) -> None:
        self.beliefs = SampleTable(torch.empty(0, 0))
        self.n_judged = 0
        self.matrix: SampleTable | None = None

    def to(self, device: torch.device) -> NoiseTransition:
        """Return this object, moved to a device."""
        self.beliefs = self.beliefs.to(device)
        self.matrix = None if self.matrix is None else self.matrix.to(device)
        return self

    @property
    def is_ready(self) -> bool:
        """Whether enough epochs were gathered for an estimate."""
        return self.n_judged >= _START

    def gather(self, beliefs: Tensor) -> None:
        """Gather the beliefs of one more epoch.

        Parameters
        ----------
        beliefs : Tensor of shape (n_samples, n_classes)
            Probabilities of the classes; NaN for rows never visited.
        """
        mean = self.beliefs.values if self.n_judged else beliefs
        self.n_judged += 1
        # The mean of k numbers weighted by 1 to k moves by this part to a new one.
        part = 2.0 / (self.n_judged + 1)
        moved = torch.where(mean.isnan(), beliefs, mean.lerp(beliefs, part))
        self.beliefs = SampleTable(moved)

    def estimate(self, beliefs: Tensor, label: Tensor, weight: Tensor) -> None:
        """Estimate the matrix, from the one of the epoch before.

        Parameters
        ----------
        beliefs : Tensor of shape (n_samples, n_classes)
            Probabilities of the classes, up to a factor for each row; those gathered,
            or what was made of them.
        label : Tensor of shape (n_samples,)
            Classes given; any where the weight is 0.
        weight : Tensor of shape (n_samples,)
            Weights of the rows; 0 for rows never visited.
        """
        known = _of_seen_rows(beliefs, weight)
        start, n_rounds = None, _FIRST_ROUNDS
        if self.matrix is not None:
            start, n_rounds = self.matrix.values, _LATER_ROUNDS
        weight = weight.to(known.dtype)
        matrix = transition_matrix(known, label, weight, start, n_rounds=n_rounds)
        self.matrix = SampleTable(matrix)

    def posterior(self, probabilities: Tensor, label: Tensor) -> Tensor:
        """Return the probabilities of the classes, now that the label is known, too.

        Parameters
        ----------
        probabilities : Tensor of shape (..., n_rows, n_classes)
            Probabilities by the inputs, up to a factor for each row.
        label : Tensor of shape (n_rows,)
            Classes given.
        """
        assert self.matrix is not None
        return normalized(_weighed(probabilities, label, self.matrix.values))

    def judged(self, beliefs: Tensor, label: Tensor, weight: Tensor) -> Tensor:
        """Return beliefs in which likely origins of wrong labels count for more.

        Parameters
        ----------
        beliefs : Tensor of shape (n_samples, n_classes)
            Probabilities of the classes; NaN for rows never visited.
        label, weight
            As for :meth:`estimate`.
        """
        if self.matrix is None:
            return normalized(beliefs)
        known = _of_seen_rows(beliefs, weight).clamp_min(_LEAST)
        mistaken = expected_flips(known, label, weight.to(known.dtype))
        origins = likely_origins(self.matrix.values, mistaken)
        return normalized(_weighed(beliefs, label, origins))


def _weighed(rows: Tensor, label: Tensor, matrix: Tensor) -> Tensor:
    """Multiply the classes of rows by the matrix's entries for their labels."""
    return rows * matrix.T.index_select(0, label)


def _of_seen_rows(beliefs: Tensor, weight: Tensor) -> Tensor:
    """Replace rows that do not count, which may be NaN."""
    return beliefs.where((weight > 0).unsqueeze(-1), 1.0)
