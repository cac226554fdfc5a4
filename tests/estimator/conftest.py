"""What every test of the estimators watches: nothing outside them changes."""

import random

import numpy as np
import pytest
import torch


def snapshot():
    """Return the state that a fit or a prediction must leave alone."""
    return {
        "numpy's generator": str(np.random.get_state()),  # noqa: NPY002
        "torch's generator": torch.random.get_rng_state().numpy().tobytes(),
        "Python's generator": hash(random.getstate()),
        "torch's threads": torch.get_num_threads(),
        "torch's precision": torch.get_default_dtype(),
    }


@pytest.fixture(autouse=True)
def unchanged_globals():
    """Fail any test after which a global differs."""
    torch.set_num_threads(2)  # unlike what a small fit uses: a leak would show
    before = snapshot()
    yield
    after = snapshot()
    changed = [name for name in before if before[name] != after[name]]
    assert not changed, f"{changed} changed"
