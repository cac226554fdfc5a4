"""Embeddings of numbers and levels: curves, waves, additive terms, members."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from skreg.modules import (
    CategoryEmbedding,
    CombinedEmbedding,
    PeriodicEmbedding,
    PiecewiseLinearEmbedding,
    PlainNumbers,
    TableEmbedding,
    WideAndDeep,
)

EDGES = [[-1.0, 0.5, 2.0, 7.0], [0.0, 1.0], [3.0]]


def encoded(x, edges):
    """The piecewise linear encoding of the paper, one entry a bin."""
    low, high = np.array(edges[:-1]), np.array(edges[1:])
    return np.clip((x[:, None] - low) / (high - low), 0, 1)


@given(st.lists(st.floats(-10, 10, width=32), min_size=1, max_size=20))
def test_look_ups_equal_the_product_with_encoded_bins(values):
    x = np.array(values, dtype=np.float32)
    torch.manual_seed(0)
    embed = PiecewiseLinearEmbedding(EDGES, width=4)
    dense = embed(torch.from_numpy(np.stack([x] * 3, 1)))[0].detach().numpy()
    increments = embed.increments.detach().numpy()
    for column, edges in enumerate(EDGES):
        bins = encoded(x.astype(float), edges)
        expected = bins @ increments[column, : bins.shape[1]]
        found = dense[:, column * 4 : column * 4 + 4]
        np.testing.assert_allclose(found, expected, atol=2e-5)


def test_constant_columns_and_huge_values_stay_finite():
    embed = PiecewiseLinearEmbedding(EDGES, width=2)
    x = torch.tensor([[1e38, -1e38, 3.0], [-1e38, 1e38, -3e38]])
    assert embed(x)[0].isfinite().all()
    assert embed(x)[0][:, 4:].eq(0).all()  # no bin, no curve


def test_gradients_reach_the_bins_that_rows_fall_into():
    embed = PiecewiseLinearEmbedding([[0.0, 1.0, 2.0, 3.0]], width=1)
    embed(torch.tensor([[1.5]]))[0].sum().backward()
    assert embed.increments.grad.flatten().tolist() == [1.0, 0.5, 0.0]


@pytest.mark.parametrize(
    "make",
    [
        lambda **options: PlainNumbers(3, **options),
        lambda **options: PiecewiseLinearEmbedding(EDGES, **options),
        lambda **options: PeriodicEmbedding(3, **options),
        lambda **options: CombinedEmbedding(
            PiecewiseLinearEmbedding(EDGES, **options),
            PeriodicEmbedding(3, n_members=options.get("n_members", 1)),
        ),
        lambda **options: CategoryEmbedding([4, 5, 6], **options),
    ],
)
def test_members_are_single_embeddings_side_by_side(make):
    x = torch.tensor([[0.0, 1.0, 3.0], [2.0, 3.0, 5.0]])
    torch.manual_seed(0)
    many = make(n_additive=2, n_members=3)
    for parameter in many.parameters():  # additive terms start at zero
        torch.nn.init.normal_(parameter)
    x = x.long() if isinstance(many, CategoryEmbedding) else x
    dense, additive = many(x)
    assert additive.shape == (3, 2, 2)
    for member in range(3):
        one = make(n_additive=2)
        for own, shared in zip(one.parameters(), many.parameters(), strict=True):
            own.data.copy_(shared[member])
        found = one(x)
        torch.testing.assert_close(additive[member], found[1])
        expected = dense if dense.ndim == 2 else dense[member]
        torch.testing.assert_close(expected, found[0])


def test_additive_terms_start_at_zero_and_are_added_to_the_output():
    embed = TableEmbedding(
        3,
        PiecewiseLinearEmbedding(EDGES, n_additive=2),
        CategoryEmbedding([4], n_additive=2),
    )
    deep = torch.nn.Linear(embed.n_outputs, 2)
    net, x = WideAndDeep(deep, 2), torch.tensor([[0.0, 0.5, 3.0, 2.0]])
    inputs = embed(x)
    torch.testing.assert_close(net(inputs), deep(inputs[:, :-2]))
    with torch.no_grad():
        embed.categorical.tables[0][1, -2:] = torch.tensor([1.0, -1.0])
    moved = net(embed(x)) - deep(inputs[:, :-2])
    torch.testing.assert_close(moved, torch.tensor([[1.0, -1.0]]))


def test_waves_are_learnt_functions_beside_the_number():
    embed = PeriodicEmbedding(2, width=3)
    x = torch.tensor([[0.25, -1.0]])
    out = embed(x)[0]
    assert out[0, [0, 4]].tolist() == [0.25, -1.0]
    angle = 2 * torch.pi * x[0, 0] * embed.frequency[0, 0] + embed.phase[0, 0]
    expected = angle.cos() @ embed.weight[0] + embed.bias[0, 0]
    torch.testing.assert_close(out[0, 1:4], expected)


@pytest.mark.parametrize("width", [1, 3, 8, 17])
def test_rows_of_waves_do_not_feel_their_position(width):
    torch.manual_seed(0)
    embed, x = PeriodicEmbedding(3, width), torch.randn(32, 3)
    with torch.inference_mode():
        whole = embed(x)[0]
        for i in range(32):
            moved = torch.zeros_like(x)
            moved[0] = x[i]
            assert embed(moved)[0][0].equal(whole[i])
