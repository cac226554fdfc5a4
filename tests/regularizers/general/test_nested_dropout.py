"""Nested dropout: prefixes in training and the one of prediction."""

import numpy as np
import pytest
import torch
from torch import nn

from skreg.regularizers import NestedDropout, prefix_distribution


def test_training_draws_prefixes_by_the_law(make_info):
    net = nn.Sequential(nn.Linear(4, 40), nn.Linear(40, 3, bias=False))
    method = NestedDropout(sigma=0.2)
    method.setup(make_info(net))
    net = method.transform_module(net).train()
    seen = []
    net[1].register_forward_pre_hook(lambda _, args: seen.append(args[0] != 0))
    for _ in range(3000):
        net(torch.ones(2, 4))
    kept = torch.stack(seen).sum(-1)
    assert kept[:, 0].equal(kept[:, 1])  # one length a batch
    law = prefix_distribution(40, 8.0)
    mean = law @ np.arange(1, 41)
    assert kept[:, 0].double().mean() == pytest.approx(mean, rel=0.05)
    assert torch.stack(seen).int().diff(dim=-1).max() <= 0  # prefixes only


@pytest.mark.parametrize(("prefix", "kept"), [(None, 11), (0.5, 20), (0.01, 1)])
def test_prediction_uses_one_prefix(make_info, prefix, kept):
    net = nn.Sequential(nn.Linear(4, 40), nn.Linear(40, 3))
    tail = net[1].weight[:, kept:].detach().clone()
    method = NestedDropout(sigma=0.2, prefix=prefix)
    method.setup(make_info(net))
    net = method.transform_module(net).eval()
    masked = net(torch.ones(2, 4))
    net = method.finish(net)
    torch.testing.assert_close(net(torch.ones(2, 4)), masked)
    assert method.n_prefix_ == kept
    assert net[1].weight[:, kept:].eq(0).all()
    assert not net[1]._forward_pre_hooks
    method.resume(make_info(net))
    assert net[1].weight[:, kept:].equal(tail)


def test_narrow_laws_stay_finite():
    assert prefix_distribution(500, sigma=0.01, mu=3.4).sum() == pytest.approx(1)
