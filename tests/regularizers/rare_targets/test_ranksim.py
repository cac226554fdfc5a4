"""RankSim: ranks with ties, their gradient, and which rows are ranked."""

import numpy as np
import torch
from hypothesis import given
from hypothesis import strategies as st
from regularizers.rare_targets._small_nets import SEEDS, drawn
from scipy.stats import rankdata

from skreg.regularizers import ranksim_loss
from skreg.regularizers.rare_targets.ranksim import (
    normalized_ranks,
    one_of_each,
    quick_ranks,
)


@given(st.lists(st.integers(-4, 4), min_size=1, max_size=12))
def test_ranks_with_ties(values):
    ranks = normalized_ranks(torch.tensor(values, dtype=torch.float64))
    expected = rankdata(-np.array(values)) / len(values)
    np.testing.assert_allclose(ranks, expected)


@given(SEEDS)
def test_quick_ranks_are_ranks(seed):
    values = drawn(seed, 2, 9)
    torch.testing.assert_close(quick_ranks(values), normalized_ranks(values))


def test_gradient_brings_features_into_the_order_of_labels():
    features = drawn(0, 20, 4).requires_grad_()
    target = drawn(1, 20, 1)
    optimizer = torch.optim.Adam([features], lr=0.03)
    first = ranksim_loss(features, target).item()
    for _ in range(150):
        optimizer.zero_grad()
        ranksim_loss(features, target).backward()
        optimizer.step()
    assert ranksim_loss(features, target).item() < first / 5


@given(SEEDS)
def test_members_are_independent(seed):
    features, target = drawn(seed, 3, 8, 4), drawn(seed + 1, 8, 2)
    together = ranksim_loss(features, target)
    alone = torch.stack([ranksim_loss(one, target) for one in features])
    torch.testing.assert_close(together, alone)


def test_one_row_of_each_label_all_of_them_in_turn():
    target = torch.tensor([[2.0], [1.0], [2.0], [2.0], [1.0]])
    generator = torch.Generator().manual_seed(0)
    seen = np.zeros(5)
    for _ in range(600):
        rows = one_of_each(target, generator)
        assert sorted(target[rows, 0].tolist()) == [1.0, 2.0]
        seen[rows.numpy()] += 1
    np.testing.assert_allclose(
        seen / 600, [1 / 3, 1 / 2, 1 / 3, 1 / 3, 1 / 2], atol=0.08
    )
