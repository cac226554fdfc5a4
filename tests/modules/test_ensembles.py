"""Nets side by side: each member is the net it would be alone."""

import pytest
import torch

from skreg.modules import (
    MLP,
    AdaptedLinear,
    Members,
    ResNet,
    StackedLinear,
    TabM,
    mean_output,
    mean_probability,
)
from skreg.modules._layers import find_head, weight_layers, weight_matrices

X = torch.randn(6, 4, generator=torch.Generator().manual_seed(0))


@pytest.mark.parametrize("kind", [MLP, ResNet])
@pytest.mark.parametrize("widths", [(8, 5), ()])
def test_members_compute_what_single_nets_compute(kind, widths):
    torch.manual_seed(0)
    many = kind(4, 3, hidden_layer_sizes=widths, n_members=5)
    assert many(X).shape == (5, 6, 3)
    for member in range(5):
        one = kind(4, 3, hidden_layer_sizes=widths)
        for own, shared in zip(one.parameters(), many.parameters(), strict=True):
            own.data.copy_(shared if own.shape == shared.shape else shared[member])
        torch.testing.assert_close(many(X)[member], one(X))


def test_members_start_like_linear_layers_and_differ():
    torch.manual_seed(0)
    weight = StackedLinear(200, 16, 8).weight.detach()
    assert weight.abs().max() <= 0.25
    assert weight.std() == pytest.approx(0.25 / 3**0.5, rel=0.02)
    assert not weight[0].equal(weight[1])


def test_tabm_shares_its_matrices():
    torch.manual_seed(0)
    net = TabM(4, 3, hidden_layer_sizes=(8, 5), n_members=6)
    first, second = (m for m in net.modules() if isinstance(m, AdaptedLinear))
    assert first.shared.weight.shape == (8, 4)
    assert first.input_scale.abs().eq(1).all()
    assert first.input_scale.min() == -1
    assert second.input_scale.eq(1).all()
    out = net(X)
    assert out.shape == (6, 6, 3)
    for member in range(6):
        hidden = X
        for layer in (first, second):
            shared = (hidden * layer.input_scale[member]) @ layer.shared.weight.T
            hidden = (shared * layer.output_scale[member] + layer.bias[member]).relu()
        head = net.head
        expected = hidden @ head.weight[member].T + head.bias[member]
        torch.testing.assert_close(out[member], expected)


def test_nets_of_any_kind_are_members():
    nets = [torch.nn.Linear(4, 2) for _ in range(3)]
    members = Members(nets)
    torch.testing.assert_close(members(X)[1], nets[1](X))
    torch.testing.assert_close(
        members(torch.stack([X, 2 * X, 3 * X]))[1], nets[1](2 * X)
    )


def test_outputs_are_combined_by_mean():
    outputs = torch.randn(7, 5, 3)
    torch.testing.assert_close(mean_output(outputs), outputs.mean(0))
    expected = outputs.softmax(-1).mean(0)
    torch.testing.assert_close(mean_probability(outputs).exp(), expected)
    # Far out, where probabilities underflow, logits still say which class wins.
    assert mean_probability(1000 * outputs).isfinite().all()


def test_layers_of_members_are_found():
    net = MLP(4, 3, hidden_layer_sizes=(8,), n_members=2)
    layers = weight_layers(net)
    assert find_head(net) is layers[-1]
    assert [m.shape for m in weight_matrices(layers[0])] == [(8, 4)] * 2
