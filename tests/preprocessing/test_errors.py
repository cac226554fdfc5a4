"""Tables which cannot be encoded: which column, of which type, and what to do."""

import datetime

import numpy as np
import pandas as pd
import pytest
from sklearn.exceptions import NotFittedError

from skreg.preprocessing import TabularEncoder
from skreg.preprocessing._columns import read_table

DAY = datetime.date(2020, 1, 1)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (pd.to_datetime(["2020-01-01"]), r"'when' of type datetime64\[.*year"),
        (pd.to_timedelta([1], unit="D"), r"'when' of type timedelta64\[.*year"),
        (
            pd.period_range("2020", periods=1, freq="D"),
            r"'when' of type period\[.*year",
        ),
        ([DAY], "'when' of type object, with entries of type datetime.date.*year"),
        ([1j], "'when' of type complex128.*real and its imaginary"),
        ([{"a": 1}], "'when' of type object, with entries of type dict.*columns"),
        ([[1, 2]], "'when' of type object, with entries of type list.*columns"),
        (pd.arrays.SparseArray([1]), r"'when' of type Sparse\[.*to_dense"),
    ],
)
def test_columns_of_other_types(values, message):
    frame = pd.DataFrame({"age": [1], "when": values})
    with pytest.raises(TypeError, match=message):
        TabularEncoder().fit(frame)


@pytest.mark.parametrize(
    ("X", "message"),
    [
        (np.array([[DAY]], dtype="M8[D]"), r"column 0 of type datetime64\[D\].*year"),
        (np.array([[1, DAY]], dtype=object), "column 1 of type object.*datetime.date"),
        (np.array([["a", 1j]], dtype=object), "column 1 of type object.*complex"),
        (np.array([["a", {}]], dtype=object), "column 1 of type object.*dict"),
        (np.array([["a", object()]], dtype=object), "column 1.*or categories, or drop"),
    ],
)
def test_arrays_of_other_types(X, message):
    with pytest.raises(TypeError, match=message):
        TabularEncoder().fit(X)


@pytest.mark.parametrize(
    ("X", "where"),
    [
        (np.array([[1.0, np.inf], [2.0, -np.inf]]), "column 1"),
        (np.array([[1.0, np.inf]], dtype=np.float32), "column 1"),
        (np.array([["a", np.inf]], dtype=object), "column 1"),
        (pd.DataFrame({"a": [1.0], "b": [-np.inf]}), "column 'b'"),
        (pd.DataFrame({"a": ["x"], "b": [-np.inf]}), "column 'b'"),
    ],
)
def test_infinity(X, where):
    message = f"contains infinity or a value too large for .* in {where}.*by NaN"
    with pytest.raises(ValueError, match=message):
        TabularEncoder().fit(X)


def test_an_integer_too_large_for_a_float():
    with pytest.raises(
        ValueError, match="column 0 holds a number which is not a float"
    ):
        TabularEncoder().fit(np.array([[10**400], [1]], dtype=object))


def test_numbers_in_fit_but_strings_now():
    encoder = TabularEncoder().fit(pd.DataFrame({"age": [1, 2], "pet": ["cat", "dog"]}))
    frame = pd.DataFrame({"age": ["old", "2"], "pet": ["cat", "dog"]})
    with pytest.raises(
        ValueError, match=r"Numbers were expected in column 'age'.*'old'"
    ):
        encoder.transform(frame)
    frame["age"] = ["2", "inf"]
    with pytest.raises(ValueError, match=r"infinity.*column 'age'"):
        encoder.transform(frame)


@pytest.mark.parametrize(
    ("X", "message"),
    [
        (pd.DataFrame({"a": []}), r"0 sample\(s\) \(shape=\(0, 1\)\).*TabularEncoder"),
        (pd.DataFrame(index=[0]), r"0 feature\(s\) \(shape=\(1, 0\)\)"),
        (np.empty((0, 2)), r"0 sample\(s\)"),
        ([1.0, 2.0], "Expected 2D array, got 1D array instead"),
        (pd.Series([1.0, 2.0]), "Expected a 2-dimensional container"),
    ],
)
def test_wrong_shapes_in_the_words_of_scikit_learn(X, message):
    with pytest.raises(ValueError, match=message):
        TabularEncoder().fit(X)


@pytest.mark.parametrize("X", [np.ones((1, 3)), np.ones((1, 3)).tolist()])
def test_errors_bear_the_name_of_the_estimator(X):
    class Owner(TabularEncoder):
        pass

    owner = Owner().fit(np.ones((2, 4)))
    with pytest.raises(ValueError, match="X has 3 features, but Owner is expecting 4"):
        read_table(owner, X, reset=False)


def test_unfitted():
    with pytest.raises(NotFittedError):
        TabularEncoder().transform([[1.0]])


@pytest.mark.parametrize(
    ("weight", "message"),
    [([0, 0], "at least one non-zero"), ([-1, 2], "Negative"), ([1], "shape")],
)
def test_weights(weight, message):
    with pytest.raises(ValueError, match=message):
        TabularEncoder().fit([[1.0], [2.0]], sample_weight=weight)
