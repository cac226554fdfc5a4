"""Tables and small encoders."""

import numpy as np
import pandas as pd
import pytest

SMALL = {
    "hidden_dim": 8,
    "n_heads": 2,
    "n_layers": 1,
    "ff_dim": 16,
    "predictor_dim": 4,
    "predictor_heads": 1,
    "predictor_layers": 1,
    "max_epochs": 2,
    "random_state": 0,
}


@pytest.fixture
def small():
    return dict(SMALL)


@pytest.fixture(scope="session")
def mixed():
    """Numbers and levels, with gaps in both, booleans and a constant column."""
    random = np.random.default_rng(0)
    n = 200
    size = random.normal(size=n)
    return pd.DataFrame(
        {
            "size": size,
            "gaps": np.where(random.random(n) < 0.2, np.nan, size**2),
            "colour": random.choice(["red", "green", "blue"], n),
            "kind": pd.Categorical(random.choice(["a", "b", None], n)),
            "flag": size > 0,
            "same": 1.0,
        }
    )
