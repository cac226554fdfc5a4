"""Tables and columns of Arrow data are read like those of pandas."""

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from numpy.testing import assert_array_equal

from skreg import (
    RegularizedClassifier,
    RegularizedRegressor,
    TJEPAClassifier,
    TJEPATransformer,
)
from skreg.preprocessing import TabularEncoder

N = 90
X = np.random.default_rng(0).normal(size=N)
LABELS = np.where(X > 0, "yes", "no")
TABLE = pa.table(
    {
        "number": X,
        "text": ["a", "b", None] * (N // 3),
        "large": pa.array(["a", "b", "c"] * (N // 3), pa.large_string()),
        "flag": pa.array((X > 0).tolist()),
        "level": pa.array(["u", None, "v"] * (N // 3)).dictionary_encode(),
        "whole": pa.array([1, None, 3] * (N // 3), pa.int32()),
        "empty": pa.nulls(N),
    }
)
PIECES = pa.concat_tables([TABLE.slice(0, 40), TABLE.slice(40)])


class Stream:
    """What only says that it is a stream of Arrow data, as results of databases do."""

    def __init__(self, table):
        self.table = table

    def __arrow_c_stream__(self, requested_schema=None):
        return self.table.__arrow_c_stream__(requested_schema)


@pytest.mark.parametrize(
    "table",
    [TABLE, PIECES, TABLE.to_batches()[0], Stream(TABLE), TABLE.to_reader()],
    ids=["table", "pieces", "batch", "stream", "reader"],
)
def test_is_encoded_like_a_frame_of_pandas(table):
    encoder = TabularEncoder().fit(TABLE.to_pandas())
    expected = encoder.transform(TABLE.to_pandas())
    assert_array_equal(encoder.transform(table), expected)


def test_is_learnt_like_a_frame_of_pandas():
    frame = TABLE.to_pandas()
    expected = TabularEncoder().fit(frame).transform(frame)
    encoder = TabularEncoder().fit(TABLE)
    assert_array_equal(encoder.transform(TABLE), expected)
    assert encoder.feature_names_in_.tolist() == TABLE.column_names


@pytest.mark.parametrize("form", ["table", "batch"])
def test_columns_in_another_order_are_noticed(form):
    other = TABLE.select(TABLE.column_names[::-1])
    other = other.to_batches()[0] if form == "batch" else other
    with pytest.raises(ValueError, match="feature names should match"):
        TabularEncoder().fit(TABLE).transform(other)


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("timestamp", pa.array([1, 2], pa.timestamp("s"))),
        ("list", pa.array([[1], [2]])),
        ("struct", pa.array([{"a": 1}, {"a": 2}])),
    ],
)
def test_what_is_no_column_is_refused_by_name(kind, values):
    with pytest.raises(TypeError, match=f"Cannot encode column 'odd' of type {kind}"):
        TabularEncoder().fit(pa.table({"odd": values}))


@pytest.mark.parametrize(
    "labels",
    [
        pa.array(LABELS.tolist()),
        pa.chunked_array([LABELS[:50].tolist(), LABELS[50:].tolist()]),
        pa.array(LABELS.tolist()).dictionary_encode(),
        pa.array((X > 0).tolist()),
        pa.array((X > 0).astype(int)),
    ],
    ids=["text", "pieces", "dictionary", "flags", "numbers"],
)
def test_labels_may_be_arrow_arrays(labels):
    plain = np.array(labels.to_pylist())
    weight = pa.array(np.ones(N))
    net = RegularizedClassifier(max_epochs=1, random_state=0)
    bits = net.fit(TABLE, labels, sample_weight=weight).predict_proba(TABLE)
    assert_array_equal(net.fit(TABLE, plain).predict_proba(TABLE), bits)
    assert net.score(TABLE, labels) == net.score(TABLE, plain)
    assert_array_equal(net.classes_, np.unique(plain))


def test_other_targets_may_be_arrow_data():
    net = RegularizedRegressor(max_epochs=1, random_state=0)
    assert net.fit(TABLE, pa.array(X)).score(TABLE, pa.array(X)) < 1
    assert net.fit(TABLE, pa.table({"a": X, "b": -X})).predict(TABLE).shape == (N, 2)
    few = pa.array(np.where(np.arange(N) < 60, X > 0, -1))
    transformer = TJEPATransformer(max_epochs=1, random_state=0)
    classifier = TJEPAClassifier(pretrained=transformer, random_state=0)
    assert classifier.fit(TABLE, few).predict(TABLE).shape == (N,)


@pytest.mark.parametrize("labels", [["a", None] * 45, [1, None] * 45])
def test_missing_labels_are_counted(labels):
    with pytest.raises(ValueError, match="NaN or None in 45 of 90 rows"):
        RegularizedClassifier().fit(TABLE, pa.array(labels))


def test_missing_entries_of_dictionaries_in_pieces():
    """``to_numpy`` of some releases of pyarrow puts other levels in their place."""
    level = pa.chunked_array([pa.array(["u", None, "v"]).dictionary_encode()] * 2)
    codes = TabularEncoder().fit_transform(pa.table({"level": level}))
    assert codes.ravel().tolist() == [1, 3, 2, 1, 3, 2]
    frame = pd.DataFrame({"level": pd.Categorical(["u", None, "v"] * 2)})
    assert_array_equal(TabularEncoder().fit_transform(frame), codes)
