"""Weighted quantiles by their definition, and the bin edges made of them."""

import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.testing import assert_allclose, assert_array_equal

from skreg.preprocessing._bins import bin_edges
from skreg.preprocessing._quantiles import distributions

NAN = np.nan
floats = st.floats(allow_nan=False, allow_infinity=False)
# Few values make ties, many make none.
entries = st.one_of(st.integers(-3, 3).map(float), floats, st.just(np.nan))
matrices = hnp.arrays(
    np.float64, st.tuples(st.integers(1, 25), st.integers(1, 3)), elements=entries
)
n_bins = st.integers(1, 12)


@st.composite
def weighted(draw):
    X = draw(matrices)
    weight = draw(st.lists(st.integers(0, 4), min_size=len(X), max_size=len(X)))
    weight[draw(st.integers(0, len(X) - 1))] = 1
    return X, np.array(weight)


def only(X, weight=None):
    """Return the distribution of a single column."""
    column = np.asarray(X, dtype=float)[:, None]
    weight = None if weight is None else np.asarray(weight, dtype=float)
    (distribution,) = distributions(column, weight)
    return distribution


def same(actual, expected):
    assert len(actual) == len(expected)
    for one, other in zip(actual, expected, strict=True):
        assert_array_equal(one, other)


@given(st.lists(floats, min_size=1, max_size=30), st.integers(1, 12))
def test_the_inverse_of_the_distribution_function(values, parts):
    levels = np.arange(parts + 1) / parts
    actual = only(values).quantiles(levels)
    ranked = sorted(values)
    # ceil(n i / parts), in whole numbers
    ranks = [max(1, -(-len(values) * i // parts)) for i in range(parts + 1)]
    assert actual.tolist() == [ranked[rank - 1] for rank in ranks]


@settings(deadline=None)
@given(weighted(), n_bins)
def test_weights_are_copies_to_the_last_bit(table, n_bins):
    X, weight = table
    copies = np.repeat(X, weight, axis=0)
    same(bin_edges(X, n_bins, weight), bin_edges(copies, n_bins))
    levels = np.linspace(0, 1, 9)
    for one, other in zip(
        distributions(X, weight.astype(float)), distributions(copies, None), strict=True
    ):
        assert_array_equal(one.values, other.values)
        if len(one.values):
            assert_array_equal(one.quantiles(levels), other.quantiles(levels))
            assert_array_equal(one.midranks(one.values), other.midranks(other.values))


@settings(deadline=None)
@given(weighted(), n_bins, st.sampled_from([0.1, 1 / 3, 0.7, 1e-300, 1e300]))
def test_the_unit_of_the_weights_does_not_matter(table, n_bins, unit):
    X, weight = table
    same(bin_edges(X, n_bins, weight * unit), bin_edges(X, n_bins, weight))


@given(weighted(), n_bins)
def test_edges_by_definition(table, n_bins):
    X, weight = table
    for column, edges in zip(X.T, bin_edges(X, n_bins, weight), strict=True):
        known = np.repeat(column, weight)
        known = known[~np.isnan(known)]
        if not len(known):
            assert edges.tolist() == [0]
            continue
        distinct = np.unique(known)
        if len(distinct) > n_bins:
            levels = np.arange(n_bins + 1)
            picks = [
                np.sort(values)[np.maximum(1, -(-len(values) * levels // n_bins)) - 1]
                for values in (known, distinct)
            ]
            distinct = np.unique(picks)
        assert edges.dtype == np.float64
        assert_array_equal(edges, distinct)


def test_a_value_shared_by_most_rows_leaves_edges_to_the_others():
    X = np.concatenate([np.zeros(900), np.linspace(1, 2, 100)])[:, None]
    (edges,) = bin_edges(X, 10)
    assert len(edges) >= 10
    assert np.sum(edges >= 1) >= 9


@pytest.mark.parametrize(
    ("column", "expected"),
    [([3.0, 3.0], [3]), ([np.nan], [0]), ([0.0, -0.0], [0]), ([5.0, 1.0], [1, 5])],
)
def test_edges_of_small_columns(column, expected):
    (edges,) = bin_edges(np.array(column)[:, None], 4)
    assert edges.tolist() == expected
    assert not np.signbit(edges).any()


def test_singles_become_doubles_without_rounding():
    X = np.array([[0.1], [0.7]], dtype=np.float32)
    assert_array_equal(bin_edges(X, 2)[0], X.ravel().astype(np.float64))


def test_a_value_of_vanishing_weight_is_an_edge():
    X = np.arange(8.0)[:, None]
    weight = np.array([1e300] * 7 + [5e-324])
    assert bin_edges(X, 2, weight)[0][-1] == 7
    assert bin_edges(X, 2, weight[::-1])[0][0] == 0


def test_vanishing_weights_are_not_rounding():
    assert only([1, 2], [1, 1e-14]).quantiles(np.array([1.0])) == 2
    # All that is known of this column weighs nothing next to its gap.
    column = only([NAN, 1, 2, 3], [1e300, 5e-324, 5e-324, 5e-324])
    assert column.quantiles(np.array([0.5])) == 2
    assert_allclose(column.midranks(column.values), [1 / 6, 1 / 2, 5 / 6])


def test_rounding_of_weights_does_not_move_a_quantile():
    # In floats 0.1 + 0.2 > 0.3, so that half of the weight is just missed.
    weight = [0.3, 0.1, 0.2]
    assert only([1, 2, 3], weight).quantiles(np.array([0.5])) == 1


def test_midranks_share_the_ties():
    column = only([1, 1, 2, 5], [1, 1, 1, 1])
    assert_allclose(column.midranks(column.values), [0.25, 0.625, 0.875])


def test_no_bins():
    with pytest.raises(ValueError, match="n_bins must be at least 1, got 0"):
        bin_edges(np.ones((2, 1)), 0)


def test_many_rows_take_no_time():
    rng = np.random.default_rng(0)
    X = rng.standard_normal((20_000, 50))
    weight = rng.random(len(X))
    start = time.process_time()
    bin_edges(X, 48, weight)
    # A fifth of the rows for which two seconds are allowed.
    assert time.process_time() - start < 1
