"""The penalty of AR-Net: values by hand, its pull, and the layer it is for."""

import math

import pytest
import torch
from torch import nn

from skreg.regularizers import SparseAR, sparse_ar_penalty
from skreg.regularizers._schedules import SCHEDULES


@pytest.mark.parametrize(
    ("weight", "c1_over_ln3", "c2", "power"),
    [(0.5, 2, 1, 1.0), (-0.125, 1, 3, 0.5), (8.0, 1, 3, 2.0), (-9.0, 1, 2, 3.0)],
)
def test_values_by_hand(weight, c1_over_ln3, c2, power):
    """Where exp(-c1 |w| ** (1 / c2)) is a power of 1 / 3; zeros cost nothing."""
    weights = torch.tensor([[weight, 0.0], [weight, weight]], dtype=torch.float64)
    penalty = sparse_ar_penalty(weights, c1=c1_over_ln3 * math.log(3), c2=c2)
    expected = 2 / (1 + 3**-power) - 1
    assert penalty.item() == pytest.approx(0.75 * expected, rel=1e-12)


def test_small_weights_are_pulled_more_and_zeros_not_at_all():
    weights = torch.tensor([0.0, 0.01, -0.01, 1.0, -1.0], dtype=torch.float64)
    weights.requires_grad_()
    sparse_ar_penalty(weights).backward()
    zero, small, small_below, large, large_below = (5 * weights.grad).tolist()
    assert zero == 0
    assert (small_below, large_below) == (-small, -large)
    # The slope at 1 is 2 c1 e / (c2 (1 + e) ** 2) with e = exp(-c1).
    e = math.exp(-3)
    assert large == pytest.approx(2 * e / (1 + e) ** 2)
    assert small > 10 * large


def test_only_the_weights_of_the_first_layer_are_charged(make_info, make_step):
    module = nn.Sequential(nn.Linear(4, 5), nn.ReLU(), nn.Linear(5, 3))
    method = SparseAR(c1=2.0, c2=2.0)
    method.setup(make_info(module))
    term = method.penalty(make_step(module))
    size = module[0].weight.detach().abs()
    expected = (2 / (1 + torch.exp(-2 * size.sqrt())) - 1).mean()
    torch.testing.assert_close(term, expected)
    term.backward()
    charged = [name for name, p in module.named_parameters() if p.grad is not None]
    assert charged == ["0.weight"]


def test_without_a_layer_there_is_nothing_to_charge(make_info, make_step):
    module = nn.Identity()
    method = SparseAR()
    method.setup(make_info(module))
    assert method.penalty(make_step(module)).item() == 0


def test_the_ramp_is_over_at_half_of_the_fit():
    ramp = SCHEDULES[SparseAR().schedule]
    assert [ramp(p) for p in (0.0, 0.25, 0.5, 1.0)] == [0.0, 0.25, 1.0, 1.0]
