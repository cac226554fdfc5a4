"""Second views of a batch of table rows, for methods that compare views."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from ...modules._layers import output_and_features
from .._fit_state import Step
from ..general.swap_noise import swap_noise

# Standard deviation of the noise, and the chance of an entry to be replaced.
_NOISE = 0.1
_SWAP = 0.15


def second_view(step: Step, kind: str) -> tuple[Tensor, Tensor]:
    """Return outputs and features of the batch, seen differently.

    Parameters
    ----------
    step : Step
        After its forward pass.
    kind : {'gaussian', 'swap', 'dropout'}
        Noise on the inputs, inputs from other rows, or the net's own dropout alone.

    Returns
    -------
    output, features : Tensor
        Of the shapes of ``step.output`` and ``step.features``.
    """
    return output_and_features(step.module, VIEWS[kind](step))


def _gaussian(step: Step) -> Tensor:
    noise = torch.empty_like(step.inputs).normal_(generator=step.generator)
    return torch.add(step.inputs, noise, alpha=_NOISE)


def _swap(step: Step) -> Tensor:
    return swap_noise(step.inputs, _SWAP, weight=step.weight, generator=step.generator)


def _same(step: Step) -> Tensor:
    return step.inputs


VIEWS: dict[str, Callable[[Step], Tensor]] = {
    "gaussian": _gaussian,
    "swap": _swap,
    "dropout": _same,
}
