"""Laws which hold for every table: weights are copies, order does not matter."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from skreg.preprocessing import TabularEncoder
from skreg.preprocessing._column_statistics import column_statistics

close = {"rtol": 1e-10, "atol": 1e-10}
gap = st.none()
rows = st.fixed_dictionaries(
    {
        "number": st.integers(-1000, 1000) | gap,
        "nullable": st.integers(0, 2) | gap,
        "string": st.sampled_from(["a", "b", "c"]) | gap,
        "flag": st.booleans() | gap,
    }
)
DTYPES = {
    "number": "float64",
    "nullable": "Int64",
    "string": "category",
    "flag": "boolean",
}


@st.composite
def tables(draw):
    frame = pd.DataFrame(draw(st.lists(rows, min_size=1, max_size=12)), dtype=object)
    frame = frame.astype(DTYPES)
    frame["number"] = frame["number"] / 1000 * 10.0 ** draw(st.integers(-300, 300))
    return frame


@st.composite
def weighted_tables(draw):
    frame = draw(tables())
    counts = st.integers(0, 3)
    weight = draw(st.lists(counts, min_size=len(frame), max_size=len(frame)))
    weight[draw(st.integers(0, len(frame) - 1))] = 1
    return frame, np.array(weight)


encodings = st.sampled_from(["ordinal", "onehot"])
scalings = st.sampled_from(["standard", "robust", "quantile", None])
frequencies = st.sampled_from([None, 1, 2, 0.3])


@settings(deadline=None)
@given(weighted_tables(), encodings, scalings, frequencies, st.booleans())
def test_weights_are_copies_and_weight_zero_is_absence(
    table, encoding, scaling, frequency, scale_indicators
):
    frame, weight = table
    encoder = TabularEncoder(
        categorical_encoding=encoding,
        scaling=scaling,
        scale_indicators=scale_indicators,
        min_frequency=frequency,
    )
    copies = frame.iloc[np.repeat(np.arange(len(frame)), weight)]
    expected = encoder.fit(copies).transform(frame)
    names, levels = encoder.get_feature_names_out(), encoder.cardinalities_
    encoder.fit(frame, sample_weight=weight)
    assert_array_equal(encoder.get_feature_names_out(), names)
    assert encoder.cardinalities_ == levels
    actual = encoder.transform(frame)
    if scaling in ("robust", "quantile"):
        assert_array_equal(actual, expected)
    assert_allclose(actual, expected, **close)


@settings(deadline=None)
@given(tables(), st.randoms(use_true_random=False), encodings, scalings)
def test_order_does_not_matter(frame, random, encoding, scaling):
    def named_columns(data):
        encoder = TabularEncoder(categorical_encoding=encoding, scaling=scaling)
        out = encoder.set_output(transform="pandas").fit_transform(data)
        assert len(out) == len(data)
        return out

    expected = named_columns(frame)
    rows = random.sample(list(frame.index), len(frame))
    columns = random.sample(list(frame.columns), frame.shape[1])
    actual = named_columns(frame.loc[rows, columns])
    assert_allclose(actual.loc[expected.index, expected.columns], expected, **close)


@settings(deadline=None)
@given(tables(), scalings)
def test_a_row_does_not_see_its_neighbours(frame, scaling):
    encoder = TabularEncoder(scaling=scaling).fit(frame)
    whole = encoder.transform(frame)
    for i in range(len(frame)):
        assert_array_equal(encoder.transform(frame.iloc[[i]]), whole[[i]])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_statistics_against_the_definition_over_many_blocks(dtype):
    rng = np.random.default_rng(0)
    X = rng.lognormal(size=(40_000, 7)).astype(dtype) + dtype(100)
    X[rng.random(X.shape) < 0.1] = np.nan
    weight = rng.random(len(X)) * (rng.random(len(X)) < 0.8)
    mean, scale = column_statistics(X, weight)
    for column, m, s in zip(X.T.astype(np.float64), mean, scale, strict=True):
        known = ~np.isnan(column)
        expected = np.average(column[known], weights=weight[known])
        squares = (column[known] - expected) ** 2
        assert m == pytest.approx(expected, rel=1e-13)
        assert s**2 == pytest.approx(np.average(squares, weights=weight[known]), 1e-12)


@pytest.mark.parametrize("scaling", ["standard", "robust", "quantile"])
def test_memory_order_does_not_matter(scaling):
    X = np.random.default_rng(0).standard_normal((20_000, 9))
    encoder = TabularEncoder(scaling=scaling)
    expected = encoder.fit_transform(np.array(X, order="C"))
    assert_array_equal(encoder.fit_transform(np.array(X, order="F")), expected)
    strided = np.repeat(X, 2, axis=1)[:, ::2]
    assert_array_equal(encoder.fit_transform(strided), expected)


@pytest.mark.parametrize("size", [1e300, 1.7e308, 1e-310, 1e-30, 1e30])
def test_extreme_sizes(size):
    encoder = TabularEncoder()
    out = encoder.fit_transform(np.array([[-size], [size], [size], [size]]))
    assert_allclose(encoder.mean_, size / 2, rtol=1e-12)
    assert_allclose(out.ravel() * np.sqrt(3), [-3, 1, 1, 1], rtol=1e-12)


def test_the_whole_range_of_floats_in_one_column():
    # Entry minus mean is out of range here, the standardized entry is not.
    X = np.array([[-1.7e308]] * 9 + [[1.7e308]])
    assert_allclose(TabularEncoder().fit_transform(X).ravel(), [-1 / 3] * 9 + [3])


def test_large_singles():
    X = np.array([[1e30, -3e38], [3e30, 3e38]], dtype=np.float32)
    assert_allclose(
        TabularEncoder(dtype=np.float32).fit_transform(X), [[-1, -1], [1, 1]]
    )


@pytest.mark.parametrize(
    "column",
    [
        [0.1] * 1001,
        [1e9 + 1e-7, 1e9, 1e9 - 1e-7],
        [0.1 + 0.2, 0.3],
        np.array([0.1, 0.1], dtype=np.float32) * np.float32(3),
        [1e300] * 3,
        [5e-324, 5e-324],
    ],
)
def test_constant_up_to_rounding(column):
    encoder = TabularEncoder().fit(np.array(column)[:, None])
    assert encoder.scale_ == 1
    assert_allclose(encoder.mean_, column[0], rtol=1e-12)


def test_a_large_offset_is_not_a_constant():
    out = TabularEncoder().fit_transform(1e9 + np.array([[0.0], [2.0]]))
    assert out.tolist() == [[-1], [1]]


@pytest.mark.parametrize("largest", [1.0, 1e308])
def test_vanishing_weights_leave_a_finite_result(largest):
    weight = [largest] * 20 + [5e-324]
    encoder = TabularEncoder().fit([[0.0]] * 20 + [[5.0]], sample_weight=weight)
    assert encoder.mean_ == 0
    assert encoder.scale_ == 1
