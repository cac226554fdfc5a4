"""Smoothing of features: when it acts, and on which statistics."""

import numpy as np
import torch
from regularizers.rare_targets._small_nets import X, Y, net

from skreg.preprocessing import lds_kernel
from skreg.regularizers import FDS
from skreg.regularizers.rare_targets._bin_statistics import smoothing_matrix


def test_acts_in_training_from_the_second_epoch_on(make_info, make_step):
    module = torch.nn.Linear(4, 1)
    target = np.linspace(-1, 1, 6)[:, None]
    info = make_info(module, n_samples=6, n_outputs=1, n_classes=None, target=target)
    method = FDS(n_bins=3)
    method.setup(info)
    method.transform_module(module)
    seen = []
    module.register_forward_pre_hook(lambda _, args: seen.append(args[0]))
    step = make_step(module, target=torch.tensor(target).float())
    for _ in range(2):
        method.mix(step)
        module(step.inputs)
        step.features = seen[-1]
        method.refine(step)
        assert step.features.equal(step.inputs)
    assert seen[-2].equal(step.inputs)
    smoothed = seen[-1]
    assert not smoothed.equal(step.inputs)
    # Two rows a bin: their means become the smoothed ones.
    means = step.inputs.reshape(3, 2, 4).mean(1)
    matrix = torch.tensor(smoothing_matrix(3, lds_kernel())).float()
    torch.testing.assert_close(smoothed.reshape(3, 2, 4).mean(1), matrix @ means)
    module(step.inputs)  # a second pass of the same step
    assert seen[-1].equal(step.inputs)
    module.eval()
    method.mix(step)
    module(step.inputs)
    assert seen[-1].equal(step.inputs)


def test_statistics_are_those_of_the_training_rows():
    fitted = net(FDS(n_bins=6)).fit(X, Y)
    moments = fitted.regularizers_["fds"].moments_
    counts = np.histogram(Y, bins=6)[0]
    np.testing.assert_allclose(moments.mass[:, 0], counts)
    assert moments.mean.shape == (6, 12)
