"""From which class to which labels went wrong, estimated without any right label."""

from __future__ import annotations

import torch
from torch import Tensor

from ._table import SampleTable

# Epochs whose averages are gathered before the matrix is estimated.
_START = 10
# Rounds of expectation and maximisation at the start, and in each epoch from there.
_FIRST_ROUNDS, _LATER_ROUNDS = 10, 3
# Every class is judged as if it had more rows whose labels went wrong evenly, this
# share of what a class has on average: counted in weight, as good as copies.
_PRIOR = 0.05
# Share of the flips that have no counterpart in the other direction, up to which they
# are even, and from which on they go one way.
_EVEN_UNTIL, _ONE_WAY_FROM = 0.4, 0.8
_LEAST = 1e-6


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
    rows = beliefs if matrix is None else beliefs * matrix.T[label]
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
    >>> from skreg.regularizers._noise_transition import transition_matrix
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


def one_way_share(flips: Tensor) -> float:
    """Return the share of the flips that have no counterpart, in [0, 1].

    Of a difference of rates, what chance leaves where they are equal is taken off.

    Parameters
    ----------
    flips : Tensor of shape (n_classes, n_classes)
        How many rows of each class got each label.

    Examples
    --------
    >>> import torch
    >>> from skreg.regularizers._noise_transition import one_way_share
    >>> even = torch.tensor([[80.0, 17.0], [23.0, 80.0]])
    >>> one_way = torch.tensor([[100.0, 0.0], [36.0, 64.0]])
    >>> one_way_share(even), round(one_way_share(one_way), 2)
    (0.0, 0.83)
    """
    wrong = flips - torch.diag(flips.diagonal())
    n_rows = flips.sum(-1, keepdim=True).clamp_min(_LEAST)
    rates = wrong / n_rows
    equal = (wrong + wrong.T) / (n_rows + n_rows.T)
    chance = (equal * (1.0 / n_rows + 1.0 / n_rows.T)).sqrt()
    alone = ((rates - rates.T).abs() - chance).clamp_min(0.0)
    return float(alone.sum() / (rates + rates.T).sum().clamp_min(_LEAST))


class NoiseTransition:
    """The matrix of a fit, from what the averages said in all epochs.

    Parameters
    ----------
    n_rows : int
        Training rows.
    n_classes : int
        Number of classes.
    dtype : torch.dtype, default=None
        Type of the beliefs; None is torch's default.
    device : torch.device, default=None
        Device of the beliefs; None is torch's default.

    Attributes
    ----------
    beliefs : SampleTable
        Probabilities of the classes of each row, the mean over the epochs: epoch k
        counts k times. What was learnt early says more of a label than the last
        averages, where some wrong labels have been memorised.
    n_judged : int
        Epochs in this mean.
    matrix : SampleTable or None
        Probabilities of the labels of each class; None before there is an estimate.
    one_way : float
        How far labels went wrong in one direction: 0 for even noise, 1 if hardly a
        flip has a counterpart.
    """

    def __init__(
        self,
        n_rows: int,
        n_classes: int,
        *,
        dtype: torch.dtype | None = None,
        device: torch.device | None = None,
    ) -> None:
        self.beliefs = SampleTable.zeros(n_rows, n_classes, dtype=dtype, device=device)
        self.n_judged = 0
        self.matrix: SampleTable | None = None
        self.one_way = 0.0

    def to(self, device: torch.device) -> NoiseTransition:
        """Return this object, moved to a device."""
        self.beliefs = self.beliefs.to(device)
        self.matrix = None if self.matrix is None else self.matrix.to(device)
        return self

    def learn(self, beliefs: Tensor, label: Tensor, weight: Tensor) -> None:
        """Gather the beliefs of one more epoch, and estimate the matrix.

        Parameters
        ----------
        beliefs : Tensor of shape (n_samples, n_classes)
            Probabilities of the classes; NaN for rows never visited.
        label : Tensor of shape (n_samples,)
            Classes given; any where the weight is 0.
        weight : Tensor of shape (n_samples,)
            Weights of the rows; 0 for rows never visited.
        """
        self.n_judged += 1
        # The mean of k numbers weighted by 1 to k moves by this part to a new one.
        mean, part = self.beliefs.values, 2.0 / (self.n_judged + 1)
        moved = torch.where(mean.isnan(), beliefs, mean.lerp(beliefs, part))
        self.beliefs = SampleTable(moved)
        if self.n_judged < _START:
            return
        known = moved.where((weight > 0).unsqueeze(-1), 1.0).clamp_min(_LEAST)
        start, n_rounds = None, _FIRST_ROUNDS
        if self.matrix is not None:
            start, n_rounds = self.matrix.values, _LATER_ROUNDS
        weight = weight.to(moved.dtype)
        matrix = transition_matrix(known, label, weight, start, n_rounds=n_rounds)
        self.matrix = SampleTable(matrix)
        flips = expected_flips(known, label, weight, matrix)
        n_rows = weight.sum() / weight.square().sum()  # over the weight
        above = one_way_share(flips * n_rows) - _EVEN_UNTIL
        self.one_way = min(max(above / (_ONE_WAY_FROM - _EVEN_UNTIL), 0.0), 1.0)

    def posterior(
        self, probabilities: Tensor, label: Tensor, power: float = 1.0
    ) -> Tensor:
        """Return the probabilities of the classes, now that the label is known, too.

        Parameters
        ----------
        probabilities : Tensor of shape (..., n_rows, n_classes)
            Probabilities by the inputs, up to a factor for each row.
        label : Tensor of shape (n_rows,)
            Classes given.
        power : float, default=1.0
            How far the matrix is believed: at 0 it is left out.
        """
        assert self.matrix is not None
        given = self.matrix.values.T.index_select(0, label)
        if power != 1.0:
            given = given.pow(power)
        rows = probabilities * given
        return rows / rows.sum(-1, keepdim=True)
