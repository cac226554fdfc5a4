"""How to train: everything that a training needs besides the model and its rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch

from ._learning_rate import LearningRate


@dataclass(frozen=True, kw_only=True)
class Stopping:
    """When validation rows end a training.

    Attributes
    ----------
    patience : int or inf
        Epochs without improvement before training stops.
    tol : float
        Smallest improvement of the validation loss that counts.
    """

    patience: float
    tol: float


@dataclass(frozen=True, kw_only=True)
class Plan:
    """The plan of one training. Nothing in it depends on data, and nothing changes it.

    Attributes
    ----------
    epochs : int
        Passes over the training rows in this call.
    planned_epochs : int
        Length of the schedules of rate and penalties, over all calls.
    batch_size : int
        Rows of a step.
    optimizer : callable
        Takes parameters, ``lr`` and ``weight_decay``.
    lr : float
        Learning rate, at its highest.
    lr_schedule : str or callable
        Factor of the rate as a function of the progress.
    weight_decay : float
        Passed to the optimizer.
    stopping : Stopping or None
        When validation rows end the training; None never.
    device : torch.device
        Where to train.
    dtype : torch.dtype
        Precision of the net.
    n_threads : int or None
        Threads of torch; None chooses by the work of a batch.
    seed : int
        Of all random numbers.
    verbose : int
        Whether to print a line after every epoch.
    """

    epochs: int
    planned_epochs: int
    batch_size: int
    optimizer: Callable[..., torch.optim.Optimizer]
    lr: float
    lr_schedule: str | LearningRate
    weight_decay: float
    stopping: Stopping | None
    device: torch.device
    dtype: torch.dtype
    n_threads: int | None
    seed: int
    verbose: int = 0
