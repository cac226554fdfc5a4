"""The published functions of ELR+."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.nn import functional

from skreg.regularizers import elr_loss, elr_plus_loss, elr_plus_targets


@given(st.integers(2, 30), st.integers(0, 10**6))
def test_without_mixing_and_with_itself_as_teacher_it_is_elr(n, seed):
    generator = torch.Generator().manual_seed(seed)
    logits = torch.randn(5, n, generator=generator, dtype=torch.float64)
    y = torch.randint(n, (5,), generator=generator)
    index = torch.arange(5)
    one, two = torch.zeros(2, 5, n, dtype=torch.float64)
    q = elr_plus_targets(logits, one, index, beta=0.7)
    onehot = functional.one_hot(y, n).double()
    plus = elr_plus_loss(logits, onehot, q, strength=3.0)
    plain = elr_loss(logits, y, two, index, strength=3.0, beta=0.7, eps=1e-12)
    exact = elr_plus_loss(logits, onehot, q, strength=3.0, eps=1e-12)
    torch.testing.assert_close(exact, plain, rtol=1e-8, atol=1e-8)
    torch.testing.assert_close(plus, plain, rtol=0.01, atol=0.01)


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_saturated_logits_stay_finite(dtype):
    logits = (torch.eye(3, 100) * 200).to(dtype).requires_grad_()
    q = elr_plus_targets(
        logits, torch.zeros(3, 100), torch.arange(3), beta=0.0, share=1.0
    )
    labels = torch.eye(3, 100).roll(1, 0)  # none of them likely
    for relabel in (False, True):
        loss = elr_plus_loss(logits, labels, q, strength=7.0, relabel=relabel)
        loss.backward()
        assert loss.isfinite()
    assert logits.grad.isfinite().all()


def test_ramp():
    logits, q = torch.eye(2) * 3, torch.eye(2)
    values = [
        elr_plus_loss(logits, q, q, strength=2.0, progress=s).item()
        for s in (-1.0, 0.0, 0.5, 1.0, 9.0)
    ]
    assert values[0] == values[1] > values[2] > values[3] == values[4]
