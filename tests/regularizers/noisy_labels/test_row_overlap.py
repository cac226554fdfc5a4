"""The overlap of rows, and how much ELR protects because of it."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from sklearn.base import clone

from skreg import ELRClassifier
from skreg.regularizers.noisy_labels._elr_auto import (
    CORRECTION_RANGE,
    PENALTY_RANGE,
    full_strength,
    share_by_overlap,
)
from skreg.regularizers.noisy_labels._row_overlap import RowOverlap


def seeded(seed=0):
    return torch.Generator().manual_seed(seed)


@pytest.mark.parametrize("scale", [1.0, 1e-20, 1e30])
def test_it_is_one_over_the_directions(scale):
    rows = scale * torch.randn(2, 500, 8, generator=seeded())
    overlap = RowOverlap()
    for batch in rows.split(100, dim=1):
        overlap.learn(batch)
    assert 1 / overlap.mean() == pytest.approx(8, rel=0.05)
    weighted = RowOverlap()
    weighted.learn(rows, torch.ones(500))  # members share the weights
    assert 1 / weighted.mean() == pytest.approx(8, rel=0.05)


@pytest.mark.parametrize("size", [8, 32, 128])
def test_it_does_not_depend_on_the_size_of_batches(size):
    rows = torch.randn(3000, 50, generator=seeded())
    overlap = RowOverlap()
    for batch in rows.split(size):
        overlap.learn(batch)
    assert overlap.mean() == pytest.approx(1 / 50, rel=0.2)


def test_it_is_the_mean_squared_cosine_of_pairs():
    rows = torch.randn(7, 3, generator=seeded())
    overlap = RowOverlap()
    overlap.learn(rows)
    centred = (rows - rows.mean(0)).numpy()
    centred /= np.linalg.norm(centred, axis=1, keepdims=True)
    squared = np.square(centred @ centred.T)[~np.eye(7, dtype=bool)]
    by_centring = 1 / 36
    assert overlap.mean() == pytest.approx(squared.mean() - by_centring, rel=1e-4)


def test_rows_without_weight_are_not_there():
    rows = torch.randn(9, 3, generator=seeded())
    weight = torch.tensor([1.0] * 5 + [0.0] * 4)
    weighted, kept = RowOverlap(), RowOverlap()
    weighted.learn(rows, weight)
    kept.learn(rows[:5])
    assert weighted.mean() == pytest.approx(kept.mean(), rel=1e-5)


def test_one_row_and_constant_columns_have_none():
    overlap = RowOverlap()
    same = torch.tensor([0.1, 0.3, 0.7])
    for rows in (torch.ones(1, 3), torch.ones(5, 3), same.repeat(50, 1)):
        overlap.learn(rows)
    assert overlap.mean() == pytest.approx(0, abs=1e-6)


def test_extreme_numbers_and_weights():
    rows = 1e150 * torch.randn(400, 8, generator=seeded(), dtype=torch.float64)
    overlap = RowOverlap()
    overlap.learn(rows)
    assert 1 / overlap.mean() == pytest.approx(8, rel=0.1)
    known = overlap.mean()
    overlap.learn(rows, torch.full((400,), 1e-60, dtype=torch.float64))
    assert overlap.mean() == known


@given(
    st.floats(0, 1e6),
    st.floats(0, 1e6),
    st.sampled_from([PENALTY_RANGE, CORRECTION_RANGE]),
)
def test_slow_learners_are_protected_less(n, more, bounds):
    shares = share_by_overlap(n, *bounds), share_by_overlap(n + more, *bounds)
    assert bounds[-1] - 1e-9 <= shares[1] <= shares[0] <= 1


def test_many_rows_of_few_columns_are_learnt_slowly():
    rng = np.random.default_rng(0)
    y = rng.integers(0, 2, 1500)
    for width, share in ((2, 0.3), (60, 1.0)):
        X = rng.normal(size=(1500, width))
        net = ELRClassifier(max_epochs=3, random_state=0).fit(X, y)
        watch = net.regularizers_["elr"].watch_
        assert watch.full == pytest.approx(share * full_strength(2))
        assert (watch.auto_correction > 0.5) == (width == 60)
        assert (watch.auto_correction > 0) == (width == 60)


def test_going_on_does_not_change_the_factor():
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(1500, 10)), rng.integers(0, 2, 1500)
    whole = ELRClassifier(max_epochs=12, random_state=0).fit(X, y)
    assert whole.transition_matrix_ is not None
    parts = clone(whole)
    for _ in range(12):
        parts.partial_fit(X, y, classes=[0, 1])
    full = whole.regularizers_["elr"].watch_.full
    assert 0.4 < full / full_strength(2) < 0.9
    np.testing.assert_array_equal(whole.predict_proba(X), parts.predict_proba(X))
