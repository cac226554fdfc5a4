"""PS-KD: the ramp, and targets blended with earlier predictions."""

import numpy as np
import pytest
import torch

from skreg.regularizers import PSKD, pskd_targets


def test_ramp_ends_at_the_strength(make_info):
    method = PSKD(strength=0.6)
    method.setup(make_info(max_epochs=5))
    ramp = [method.alpha(epoch / 5) for epoch in range(5)]
    np.testing.assert_allclose(ramp, [0.12, 0.24, 0.36, 0.48, 0.6])
    assert method.alpha(0.39999) == ramp[1]
    assert method.alpha(1.0) == 0.6


@pytest.mark.parametrize("n_classes", [3, None])
def test_targets_blend_and_predictions_are_kept(make_info, make_step, n_classes):
    target = torch.tensor([0, 1, 2, 0, 1, 2])
    if n_classes is None:
        target = torch.arange(18.0).reshape(6, 3)
    method = PSKD(strength=0.5)
    method.setup(make_info(n_classes=n_classes, max_epochs=1))
    first, second = make_step(target=target), make_step(target=target)
    plain = first.soft_target()
    method.refine(first)
    torch.testing.assert_close(first.target, plain)  # nothing is known yet
    method.refine(second)
    seen = first.output.detach()
    seen = seen if n_classes is None else seen.softmax(-1)
    torch.testing.assert_close(second.target, 0.5 * plain + 0.5 * seen)
    assert not second.target.requires_grad
    assert method.table_.values[1].isnan().all()  # a row of no batch


def test_half_known_pairs_keep_their_labels():
    previous = torch.tensor([[0.5, torch.nan], [0.2, 0.8]])
    blend = pskd_targets(torch.eye(2), previous, 0.5)
    torch.testing.assert_close(blend, torch.tensor([[0.75, 0.0], [0.1, 0.9]]))
