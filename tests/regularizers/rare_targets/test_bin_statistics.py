"""Moments of features in label bins, and how they are smoothed."""

import numpy as np
import torch
from hypothesis import given
from hypothesis import strategies as st
from regularizers.rare_targets._small_nets import SEEDS, drawn

from skreg.regularizers.rare_targets._bin_statistics import (
    Moments,
    calibrate,
    smooth_bins,
    smoothing_matrix,
)


def test_rows_of_the_smoothing_sum_to_one():
    for n_bins in (1, 2, 3, 40):
        matrix = smoothing_matrix(n_bins, [1, 2, 4, 2, 1])
        np.testing.assert_allclose(matrix.sum(1), 1)
    np.testing.assert_allclose(matrix[20, 18:23], [0.1, 0.2, 0.4, 0.2, 0.1])
    np.testing.assert_allclose(matrix[0, :3], [0.4, 0.4, 0.2])  # reflected


def test_empty_bins_do_not_pull_their_neighbours():
    matrix = torch.tensor(smoothing_matrix(5, [1, 1, 1]))
    values = torch.tensor([[3.0], [3.0], [99.0], [3.0], [3.0]], dtype=torch.float64)
    present = torch.tensor([True, True, False, True, True])
    smooth = smooth_bins(values, matrix, present)
    torch.testing.assert_close(smooth, torch.full_like(values, 3.0))


@given(SEEDS, st.booleans())
def test_moments_of_parts_are_those_of_the_whole(seed, weighted):
    features = drawn(seed, 2, 30, 3)
    bins = torch.randint(0, 4, (30,), generator=torch.Generator().manual_seed(seed))
    weight = drawn(seed, 30).abs() if weighted else None
    whole = Moments.of(features, bins, 4, weight)
    parts = [
        Moments.of(features[:, rows], bins[rows], 4, weight[rows] if weighted else None)
        for rows in (slice(0, 11), slice(11, 30))
    ]
    for ours, expected in zip(parts[0].merge(parts[1]), whole, strict=True):
        torch.testing.assert_close(ours, expected)
    rows = bins == bins[0]
    mass = None if weight is None else weight[rows].numpy()
    mean = np.average(features[0, rows], axis=0, weights=mass)
    np.testing.assert_allclose(whole.mean[0, bins[0]], mean)


def test_features_get_the_new_mean_and_variance():
    features = drawn(0, 50, 3) * 2 + 5
    bins = torch.zeros(50, dtype=torch.long)
    now = Moments.of(features, bins, 1, None)
    after = torch.full((1, 3), -1.0).double(), torch.full((1, 3), 9.0).double()
    moved = calibrate(features, bins, (now.mean, now.variance), after)
    torch.testing.assert_close(moved.mean(0), after[0][0])
    torch.testing.assert_close(moved.var(0, unbiased=False), after[1][0])
    flat = calibrate(features, bins, (now.mean, 0 * now.variance), after)
    torch.testing.assert_close(flat, features)
