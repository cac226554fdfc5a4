"""Random numbers that belong to one fit."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch
from sklearn.utils import check_random_state
from torch import nn

from ..modules import Dropout

_LARGEST_SEED = 2**31 - 1
# Modules draw their initial weights from torch's global generator, which all threads
# share: one at a time. Reentrant, since a callback may fit a net of its own.
_GLOBAL_GENERATOR = threading.RLock()


class FitRandom:
    """The generators of one fit.

    They are reseeded from the fit's seed at every epoch, so that continuing a fit
    (``partial_fit``, ``warm_start``, a pickle) draws what one longer fit would.

    Parameters
    ----------
    seed : int
        Seed of the fit.
    device : torch.device
        Where the random numbers are needed.

    Attributes
    ----------
    torch : torch.Generator
        For batches, dropout and mixing.
    numpy : numpy.random.Generator
        For single numbers on the host.
    """

    def __init__(self, seed: int, device: torch.device) -> None:
        self.seed = seed
        self.torch = torch.Generator(device=device)
        self.numpy = np.random.Generator(np.random.PCG64(seed))
        self.start_epoch(0)

    def start_epoch(self, epoch: int) -> None:
        """Seed both generators for an epoch, counted from 0."""
        torch_seed, numpy_seed = epoch_seeds(self.seed, epoch)
        self.torch.manual_seed(torch_seed)
        self.numpy.bit_generator.state = np.random.PCG64(numpy_seed).state


def epoch_seeds(seed: int, epoch: int) -> tuple[int, int]:
    """Return independent seeds for torch and numpy in an epoch of a fit."""
    words = np.random.SeedSequence([seed, epoch]).generate_state(2, np.uint32)
    return int(words[0]), int(words[1])


def draw_seed(random_state: int | np.random.RandomState | None) -> int:
    """Return the seed of a fit.

    None takes fresh entropy instead of numpy's global generator, which a fit
    neither reads nor changes.
    """
    if random_state is None:
        return int(np.random.default_rng().integers(_LARGEST_SEED))
    return int(check_random_state(random_state).randint(_LARGEST_SEED))


@contextmanager
def seeded_globally(seed: int) -> Iterator[None]:
    """Seed torch's global generator for a while, alone, then restore it.

    Modules of users may draw from it in ways that :func:`own_generator` cannot
    redirect. All threads share it, so fits of such modules take turns.
    """
    with _GLOBAL_GENERATOR:
        state = torch.random.get_rng_state()
        try:
            # Not torch.manual_seed: that would also reseed every accelerator.
            torch.default_generator.manual_seed(seed)
            yield
        finally:
            torch.random.set_rng_state(state)


def initialize(build: Callable[[], nn.Module], seed: int) -> nn.Module:
    """Build a module whose initial weights depend on the seed alone."""
    with seeded_globally(seed):
        return build()


def own_generator(module: nn.Module, generator: torch.Generator) -> nn.Module:
    """Let every dropout of a module draw from the fit's generator.

    Plain ``torch.nn.Dropout`` layers are replaced by their twin that can.
    """
    for name, child in module.named_children():
        if type(child) is nn.Dropout:
            twin: Any = Dropout(child.p, child.inplace)
            setattr(module, name, twin.train(child.training))
    for child in module.modules():
        if isinstance(child, Dropout):
            child.generator = generator
    for child in module.children():
        own_generator(child, generator)
    return module
