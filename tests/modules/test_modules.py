"""The nets: shapes, embeddings, dropout with its own random numbers."""

import copy
import pickle

import pytest
import torch

from skreg.modules import (
    MLP,
    CategoryEmbedding,
    Dropout,
    PlainNumbers,
    TableEmbedding,
    TabularModule,
)
from skreg.modules._layers import find_head, weight_layers


def test_mlp_layers():
    net = MLP(4, 3, hidden_layer_sizes=(8, 5), activation="gelu", dropout=0.2)
    kinds = [type(layer).__name__ for layer in net.layers]
    assert kinds == ["Linear", "GELU", "Dropout", "Linear", "GELU", "Dropout"]
    assert net(torch.zeros(2, 4)).shape == (2, 3)
    assert MLP(4, 3, hidden_layer_sizes=())(torch.zeros(2, 4)).shape == (2, 3)


def test_unseen_levels_are_the_zero_vector_and_stay_so():
    embed = TableEmbedding(1, PlainNumbers(1), CategoryEmbedding([4]))
    net = TabularModule(embed, torch.nn.Linear(embed.n_outputs, 1))
    optimizer = torch.optim.SGD(net.parameters(), lr=1.0)
    x = torch.tensor([[0.5, 0.0], [1.5, 3.0]])
    for _ in range(3):
        optimizer.zero_grad()
        net(x).square().sum().backward()
        optimizer.step()
    out = embed(x)
    assert out[:, 0].tolist() == [0.5, 1.5]
    assert out[0, 1:].eq(0).all()
    assert out[1, 1:].ne(0).all()


def test_head_is_the_last_linear_layer_or_the_one_called_so():
    net = MLP(4, 3)
    assert find_head(TabularModule(torch.nn.Identity(), net)) is net.head
    chain = torch.nn.Sequential(torch.nn.Linear(2, 2), torch.nn.Linear(2, 1))
    assert find_head(chain) is chain[1]
    assert find_head(torch.nn.ReLU()) is None
    assert len(weight_layers(net)) == 3


def test_dropout_draws_from_its_generator_alone():
    before = torch.get_rng_state()
    dropout, x = Dropout(0.3), torch.ones(10_000)
    outcomes = []
    for _ in range(2):
        dropout.generator = torch.Generator().manual_seed(1)
        outcomes.append(dropout(x))
    assert torch.get_rng_state().equal(before)
    assert outcomes[0].equal(outcomes[1])
    assert outcomes[0].mean().item() == pytest.approx(1, abs=0.03)
    assert dropout.eval()(x).equal(x)


def test_dropout_loses_its_generator_in_copies():
    dropout = Dropout(0.3)
    dropout.generator = torch.Generator()
    for twin in (copy.deepcopy(dropout), pickle.loads(pickle.dumps(dropout))):
        assert twin.generator is None
        assert twin.p == 0.3


def test_dropout_of_everything_is_zero_not_nan():
    dropout = Dropout(1.0)
    dropout.generator = torch.Generator()
    assert dropout(torch.ones(3)).eq(0).all()
