"""The loss on other rows, with columns hidden that are always the same."""

from __future__ import annotations

from typing import Any

import torch
from numpy.typing import NDArray

from .._training._random import FitRandom
from .._training._settings import own_settings
from .._training._threads import torch_threads
from ..modules import JEPA
from ..regularizers import FitInfo, Step
from ._latents import latent_loss
from ._objective import MaskedPrediction

# Seed of the columns that are hidden, and rows that are treated at once.
_SEED, _ROWS = 0, 1024


@own_settings()
def masked_loss(
    objective: MaskedPrediction, module: JEPA, inputs: NDArray[Any], loss: str
) -> float:
    """Return the mean loss of predicting hidden columns.

    Parameters
    ----------
    objective : MaskedPrediction
        Not set up yet.
    module : JEPA
        Trained.
    inputs : ndarray of shape (n_rows, width)
        Encoded rows.
    loss : str
        Name of the loss.
    """
    device = module.predictor.query.device
    random = FitRandom(_SEED, device)
    info = _info(module, len(inputs), random)
    objective.setup(info)
    total = 0.0
    with torch.inference_mode(), torch_threads(None, 0.0):
        for start in range(0, len(inputs), _ROWS):
            rows = torch.from_numpy(inputs[start : start + _ROWS]).to(device)
            step = _step(module, rows, random.torch)
            objective.hide(step)
            step.output = module(step.inputs)
            objective.refine(step)
            total += float(latent_loss(step.output, step.target, loss=loss).sum())
    objective.finish(module)
    return total / len(inputs)


def _info(module: JEPA, n_samples: int, random: FitRandom) -> FitInfo:
    query = module.predictor.query
    return FitInfo(
        n_samples=n_samples,
        n_outputs=module.width,
        n_classes=None,
        max_epochs=0,
        has_features=False,
        module=module,
        device=query.device,
        dtype=query.dtype,
        random=random.numpy,
    )


def _step(module: JEPA, rows: torch.Tensor, generator: torch.Generator) -> Step:
    return Step(
        module=module,
        inputs=rows,
        target=rows,
        index=torch.arange(len(rows), device=rows.device),
        weight=None,
        progress=0.0,
        generator=generator,
        n_outputs=module.width,
    )
