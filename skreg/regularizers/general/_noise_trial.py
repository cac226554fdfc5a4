"""What noise in the inputs costs the predictions of a net that has seen none."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor

from .._fit_state import FitInfo, Step, evaluated
from .._precision import at_least_single


class _Divergence(NamedTuple):
    """A convex function and the (Bregman) divergence that belongs to it.

    The mean of the function minus the function of the mean is how much predictions
    differ from row to row; the divergence is how much noise changes them.
    """

    convex: Callable[[Tensor], Tensor]
    between: Callable[[Tensor, Tensor], Tensor]


def _probabilities(output: Tensor) -> Tensor:
    return output.softmax(-1)


def _numbers(predictions: Callable[[Tensor], Tensor]) -> Callable[[Tensor], Tensor]:
    return lambda output: predictions(output).flatten(-2)


def _negative_entropy(p: Tensor) -> Tensor:
    return -torch.special.entr(p).sum(-1)


def _relative_entropy(p: Tensor, q: Tensor) -> Tensor:
    tiny = torch.finfo(p.dtype).tiny
    return (p * (p.clamp_min(tiny) / q.clamp_min(tiny)).log()).sum(-1)


def _squared(value: Tensor) -> Tensor:
    return value.square().sum(-1)


def _squared_distance(a: Tensor, b: Tensor) -> Tensor:
    return _squared(a - b)


_OF_CLASSES = _Divergence(_negative_entropy, _relative_entropy)
_OF_NUMBERS = _Divergence(_squared, _squared_distance)
_SUMS = "weight", "mean", "value", "change"


class NoiseTrial:
    """Predict batches with and without noise, and keep the sums that tell its cost.

    Parameters
    ----------
    info : FitInfo
        The fit.

    Attributes
    ----------
    n_epochs : float
        Epochs seen, in earlier fits and this one.
    """

    def __init__(self, info: FitInfo) -> None:
        self.is_classification = info.is_classification
        self.weight = self.mean = self.value = self.change = torch.zeros(())
        self.n_earlier = 0.0
        self._open(info)

    def resume(self, info: FitInfo) -> None:
        """Go on in another fit, with its rows and on its device."""
        self.n_earlier = self.n_epochs
        self._open(info)

    def _open(self, info: FitInfo) -> None:
        weight, self.n_seen = info.weight, 0
        self.n_rows = info.n_samples if weight is None else int((weight > 0).sum())
        self.predict: Callable[[Tensor], Tensor] | None = _probabilities
        if not info.is_classification:
            self.predict = _numbers(info.predictions)
        self._move(info.device)

    def pause(self) -> None:
        """Keep nothing of a fit that has ended: neither its device nor its target."""
        self.predict = None
        self._move(torch.device("cpu"))

    def _move(self, device: torch.device) -> None:
        for name in _SUMS:
            setattr(self, name, getattr(self, name).to(device))

    @property
    def n_epochs(self) -> float:
        """Epochs of the rows that train."""
        return self.n_earlier + self.n_seen / self.n_rows

    @property
    def divergence(self) -> _Divergence:
        """How far predictions are apart."""
        return _OF_CLASSES if self.is_classification else _OF_NUMBERS

    def note(self, step: Step) -> None:
        """Count the rows of a batch."""
        self.n_seen += step.inputs.shape[-2]

    def compare(self, step: Step, noisy_inputs: Tensor) -> None:
        """Add the predictions for a batch with and without noise.

        Parameters
        ----------
        step : Step
            The batch. One row alone says nothing: there is no other to swap with.
        noisy_inputs : Tensor of shape (..., batch, width)
            Its inputs with noise.
        """
        if step.inputs.shape[-2] < 2:
            return
        with evaluated(step.module), torch.no_grad():
            plain = self._predicted(step, step.inputs)
            noisy = self._predicted(step, noisy_inputs)
        weight = step.weight
        if weight is None:
            weight = plain.new_ones(plain.shape[-2])
        weight = weight.to(plain.dtype)
        self.weight = self.weight + weight.sum()
        self.mean = self.mean + (weight.unsqueeze(-1) * plain).sum(-2)
        self.value = self.value + (weight * self.divergence.convex(plain)).sum(-1)
        change = self.divergence.between(plain, noisy)
        self.change = self.change + (weight * change).sum(-1)

    def _predicted(self, step: Step, inputs: Tensor) -> Tensor:
        assert self.predict is not None
        return self.predict(at_least_single(step.module(inputs)))

    @property
    def has_evidence(self) -> bool:
        """Whether a batch with weight was compared."""
        return self.weight.item() > 0

    def lost(self) -> float:
        """Return the share that noise costs.

        Returns
        -------
        lost : float
            Above 1 if noise changes more than there is, infinite if predictions are
            the same for all rows. In an ensemble, the mean cost over the mean of
            what there is.
        """
        mean, value, change = (
            total / self.weight for total in (self.mean, self.value, self.change)
        )
        told = (value - self.divergence.convex(mean)).mean().item()
        rounding = 1e-6 * value.abs().mean().item()
        return change.mean().item() / told if told > rounding else math.inf
