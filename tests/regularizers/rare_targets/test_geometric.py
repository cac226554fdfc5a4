"""Geometric constraints: evenness and reach of the curve, and its memory."""

import numpy as np
import pytest
import torch
from hypothesis import given
from regularizers.rare_targets._small_nets import SEEDS, drawn
from torch.nn import functional

from skreg.regularizers import GeometricConstraints, envelope_loss, homogeneity_loss


def test_even_steps_are_best():
    angle = torch.tensor([[0.0, 0.5, 1.0], [0.0, 0.2, 1.0]]) * 1.5
    curves = torch.stack([angle.cos(), angle.sin()], -1)
    even, uneven = homogeneity_loss(curves, torch.tensor([0.0, 0.5, 1.0]))
    assert even < uneven
    # The integral of the squared speed, 1.5 ** 2, a little less by chords.
    fine = torch.linspace(0, 1, 500)
    curve = torch.stack([(1.5 * fine).cos(), (1.5 * fine).sin()], -1)
    assert homogeneity_loss(curve, fine).item() == pytest.approx(2.25, rel=1e-3)


@given(SEEDS)
def test_envelope_is_least_for_the_points_themselves(seed):
    points = functional.normalize(drawn(seed, 12, 6), dim=-1)
    near, far = envelope_loss(points, points), envelope_loss(-points[:1], points)
    assert near < far
    assert 0 <= near <= 2


def test_curve_is_filled_from_memory(make_info, make_step):
    target = np.repeat([[0.0], [1.0], [2.0]], 2, axis=0)
    info = make_info(target=target, n_outputs=1, n_classes=None)
    method = GeometricConstraints(n_bins=3)
    method.setup(info)
    features = torch.randn(6, 4, requires_grad=True)
    step = make_step(target=torch.tensor(target).float(), features=features)
    method.penalty(step)
    old = method.curve_.clone()
    step.target, step.features = step.target[:2], features[:2]
    method.penalty(step).backward()
    assert features.grad[:2].abs().sum() > 0
    torch.testing.assert_close(method.curve_[1:], old[1:], rtol=0, atol=0)
