"""A column without any entry in fit is 0 in predictions, whatever it then holds."""

import numpy as np
import pandas as pd
import polars as pl
import pytest
from numpy.testing import assert_array_equal

from skreg import RegularizedClassifier, TJEPAClassifier, TJEPATransformer
from skreg.preprocessing import TabularEncoder

N = 40
X = np.random.default_rng(0).normal(size=N)
EMPTY = {
    "objects": pd.Series([None] * N, dtype=object),
    "floats": pd.Series([np.nan] * N),
    "nullable": pd.Series([pd.NA] * N, dtype="Float64"),
    "text": pd.Series([None] * N, dtype="string"),
    "levels": pd.Series(pd.Categorical([None] * N)),
}
LATER = {
    "text": ["a"] * N,
    "flags": [True] * N,
    "numbers": [3.5] * N,
    "nothing": [None] * N,
    "mixed": ["a", None] * (N // 2),
}


@pytest.mark.parametrize("later", LATER)
@pytest.mark.parametrize("empty", EMPTY)
def test_frames(empty, later):
    encoder = TabularEncoder().fit(pd.DataFrame({"x": X, "c": EMPTY[empty]}))
    frame = pd.DataFrame({"x": X, "c": pd.Series(LATER[later], dtype=object)})
    expected = encoder.transform(pd.DataFrame({"x": X, "c": EMPTY[empty]}))
    if empty in ("objects", "floats", "nullable"):
        assert_array_equal(encoder.transform(frame), expected)
    else:  # of levels, missing is one
        assert np.isfinite(encoder.transform(frame)).all()


def test_polars_and_arrays():
    table = TabularEncoder().fit(pl.DataFrame({"x": X, "c": [None] * N}))
    later = pl.DataFrame({"x": X, "c": ["a"] * N})
    assert_array_equal(table.transform(later)[:, 1], 0)
    array = np.column_stack([X.astype(object), np.full(N, None)])
    encoder = TabularEncoder().fit(array)
    array[:, 1] = "a"
    assert_array_equal(encoder.transform(array)[:, 1], 0)


def test_first_rows_of_a_stream():
    y = (X > 0).astype(int)
    empty = pd.DataFrame({"x": X, "c": [None] * N})
    net = RegularizedClassifier(random_state=0).partial_fit(empty, y)
    net.partial_fit(pd.DataFrame({"x": X, "c": ["a", "b"] * (N // 2)}), y)
    assert np.isfinite(net.predict_proba(empty)).all()


def test_rows_without_labels_may_tell_what_a_column_holds():
    y = (X > 0).astype(int)
    labelled = pd.DataFrame({"x": X, "c": [None] * N})
    others = pd.DataFrame({"x": X, "c": ["a", "b"] * (N // 2)})
    net = TJEPAClassifier(
        pretrained=TJEPATransformer(max_epochs=1, random_state=0), random_state=0
    )
    assert net.fit(labelled, y, X_unlabeled=others).predict(others).shape == (N,)


def test_text_where_numbers_were_is_still_an_error():
    encoder = TabularEncoder().fit(pd.DataFrame({"x": X}))
    with pytest.raises(ValueError, match="Numbers were expected in column 'x'"):
        encoder.transform(pd.DataFrame({"x": ["a"] * N}))
