"""What noise in the inputs costs the predictions of a net that has seen none."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor

from ._precision import at_least_single
from ._step import FitInfo, Step, evaluated


class _Told(NamedTuple):
    """What predictions tell, by a convex function and the divergence that goes with it.

    The mean of the function minus the function of the mean is how much predictions
    differ from row to row; the divergence is how much noise changes them.
    """

    predict: Callable[[Tensor], Tensor]
    function: Callable[[Tensor], Tensor]
    divergence: Callable[[Tensor, Tensor], Tensor]


def _probabilities(output: Tensor) -> Tensor:
    return output.softmax(-1)


def _negative_entropy(p: Tensor) -> Tensor:
    return -torch.special.entr(p).sum(-1)


def _relative_entropy(p: Tensor, q: Tensor) -> Tensor:
    tiny = torch.finfo(p.dtype).tiny
    return (p * (p.clamp_min(tiny) / q.clamp_min(tiny)).log()).sum(-1)


def _as_it_is(output: Tensor) -> Tensor:
    return output


def _squared(value: Tensor) -> Tensor:
    return value.square().sum(-1)


def _squared_distance(a: Tensor, b: Tensor) -> Tensor:
    return _squared(a - b)


_OF_CLASSES = _Told(_probabilities, _negative_entropy, _relative_entropy)
_OF_NUMBERS = _Told(_as_it_is, _squared, _squared_distance)


class NoiseTrial:
    """Predict batches with and without noise, and keep the means that tell its cost.

    Parameters
    ----------
    info : FitInfo
        The fit.
    """

    def __init__(self, info: FitInfo) -> None:
        self.told = _OF_CLASSES if info.is_classification else _OF_NUMBERS
        self.n_samples, self.n_seen, self.n_batch = info.n_samples, 0, 0
        zero = torch.zeros((), device=info.device)
        self.weight, self.mean, self.value, self.change = zero, zero, zero, zero

    def resume(self, info: FitInfo) -> None:
        """Go on in another fit."""
        self.n_samples = info.n_samples
        for name in ("weight", "mean", "value", "change"):
            setattr(self, name, getattr(self, name).to(info.device))

    def note(self, step: Step) -> None:
        """Count the rows of a batch."""
        self.n_batch = step.inputs.shape[-2]
        self.n_seen += self.n_batch

    def has_passed(self, epochs: int) -> bool:
        """Return whether no other batch of this size fits into so many epochs."""
        return self.n_seen + self.n_batch > epochs * self.n_samples

    def compare(self, step: Step, noisy_inputs: Tensor) -> None:
        """Add the predictions of a batch with and without noise."""
        with evaluated(step.module), torch.no_grad():
            plain = self._predict(step, step.inputs)
            noisy = self._predict(step, noisy_inputs)
        weight = step.weight
        if weight is None:
            weight = plain.new_ones(plain.shape[-2])
        weight = weight.to(plain.dtype)
        self.weight = self.weight + weight.sum()
        self.mean = self.mean + (weight.unsqueeze(-1) * plain).sum(-2)
        self.value = self.value + (weight * self.told.function(plain)).sum(-1)
        change = self.told.divergence(plain, noisy)
        self.change = self.change + (weight * change).sum(-1)

    def _predict(self, step: Step, inputs: Tensor) -> Tensor:
        return self.told.predict(at_least_single(step.module(inputs)))

    def lost(self) -> float:
        """Return the share that noise costs, infinite if there is nothing to lose.

        In an ensemble it is the mean cost over the mean of what there is.
        """
        mean, value, change = (
            total / self.weight for total in (self.mean, self.value, self.change)
        )
        told = (value - self.told.function(mean)).mean().item()
        rounding = 1e-6 * value.abs().mean().item()
        return change.mean().item() / told if told > rounding else math.inf
