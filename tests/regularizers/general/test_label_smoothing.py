"""Label smoothing of probabilities and of indices."""

import torch

from skreg.regularizers import LabelSmoothing, smooth_labels


def test_rows_remain_probabilities():
    target = torch.tensor([[0.2, 0.8, 0.0, 0.0]])
    smooth = smooth_labels(target, 0.4)
    torch.testing.assert_close(smooth, torch.tensor([[0.22, 0.58, 0.1, 0.1]]))


def test_indices_become_probabilities(make_step):
    step = make_step()
    LabelSmoothing(strength=0.3).refine(step)
    assert step.target.shape == (6, 3)
    torch.testing.assert_close(step.target[0], torch.tensor([0.8, 0.1, 0.1]))
