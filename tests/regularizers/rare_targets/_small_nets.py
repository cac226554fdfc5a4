"""Small nets, tables and random numbers for methods for rare targets."""

import torch
from hypothesis import strategies as st
from plain import PLAIN

from skreg import RegularizedRegressor
from skreg.datasets import make_imbalanced_regression

SMALL = PLAIN | {
    "hidden_layer_sizes": (12,),
    "max_epochs": 4,
    "batch_size": 40,
    "early_stopping": False,
    "random_state": 0,
}
X, Y = make_imbalanced_regression(150, 5, random_state=0)
SEEDS = st.integers(0, 2**31)


def net(*methods, **options):
    return RegularizedRegressor(regularizers=list(methods), **{**SMALL, **options})


def drawn(seed, *shape):
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(*shape, generator=generator, dtype=torch.float64)
