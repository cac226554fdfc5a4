"""A training step made by hand, for looking at one hook at a time."""

from collections.abc import Callable

import numpy as np
import pytest
import torch

from skreg.regularizers import FitInfo, Step


@pytest.fixture
def make_info() -> Callable[..., FitInfo]:
    def make(module: torch.nn.Module | None = None, **changes: object) -> FitInfo:
        options = {
            "n_samples": 10,
            "n_outputs": 3,
            "n_classes": 3,
            "max_epochs": 5,
            "has_features": True,
            "module": module or torch.nn.Linear(4, 3),
            "device": torch.device("cpu"),
            "dtype": torch.float32,
            "random": np.random.default_rng(0),
        }
        return FitInfo(**{**options, **changes})

    return make


@pytest.fixture
def make_step() -> Callable[..., Step]:
    def make(module: torch.nn.Module | None = None, **changes: object) -> Step:
        module = module or torch.nn.Linear(4, 3)
        generator = torch.Generator().manual_seed(0)
        inputs = torch.randn(6, 4, generator=generator)
        options = {
            "module": module,
            "inputs": inputs,
            "target": torch.tensor([0, 1, 2, 0, 1, 2]),
            "index": torch.tensor([9, 0, 4, 2, 7, 5]),
            "weight": None,
            "progress": 0.0,
            "generator": generator,
            "n_outputs": 3,
            "output": module(inputs),
        }
        return Step(**{**options, **changes})

    return make
