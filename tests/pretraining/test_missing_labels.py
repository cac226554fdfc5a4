"""What counts as no label, in all forms in which tables say it."""

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from skreg.pretraining import TJEPAClassifier, TJEPARegressor, TJEPATransformer
from skreg.pretraining._missing_labels import read_labels, read_values

ALL = np.ones(4, dtype=bool)
TEXTS = ["yes", "no", None, "no"]
WHOLE = [1, 0, None, 0]


def _objects(values):
    array = np.empty(len(values), dtype=object)
    array[:] = values
    return array


def _with(values, mark):
    return _objects([mark if value is None else value for value in values])


@pytest.mark.parametrize(
    ("y", "classes", "kind"),
    [
        (_with(TEXTS, -1), ["no", "yes"], "O"),
        (["yes", "no", -1, "no"], ["no", "yes"], "O"),
        (_with(TEXTS, None), ["no", "yes"], "O"),
        (_with(TEXTS, np.nan), ["no", "yes"], "O"),
        (_with(TEXTS, pd.NA), ["no", "yes"], "O"),
        (_with(TEXTS, pd.NaT), ["no", "yes"], "O"),
        (pd.Series(TEXTS, dtype="string"), ["no", "yes"], "O"),
        (pd.Series(TEXTS, dtype="category"), ["no", "yes"], "O"),
        (pl.Series(TEXTS), ["no", "yes"], "O"),
        (pl.Series(TEXTS, dtype=pl.Categorical), ["no", "yes"], "O"),
        (pa.array(TEXTS), ["no", "yes"], "O"),
        (np.array([1, 0, -1, 0]), [0, 1], "i"),
        (np.array([1, 0, -1, 0], dtype=np.int8), [0, 1], "i"),
        (np.array([1.0, 0.0, np.nan, 0.0]), [0, 1], "f"),
        (np.array([[1.0], [0.0], [-1.0], [0.0]]), [0, 1], "f"),
        (_with(WHOLE, pd.NA), [0, 1], "i"),
        (pd.Series(WHOLE, dtype="Int64"), [0, 1], "i"),
        (pd.Series([1, 0, -1, 0], dtype="Int64"), [0, 1], "i"),
        (pd.Series(WHOLE, dtype="int64[pyarrow]"), [0, 1], "i"),
        (pd.Series(WHOLE, dtype="category"), [0, 1], "i"),
        (pl.Series(WHOLE), [0, 1], "i"),
        (pd.DataFrame({"y": pd.Series(WHOLE, dtype="Int64")}), [0, 1], "if"),
        ([True, False, None, False], [False, True], "b"),
        (pd.Series([True, False, None, False], dtype="boolean"), [False, True], "b"),
    ],
)
@pytest.mark.filterwarnings("ignore:A column-vector y")
def test_forms_of_no_label(y, classes, kind):
    labels, labeled = read_labels(y, ALL)
    assert labeled.tolist() == [True, True, False, True]
    assert np.unique(labels[labeled]).tolist() == classes
    assert labels.dtype.kind in kind


def test_labels_without_gaps_keep_their_type():
    for y in (["a", "b"], np.array(["a", "b"]), np.array([2, 5]), [True, False]):
        labels, labeled = read_labels(y, ALL[:2])
        assert labeled.all()
        np.testing.assert_array_equal(labels, y)
        assert labels.dtype == np.asarray(y).dtype


@pytest.mark.parametrize(
    ("y", "words"),
    [
        (np.array(["yes", "no", "-1", "no"]), "dtype object with the number -1"),
        (_objects(["yes", "no", "-1", -1]), "the text '-1'"),
        (pd.Series(["yes", "no", "-1", None], dtype="category"), "the text '-1'"),
        (np.array([1, -1, -1, -1]), "code the two as 0 and 1"),
        (np.array([-1.0, -1.0, np.nan, 1.0]), "the single class 1"),
        (pd.Series([-1, -1, 1, None], dtype="Int64"), "-1 in 2 rows"),
        (_objects(["yes", 1, -1, "no"]), "mixes labels of the types int, str"),
        (np.array([1.0, 0.0, np.inf, 0.0]), "infinity"),
    ],
)
def test_labels_that_leave_a_doubt(y, words):
    with pytest.raises(ValueError, match=words):
        read_labels(y, ALL)


def test_balanced_signs_are_classes_but_not_silently():
    with pytest.warns(UserWarning, match="taken as two classes"):
        labels, labeled = read_labels(np.array([1, -1, -1, 1]), ALL)
    assert labeled.all()
    assert labels.tolist() == [1, -1, -1, 1]


@pytest.mark.parametrize(
    "y",
    [
        [1.5, 2, None, 4],
        _objects([1.5, 2, pd.NA, 4]),
        np.array([1.5, 2, np.nan, 4]),
        pd.Series([1.5, 2, None, 4], dtype="Float64"),
        pl.Series([1.5, 2, None, 4]),
        pa.array([1.5, 2, None, 4]),
    ],
)
def test_forms_of_no_value(y):
    np.testing.assert_array_equal(read_values(y), [1.5, 2, np.nan, 4])


def test_no_value_in_one_of_two_targets():
    frame = pd.DataFrame({"a": [1, None], "b": [2.0, 3.0]}, dtype="Float64")
    np.testing.assert_array_equal(read_values(frame), [[1, 2], [np.nan, 3]])
    with pytest.raises(ValueError, match="not a number"):
        read_values(_objects([1.0, "tall", None]))


def test_estimators_learn_from_rows_without_labels(small, mixed):
    encoder = TJEPATransformer(**small)
    y = _objects(["no", "yes", None, -1] * 50)
    net = TJEPAClassifier(pretrained=encoder, random_state=0).fit(mixed, y)
    assert (net.n_labeled_, net.classes_.tolist()) == (100, ["no", "yes"])
    assert set(net.predict(mixed)) <= {"no", "yes"}
    values = pd.Series([1.0, 2.0, None, None] * 50, dtype="Float64")
    assert TJEPARegressor(pretrained=encoder).fit(mixed, values).n_labeled_ == 100
