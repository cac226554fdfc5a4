"""Co-teaching: which rows are kept, who picks them, and how many."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from skreg.regularizers import CoTeaching, forget_rate_at, small_loss_rows

LOSSES = torch.tensor([[0.1, 9.0, 0.3, 0.2, 8.0, 7.0], [5.0, 0.1, 4.0, 0.2, 0.3, 6.0]])


def prepared(make_info, **options):
    method = CoTeaching(**options)
    method.setup(make_info(n_members=2, max_epochs=10))
    return method


@given(st.lists(st.floats(0, 9), min_size=1, max_size=20), st.floats(0, 1))
def test_small_losses_are_kept(losses, rate):
    values = torch.tensor(losses)
    kept = small_loss_rows(values, rate)
    assert len(kept) == max(1, int((1 - rate) * len(losses)))
    rest = np.delete(values.numpy(), kept.numpy())
    assert not len(rest) or values[kept].max() <= rest.min()


def test_ramp_and_range():
    rates = [forget_rate_at(e, 0.3, 4) for e in (0, 1, 2, 4, 9)]
    np.testing.assert_allclose(rates, [0, 0.075, 0.15, 0.3, 0.3])
    assert forget_rate_at(0, 0.3, 0) == 0.3
    with pytest.raises(ValueError, match=r"forget_rate=1.5 must be a share"):
        small_loss_rows(torch.ones(3), 1.5)


@pytest.mark.parametrize("weight", [None, torch.arange(6.0)])
def test_rows_are_picked_by_the_other_net(make_info, make_step, weight):
    method = prepared(make_info, forget_rate=0.5, n_gradual=0)
    reduced = method.reduce(LOSSES, make_step(weight=weight))
    weight = torch.ones(6) if weight is None else weight
    for k in range(2):
        rows = small_loss_rows(LOSSES[1 - k], 0.5)
        expected = (LOSSES[k] * weight)[rows].mean()
        torch.testing.assert_close(reduced[k], expected)


def test_the_share_grows_over_the_epochs(make_info, make_step):
    method = prepared(make_info, forget_rate=0.5, n_gradual=4)
    kept = []
    for epoch in (0, 2, 4, 9):
        losses = LOSSES.clone().requires_grad_()
        step = make_step(progress=epoch / 10)
        method.reduce(losses, step).sum().backward()
        kept.append(int((losses.grad[0] != 0).sum()))
    assert kept == [6, 4, 3, 3]
