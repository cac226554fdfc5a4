"""Batch norms never see a single row, or it is told before training."""

import numpy as np
import pytest
from torch import nn

from skreg import RegularizedClassifier

X = np.random.default_rng(0).normal(size=(65, 3))
LABELS = (X[:, 0] > 0).astype(int)


def normed(n_inputs, n_outputs):
    return nn.Sequential(
        nn.Linear(n_inputs, 8), nn.BatchNorm1d(8), nn.Linear(8, n_outputs)
    )


def net(**params):
    return RegularizedClassifier(module=normed, max_epochs=2, random_state=0, **params)


@pytest.mark.parametrize(
    "fit",
    [
        lambda: net(batch_size=1).fit(X, LABELS),
        lambda: net(batch_size=1, n_members=2).fit(X, LABELS),
        lambda: net().fit(X[:1], LABELS[:1]),
        lambda: net().partial_fit(X[:1], LABELS[:1], classes=[0, 1]),
    ],
    ids=["batch_size", "members", "one row", "partial_fit"],
)
def test_a_single_row_is_told_before_training(fit):
    with pytest.raises(ValueError, match=r"BatchNorm1d.*batch_size=.*LayerNorm"):
        fit()


@pytest.mark.parametrize("batch_size", [2, 32, 64, 65])
def test_a_rest_of_one_row_joins_the_batch_before(batch_size):
    assert net(batch_size=batch_size).fit(X, LABELS).n_iter_ == 2
