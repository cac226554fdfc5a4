"""Mixup: what is mixed, and the law of the shares."""

import numpy as np
import pytest
import torch

from skreg.regularizers import Mixup


def test_inputs_targets_and_weights_move_together(make_info, make_step):
    weight = torch.tensor([0.0, 1.0, 2.0, 1.0, 1.0, 1.0])
    step = make_step(weight=weight)
    inputs, target = step.inputs.clone(), step.soft_target()
    mixup = Mixup(strength=5.0)
    mixup.setup(make_info())
    mixup.mix(step)
    (mixing,) = step.mixings
    share, partner = mixing.weight, mixing.partner
    assert 0 < share < 1
    expected = share * inputs + (1 - share) * inputs[partner]
    torch.testing.assert_close(step.inputs, expected)
    expected = share * target + (1 - share) * target[partner]
    torch.testing.assert_close(step.target, expected)
    torch.testing.assert_close(step.weight, weight * weight[partner])


def test_share_follows_the_beta_distribution(make_info, make_step):
    mixup = Mixup(strength=0.2)
    mixup.setup(make_info())
    shares = []
    for _ in range(2000):
        step = make_step()
        mixup.mix(step)
        shares.append(step.mixings[0].weight)
    # Variance of Beta(a, a): 1 / (4 (2 a + 1)).
    assert np.mean(shares) == pytest.approx(0.5, abs=0.04)
    assert np.var(shares) == pytest.approx(1 / (4 * 1.4), rel=0.06)
