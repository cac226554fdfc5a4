"""SupReMix: mixtures of rows, and the order that they bring."""

import torch
from hypothesis import given
from hypothesis import strategies as st
from regularizers.rare_targets._small_nets import SEEDS, drawn
from torch.nn import functional

from skreg.regularizers import ranksim_loss, supremix_loss
from skreg.regularizers.rare_targets.supremix import _brackets, _to_mixture


@given(SEEDS, st.floats(0, 0.99))
def test_cosine_with_a_mixture(seed, share):
    a, b = functional.normalize(drawn(seed, 2, 5), dim=-1)
    expected = functional.cosine_similarity(a, share * a + (1 - share) * b, dim=0)
    ours = _to_mixture(a @ b, torch.tensor(share, dtype=torch.float64))
    torch.testing.assert_close(ours, expected, rtol=1e-3, atol=1e-4)


@given(st.lists(st.integers(-6, 6), min_size=3, max_size=12), SEEDS)
def test_positives_have_the_label_of_their_anchor(labels, seed):
    target = torch.tensor(labels, dtype=torch.float64)
    generator = torch.Generator().manual_seed(seed)
    lower, upper, share, exists = _brackets(target, 3, generator)
    mixed = share * target[lower] + (1 - share) * target[upper]
    torch.testing.assert_close(mixed[exists], target[exists])
    assert exists.sum() == len(labels) - 2


def test_gradient_orders_the_features():
    features = drawn(0, 30, 3).requires_grad_()
    target = drawn(1, 30)
    generator = torch.Generator().manual_seed(0)
    optimizer = torch.optim.Adam([features], lr=0.05)
    before = ranksim_loss(features, target[:, None]).item()
    for _ in range(300):
        optimizer.zero_grad()
        supremix_loss(features, target, generator=generator).backward()
        optimizer.step()
    assert ranksim_loss(features, target[:, None]).item() < before / 3
