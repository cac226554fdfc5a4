"""Moments without a lag matrix equal those of the lag matrix."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.lib.stride_tricks import sliding_window_view

from skreg.autoregression import (
    Channel,
    Moments,
    make_lag_matrix,
    pairwise_moments,
    select_order,
    window_moments,
    yule_walker,
)
from skreg.autoregression._operator import WindowOperator
from skreg.autoregression._problem import Problem
from skreg.autoregression._windows import few_moments
from skreg.datasets import make_ar_process

SIZES = st.tuples(
    st.integers(2, 90), st.integers(0, 400), st.integers(1, 3), st.integers(0, 9999)
)


def draw(sizes):
    """Return channels with ranges of their own, and the matrix of their windows."""
    length, extra, n_channels, seed = sizes
    rng = np.random.default_rng(seed)
    channels, parts = [], []
    for _ in range(n_channels):
        values = rng.normal(size=length + extra).cumsum()
        start = int(rng.integers(0, length))
        stop = int(rng.integers(start + 1, length + 1))
        channels.append(Channel(values, start, stop))
        parts.append(sliding_window_view(values, length)[:, start:stop])
    return channels, length, np.column_stack(parts)


@given(SIZES)
def test_window_moments_are_those_of_the_explicit_matrix(sizes):
    channels, length, rows = draw(sizes)
    ours, explicit = window_moments(channels, length), Moments.of_rows(rows)
    scale = np.abs(explicit.products).max() + 1
    np.testing.assert_allclose(ours.products, explicit.products, atol=1e-12 * scale)
    np.testing.assert_allclose(ours.sums, explicit.sums, atol=1e-12 * scale)
    assert ours.count == explicit.count
    np.testing.assert_array_equal(ours.products, ours.products.T)
    few = np.random.default_rng(0).permutation(rows.shape[1])[:4]
    part = few_moments(channels, length, few)
    np.testing.assert_allclose(
        part.products, ours.take(few).products, atol=1e-12 * scale
    )


@given(SIZES, st.data())
def test_parts_of_the_windows_add_up(sizes, data):
    channels, length, rows = draw(sizes)
    cut = data.draw(st.integers(0, len(rows)))
    total = window_moments(channels, length)
    scale = np.abs(total.products).max() + 1
    if 0 < cut < len(rows):
        early = window_moments(channels, length, last=cut)
        late = window_moments(channels, length, first=cut)
        np.testing.assert_allclose(
            (early + late).products, total.products, atol=1e-11 * scale
        )
        np.testing.assert_allclose(
            (total - late).products, early.products, atol=1e-11 * scale
        )
        assert early.count == cut


@given(SIZES)
def test_operator_is_the_explicit_matrix(sizes):
    channels, length, rows = draw(sizes)
    rng = np.random.default_rng(0)
    coef, values = rng.normal(size=rows.shape[1]), rng.normal(size=len(rows))
    windows = WindowOperator(channels, length)
    scale = np.abs(rows).max() * len(rows)
    np.testing.assert_allclose(windows.apply(coef), rows @ coef, atol=1e-13 * scale)
    np.testing.assert_allclose(
        windows.adjoint(values), values @ rows, atol=1e-13 * scale
    )
    np.testing.assert_array_equal(windows.column(0), rows[:, 0])


def test_no_window_is_an_error():
    with pytest.raises(ValueError, match=r"3 values has no windows of len.*fewer lags"):
        window_moments([Channel(np.zeros(3), 0, 4)], 4)


def test_pairwise_moments_without_gaps_are_autocovariances():
    y = make_ar_process(5000, random_state=1)
    found = pairwise_moments([Channel(y - y.mean(), 0, 4)], 4).covariance()
    centred = y - y.mean()
    for lag in range(4):
        expected = centred[lag:] @ centred[: len(y) - lag] / (len(y) - lag)
        np.testing.assert_allclose(np.diag(found, lag), expected, rtol=1e-10)


def test_pairwise_moments_are_repaired_when_they_contradict_each_other():
    rng = np.random.default_rng(0)
    y = np.sin(np.arange(60.0)) * 3
    y[rng.random(60) < 0.6] = np.nan
    covariance = pairwise_moments([Channel(y, 0, 12)], 12).covariance()
    assert np.linalg.eigvalsh(covariance)[0] > 0
    gaps = np.full(60, np.nan)
    gaps[::30] = [1.0, 2.0]
    with pytest.raises(ValueError, match=r"too many values are missing.*fewer lags"):
        pairwise_moments([Channel(gaps, 0, 12)], 12)


def test_one_factorisation_gives_least_squares_of_every_order():
    y = make_ar_process(400, random_state=0)
    found = select_order(y, 8)
    X, target = make_lag_matrix(y, 8)
    for order in range(9):
        design = np.column_stack([np.ones(len(X)), X[:, :order]])
        residual = target - design @ np.linalg.lstsq(design, target, rcond=None)[0]
        assert found.errors[order] == pytest.approx(np.mean(residual**2), rel=1e-9)
    assert found.order == 3


def test_levinson_agrees_with_the_toeplitz_system_and_nears_least_squares():
    y = make_ar_process(20_000, random_state=0)
    coef = yule_walker(y, 3, horizon=2)
    problem_moments = window_moments([Channel(y - y.mean(), 0, 5)], 5)
    problem = Problem.of(problem_moments, [2, 1, 0], [3, 4])
    exact, _ = problem.in_units(problem.least_squares())
    np.testing.assert_allclose(coef, exact, atol=2e-3)
    assert not np.allclose(coef[0], coef[1], atol=0.1)


@given(st.integers(0, 2**32 - 1))
def test_singular_problems_get_the_solution_of_least_norm(seed):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(30, 4))
    X = np.column_stack([X, X[:, 0], np.full(30, 2.0)])  # a copy and a constant
    y = X[:, :2].sum(axis=1)
    problem = Problem.of(Moments.of_rows(np.column_stack([X, y])), range(6), [6])
    coef, intercept = problem.in_units(problem.least_squares())
    np.testing.assert_allclose(coef[0], [0.5, 1, 0, 0, 0.5, 0], atol=1e-7)
    assert intercept[0] == pytest.approx(0, abs=1e-6)
