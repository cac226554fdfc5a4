"""Gradients without their part along the weights."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from skreg.regularizers import OrthogonalGradient, orthogonal_gradient


@given(st.integers(0, 2**31), st.booleans())
def test_nothing_is_left_along_the_weights(seed, rescale):
    generator = torch.Generator().manual_seed(seed)
    weight = torch.randn(3, 4, generator=generator, dtype=torch.float64)
    gradient = torch.randn(3, 4, generator=generator, dtype=torch.float64)
    result = orthogonal_gradient(weight, gradient, rescale=rescale)
    assert (result * weight).sum().item() == pytest.approx(0, abs=1e-12)
    if rescale:
        torch.testing.assert_close(result.norm(), gradient.norm())


def test_zero_weights_leave_the_gradient():
    gradient = torch.ones(2, 2)
    result = orthogonal_gradient(torch.zeros(2, 2), gradient)
    assert result.equal(gradient)


def test_biases_keep_their_gradient(make_step):
    step = make_step()
    step.output.sum().backward()
    weight, bias = step.module.weight, step.module.bias
    before = bias.grad.clone()
    OrthogonalGradient().transform_gradient(step, {})
    assert bias.grad.equal(before)
    assert (weight * weight.grad).sum().item() == pytest.approx(0, abs=1e-5)
