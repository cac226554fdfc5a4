"""What comes out of the encoder, for tables of all kinds."""

import pickle
import tracemalloc

import numpy as np
import pandas as pd
import polars
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from skreg.preprocessing import TabularEncoder, _columns
from skreg.preprocessing._columns import read_table

NAN = np.nan
SCALINGS = ["standard", "robust", "quantile", None]


@pytest.fixture
def frame():
    return pd.DataFrame(
        {
            "float": [1.0, NAN, 3.0],
            "single": np.array([2, 2, 2], dtype=np.float32),
            "nullable": pd.array([1, None, 5], dtype="Int64"),
            "numbers": pd.Series([1, 2.5, None], dtype=object),
            "bool": [True, False, True],
            "flag": pd.array([True, None, False], dtype="boolean"),
            "string": ["b", "a", None],
            "mixed": pd.Series(["a", 1, 2.5], dtype=object),
            "category": pd.Categorical(["y", None, "x"]),
            "year": pd.Categorical([2021, 2020, 2021]),
            "interval": pd.cut([1, 9, 1], [0, 5, 10]),
        }
    )


EXPECTED = {
    "float": [-1, 0, 1],
    "single": [0, 0, 0],
    "nullable": [-1, 0, 1],
    "numbers": [-1, 1, 0],
    "missingindicator_float": [0, 1, 0],
    "missingindicator_nullable": [0, 1, 0],
    "missingindicator_numbers": [0, 0, 1],
    "bool": [2, 1, 2],
    "flag": [2, 3, 1],
    "string": [2, 1, 3],
    "mixed": [3, 1, 2],
    "category": [2, 3, 1],
    "year": [2, 1, 2],
    "interval": [1, 2, 1],
}


def test_frame_of_all_types(frame):
    encoder = TabularEncoder().set_output(transform="pandas")
    out = encoder.fit_transform(frame)
    pd.testing.assert_frame_equal(out, pd.DataFrame(EXPECTED, dtype=float))
    assert encoder.n_numeric_out_ == 7
    assert encoder.cardinalities_ == [3, 4, 4, 4, 4, 3, 3]
    assert_array_equal(encoder.feature_names_in_, frame.columns)
    assert encoder.categories_[3].tolist() == [1, 2.5, "a"]


def test_onehot(frame):
    encoder = TabularEncoder(categorical_encoding="onehot", missing_indicator=False)
    out = encoder.set_output(transform="pandas").fit_transform(frame)
    assert out[["flag_False", "flag_True", "flag_nan"]].to_numpy().tolist() == [
        [0, 1, 0],
        [0, 0, 1],
        [1, 0, 0],
    ]
    assert "missingindicator_float" not in out
    assert out.shape[1] == encoder.n_numeric_out_ + sum(encoder.cardinalities_) - 7


@pytest.mark.parametrize("encoding", ["ordinal", "onehot"])
def test_one_row_at_a_time(frame, encoding):
    encoder = TabularEncoder(categorical_encoding=encoding)
    out = encoder.fit_transform(frame)
    rows = [encoder.transform(frame.iloc[[i]]) for i in range(len(frame))]
    assert_array_equal(np.vstack(rows), out)
    assert out.flags.c_contiguous


def test_polars_like_pandas():
    data = {
        "number": [1.0, None, 3.0],
        "string": ["b", "a", None],
        "bool": [True, None, False],
    }
    encoder = TabularEncoder()
    out = encoder.fit_transform(polars.DataFrame(data))
    assert_array_equal(out, encoder.fit_transform(pd.DataFrame(data)))
    assert encoder.transform(polars.DataFrame({k: [None] for k in data})).tolist() == [
        [0, 1, 3, 3]
    ]


def test_unseen_levels_and_unseen_gaps():
    ordinal = TabularEncoder().fit([["a"], ["b"]])
    assert ordinal.transform([["c"], [None], ["b"]]).tolist() == [[0], [0], [2]]
    onehot = TabularEncoder(categorical_encoding="onehot").fit([["a"], ["b"]])
    assert onehot.transform([["c"], [None], ["b"]]).tolist() == [[0, 0], [0, 0], [0, 1]]


def test_a_batch_without_strings_is_still_categorical():
    encoder = TabularEncoder().fit(np.array([["a"], [1], [2.5], [None]], dtype=object))
    assert encoder.transform([[2.5], [1.0], [NAN], [7]]).tolist() == [
        [2],
        [1],
        [4],
        [0],
    ]


def test_strings_of_digits_stay_strings():
    encoder = TabularEncoder().fit([["01", 1], ["1", 2]])
    assert encoder.categories_[0].tolist() == ["01", "1"]
    assert encoder.n_numeric_out_ == 1


