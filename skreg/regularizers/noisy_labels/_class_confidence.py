"""How sure a net is of each class, taken out of its predictions.

A class that lost labels to another one, or is rare and hard, is predicted with less
confidence than its rows deserve. Who compares probabilities of different classes then
takes what is left of it for noise.
"""

from __future__ import annotations

import torch
from torch import Tensor

from .._sample_table import SampleTable

# A class is judged as if it had more rows of the mean confidence, this share of what a
# class has on average: counted in weight, so that a weight is as good as copies.
_PRIOR = 0.05


class ClassConfidence:
    """The mean probability of the given label among the rows of each class.

    Predictions divided by a power of it are what the memory of ELR averages. The
    averages give the confidence of the next epoch, after the division is undone.

    Parameters
    ----------
    n_classes : int
        Number of classes.
    power : float
        Exponent, in [0, 1]; 0 divides by 1. May be changed at any time.
    dtype : torch.dtype, default=None
        Type of the averages; None is torch's default.
    device : torch.device, default=None
        Device of the averages; None is torch's default.

    References
    ----------
    .. [1] C. Northcutt, L. Jiang, I. Chuang. "Confident Learning: Estimating
       Uncertainty in Dataset Labels", Journal of Artificial Intelligence Research 70,
       2021, eq. 2: the same means are their thresholds.

    Examples
    --------
    >>> import torch
    >>> from skreg.regularizers.noisy_labels._class_confidence import ClassConfidence
    >>> averages = torch.tensor([[0.9, 0.1]] * 800 + [[0.6, 0.4]] * 200)
    >>> label = torch.tensor([0] * 800 + [1] * 200)
    >>> confidence = ClassConfidence(2, power=1.0)
    >>> confidence.learn(averages, label, torch.ones(1000))
    >>> p = confidence.adjusted(torch.tensor([0.6, 0.4]))
    >>> p / p.sum()
    tensor([[0.4264, 0.5736]])
    """

    def __init__(
        self,
        n_classes: int,
        power: float,
        *,
        dtype: torch.dtype | None = None,
        device: torch.device | None = None,
    ) -> None:
        self.power = power
        self.divisor = SampleTable(torch.ones(1, n_classes, dtype=dtype, device=device))

    def to(self, device: torch.device) -> ClassConfidence:
        """Return this object, moved to a device."""
        self.divisor = self.divisor.to(device)
        return self

    def adjusted(self, probabilities: Tensor) -> Tensor:
        """Return probabilities in proportion to how sure the net is of their class.

        Rows do not sum to 1.
        """
        return probabilities / self.divisor.values

    def restored(self, averages: Tensor) -> Tensor:
        """Return what averages of adjusted probabilities were before; not normalised.

        Exact if the confidence has not changed since.
        """
        return averages * self.divisor.values

    def learn(self, averages: Tensor, label: Tensor, weight: Tensor) -> None:
        """Take the confidence from averages of adjusted probabilities.

        Parameters
        ----------
        averages : Tensor of shape (..., n_samples, n_classes)
            A first axis is for the members of an ensemble, which share one confidence.
        label : Tensor of shape (n_samples,)
            Classes given; any number where the weight is 0.
        weight : Tensor of shape (n_samples,)
            Weights of the rows, of which only ratios count.
        """
        share = given_share(self.restored(averages), label)
        share = share.where(weight > 0, 0.0)  # NaN for rows never visited
        weight = weight.to(share.dtype)
        zeros = share.new_zeros(averages.shape[-1])
        total = zeros.index_add(0, label, weight)
        mass = zeros.index_add(0, label, weight * share)
        mean, prior = mass.sum() / total.sum(), _PRIOR * total.mean()
        confidence = (mass + prior * mean) / (total + prior)
        self.divisor = SampleTable((confidence / mean).pow(self.power).unsqueeze(0))


def given_share(averages: Tensor, label: Tensor) -> Tensor:
    """Return the share of the averages on given labels, of shape (n_samples,).

    Parameters
    ----------
    averages : Tensor of shape (..., n_samples, n_classes)
        Not negative; the members of an ensemble along the first axis say their mean.
    label : Tensor of shape (n_samples,)
        Classes given.
    """
    index = label.unsqueeze(-1).expand(*averages.shape[:-1], 1)
    share = averages.gather(-1, index) / averages.sum(-1, keepdim=True)
    return share.squeeze(-1) if share.ndim == 2 else share.squeeze(-1).mean(0)
