"""The axis of the labels and its bins."""

import numpy as np
import pytest
import torch
from regularizers.rare_targets._small_nets import X, Y, net

from skreg.regularizers import FDS, GeometricConstraints
from skreg.regularizers.rare_targets._target_axis import TargetAxis


def test_several_targets_lie_on_their_principal_axis(make_info):
    rng = np.random.default_rng(0)
    t = rng.normal(size=(200, 1))
    target = t @ [[3.0, 4.0]] + 0.01 * rng.normal(size=(200, 2))
    target[:20] = 1e3  # rows that do not train
    weight = (np.arange(200) >= 20).astype(float)
    info = make_info(target=target, weight=weight, n_classes=None)
    axis = TargetAxis.of(info, n_bins=4)
    np.testing.assert_allclose(axis.direction.abs().numpy(), [0.6, 0.8], atol=1e-3)
    positions = axis.positions(torch.tensor(target[20:]).float()).numpy()
    counts = axis.bins(torch.tensor(target[20:]).float()).bincount(minlength=4)
    assert counts.tolist() == np.histogram(positions, bins=4)[0].tolist()


@pytest.mark.parametrize("method", [FDS(), GeometricConstraints()], ids=str)
def test_bins_stay_for_other_rows_and_change_when_told(method):
    warm = net(("method", method), warm_start=True).fit(X, Y)
    edges = warm.regularizers_["method"].axis_.edges
    warm.fit(X[:50], 3 * Y[:50])
    assert warm.regularizers_["method"].axis_.edges.equal(edges)
    warm.set_params(method__n_bins=10).fit(X, Y)
    assert warm.regularizers_["method"].axis_.n_bins == 10
