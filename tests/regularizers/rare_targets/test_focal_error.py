"""Focal errors: the factor, and what it multiplies."""

import math

import pytest
import torch

from skreg.regularizers import FocalError, focal_factor

LN3 = math.log(3)


@pytest.mark.parametrize(
    ("activation", "gamma", "expected"),
    [
        # 2 / (1 + exp(-x)) - 1 and tanh(x), at x = ln 3 and at 2 ln 3.
        ("sigmoid", 1.0, [0.0, 1 / 2, 4 / 5]),
        ("sigmoid", 2.0, [0.0, 1 / 4, 16 / 25]),
        ("tanh", 1.0, [0.0, 4 / 5, 40 / 41]),
        ("tanh", 0.5, [0.0, (4 / 5) ** 0.5, (40 / 41) ** 0.5]),
        ("tanh", 0.0, [1.0, 1.0, 1.0]),
    ],
)
def test_factors_by_hand(activation, gamma, expected):
    options = {"rate": 0.5, "gamma": gamma, "activation": activation}
    error = LN3 * torch.tensor([0.0, 2.0, -4.0], dtype=torch.float64)
    factor = focal_factor(error, **options)
    torch.testing.assert_close(factor, torch.tensor(expected, dtype=torch.float64))


def test_losses_are_blended_by_strength_and_weighed(make_info, make_step):
    """The error of a row is the mean over its targets."""
    method = FocalError(rate=1.0, strength=0.25)
    method.setup(make_info(n_outputs=2, n_classes=None))
    target = torch.zeros(6, 2)
    target[0] = torch.tensor([0.0, -2 * LN3])  # a factor of 1 / 2
    target[1] = torch.tensor([3 * LN3, LN3])  # of 4 / 5
    losses = torch.tensor([8.0, 10.0, 4.0, 4.0, 4.0, 4.0])
    options = {"target": target, "output": torch.zeros(6, 2)}
    reduced = method.reduce(losses, make_step(**options))
    first, second, others = 8 * 0.875, 10 * 0.95, 4 * 0.75
    assert reduced.item() == pytest.approx((first + second + 4 * others) / 6)
    weight = torch.tensor([2.0, 0.0, 1.0, 1.0, 1.0, 1.0])
    reduced = method.reduce(losses, make_step(weight=weight, **options))
    assert reduced.item() == pytest.approx((2 * first + 4 * others) / 6)


def test_the_factor_has_a_gradient(make_info, make_step):
    """The focal loss is e tanh(e) here, not e with a factor held fixed."""
    method = FocalError(rate=1.0, activation="tanh")
    method.setup(make_info(n_outputs=1, n_classes=None))
    output = torch.full((6, 1), LN3, requires_grad=True)
    step = make_step(target=torch.zeros(6, 1), output=output)
    method.reduce(output[:, 0].abs(), step).backward()
    slope = 4 / 5 + LN3 * (1 - (4 / 5) ** 2)
    torch.testing.assert_close(output.grad, torch.full((6, 1), slope / 6))


def test_errors_are_those_of_predictions(make_info, make_step):
    """A net may have outputs that are none, such as those of a distribution."""
    info = make_info(predictions=lambda output: output[..., :1].unsqueeze(-1))
    method = FocalError()
    method.setup(info)
    step = make_step(target=torch.ones(6, 1))
    factor = focal_factor(step.output[:, 0] - 1.0, rate=3.0)
    reduced = method.reduce(torch.ones(6), step)
    torch.testing.assert_close(reduced, factor.mean())