@pytest.mark.parametrize("scaling", SCALINGS)
def test_all_missing_column_is_always_zero(scaling):
    encoder = TabularEncoder(scaling=scaling)
    assert encoder.fit_transform([[NAN], [NAN]]).tolist() == [[0], [0]]
    assert encoder.transform([[5.0], [NAN]]).tolist() == [[0], [0]]


def test_mean_fills_gaps_without_standardizing():
    X = np.array([[1.0], [5.0], [NAN]])
    encoder = TabularEncoder(scaling=None)
    out = encoder.fit_transform(X, sample_weight=[3, 1, 1])
    assert out.tolist() == [[1, 0], [5, 0], [2, 1]]


def test_gaps_new_at_transform_are_filled_without_an_indicator():
    encoder = TabularEncoder().fit([[0.0], [2.0]])
    assert encoder.transform([[NAN], [2.0]]).tolist() == [[0], [1]]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_far_values_are_clipped(dtype):
    encoder = TabularEncoder(dtype=dtype).fit([[1e-300], [3e-300]])
    out = encoder.transform([[1e308], [-1e308], [2e-300]])
    limit = np.finfo(dtype).max
    assert out.dtype == dtype
    assert out.ravel().tolist() == [limit, -limit, 0]


@pytest.mark.parametrize(
    "dtype", [np.int8, np.uint64, np.float16, np.longdouble, ">f8"]
)
def test_number_types(dtype):
    out = TabularEncoder().fit_transform(np.array([[1], [3]], dtype=dtype))
    assert out.tolist() == [[-1], [1]]


def test_a_table_read_by_an_estimator(frame):
    owner = TabularEncoder()
    table = read_table(owner, frame, reset=True)
    encoder = TabularEncoder().fit(table)
    assert_array_equal(encoder.feature_names_in_, frame.columns)
    assert_array_equal(encoder.transform(table), encoder.transform(frame))
    encoder.fit(read_table(TabularEncoder(), [[1.0]], reset=True))
    assert not hasattr(encoder, "feature_names_in_")
    assert encoder.n_features_in_ == 1


def test_plain_arrays_skip_the_long_validation(monkeypatch):
    X = np.array([[1.0, 2.0], [3.0, NAN]])
    encoder = TabularEncoder().fit(X)
    expected = encoder.transform(X.tolist())
    monkeypatch.delattr(_columns, "validate_data")
    assert_array_equal(encoder.transform(X), expected)
    with pytest.raises(ValueError, match="infinity"):
        encoder.transform(np.array([[1.0, np.inf]]))


def test_an_array_after_a_frame_warns():
    encoder = TabularEncoder().fit(pd.DataFrame({"a": [1.0, 2.0]}))
    with pytest.warns(
        UserWarning, match="X does not have valid feature names, but Tab"
    ):
        encoder.transform(np.array([[1.0]]))


@pytest.mark.parametrize("scaling", SCALINGS)
def test_input_is_left_alone(frame, scaling):
    before = frame.copy(deep=True)
    TabularEncoder(scaling=scaling).fit_transform(frame)
    pd.testing.assert_frame_equal(frame, before)
    X = np.array([[1.0, NAN], [2.0, 3.0]])
    X.flags.writeable = False
    out = TabularEncoder(scaling=scaling).fit_transform(X)
    assert not np.shares_memory(X, out)


@pytest.mark.parametrize("scaling", SCALINGS)
def test_pickle(frame, scaling):
    encoder = TabularEncoder(scaling=scaling, min_frequency=2).fit(frame)
    copy = pickle.loads(pickle.dumps(encoder))
    assert_array_equal(copy.transform(frame), encoder.transform(frame))


# Sorting takes a few columns, a block of rows a fraction of one.
@pytest.mark.parametrize(
    ("scaling", "share"), [("standard", 0.2), ("robust", 0.35), ("quantile", 0.35)]
)
def test_memory_stays_far_below_the_size_of_the_table(scaling, share):
    X = np.random.default_rng(0).standard_normal((200_000, 50), dtype=np.float32)
    encoder = TabularEncoder(scaling=scaling, dtype=np.float32)
    tracemalloc.start()
    try:
        encoder.fit(X)
        fit_peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.reset_peak()
        out = encoder.transform(X)
        transform_peak = tracemalloc.get_traced_memory()[1] - out.nbytes
    finally:
        tracemalloc.stop()
    assert fit_peak < share * X.nbytes
    assert transform_peak < 0.2 * X.nbytes
    assert_allclose(out.mean(axis=0), 0, atol=0.01)
    # Of normal entries divided by their interquartile range and clipped: 0.686.
    spread = {"standard": 1, "robust": 0.686, "quantile": 1}[scaling]
    assert_allclose(out.std(axis=0), spread, atol=0.01)
