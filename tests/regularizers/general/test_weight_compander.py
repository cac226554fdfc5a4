"""Companded weights: how they start, their bounds, what is stored."""

import numpy as np
import pytest
import torch

from skreg.regularizers import WeightCompander


@pytest.mark.parametrize("shape", ["arctan", "tanh", "softsign"])
def test_weights_start_as_they_were_and_stay_bounded(make_info, shape):
    module = torch.nn.Sequential(
        torch.nn.Linear(4, 5), torch.nn.ReLU(), torch.nn.Linear(5, 3)
    )
    before = module[0].weight.detach().clone()
    compander = WeightCompander(shape=shape, scale=0.9, width=0.3)
    compander.setup(make_info(module))
    module = compander.transform_module(module)
    torch.testing.assert_close(module[0].weight, before, rtol=0, atol=1e-6)
    with torch.no_grad():
        module[0].parametrizations.weight.original.fill_(1e6)
    assert module[0].weight.max() < 0.9 * np.pi / 2 + 1e-3
    assert not torch.nn.utils.parametrize.is_parametrized(module[2])


def test_slope_at_zero_is_scale_over_width(make_info):
    compander = WeightCompander(scale=2.0, width=0.5)
    compander.setup(make_info())
    module = torch.nn.Sequential(torch.nn.Linear(1, 1), torch.nn.Linear(1, 1))
    compander.transform_module(module)
    v = torch.zeros(1, requires_grad=True)
    compander.companders_[0](v).backward()
    assert v.grad.item() == pytest.approx(4.0)


def test_finish_stores_plain_weights(make_info):
    module = torch.nn.Sequential(torch.nn.Linear(4, 5), torch.nn.Linear(5, 3))
    compander = WeightCompander()
    compander.setup(make_info(module))
    module = compander.transform_module(module)
    learnt = module[0].weight.detach().clone()
    module = compander.finish(module)
    assert type(module[0]) is torch.nn.Linear
    assert module[0].weight.equal(learnt)
