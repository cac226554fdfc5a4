"""Rare levels share a code, as scikit-learn's OneHotEncoder has it."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_array_equal
from sklearn.preprocessing import OneHotEncoder

from skreg.preprocessing import TabularEncoder

COLUMN = ["a"] * 3 + ["b"] * 1 + ["c"] * 4 + ["d"] * 2 + [None] * 1
LEVELS = [["a"], ["b"], ["c"], ["d"], [None], ["new"]]


def rows(values):
    return np.array(values, dtype=object)[:, None]


def test_codes():
    encoder = TabularEncoder(min_frequency=3).fit(rows(COLUMN))
    # The others, then the shared one, then the missing entries.
    assert encoder.transform(LEVELS).ravel().tolist() == [1, 3, 2, 3, 4, 3]
    assert encoder.cardinalities_ == [5]
    assert_array_equal(encoder.infrequent_categories_[0], ["b", "d"])
    assert encoder.categories_[0].tolist()[:4] == ["a", "b", "c", "d"]
    assert np.isnan(encoder.categories_[0][4])


def test_names():
    encoder = TabularEncoder(min_frequency=3, categorical_encoding="onehot")
    out = encoder.fit(rows(COLUMN)).transform(LEVELS)
    assert encoder.get_feature_names_out().tolist() == [
        "x0_a",
        "x0_c",
        "x0_infrequent_sklearn",
        "x0_nan",
    ]
    assert_array_equal(out, np.eye(4)[[0, 2, 1, 2, 3, 2]])


def test_without_rare_levels_nothing_changes():
    encoder = TabularEncoder(min_frequency=1).fit(rows(COLUMN))
    plain = TabularEncoder().fit(rows(COLUMN))
    assert_array_equal(encoder.transform(LEVELS), plain.transform(LEVELS))
    assert encoder.infrequent_categories_ == plain.infrequent_categories_ == [None]
    assert encoder.cardinalities_ == plain.cardinalities_


def test_all_levels_may_be_rare():
    encoder = TabularEncoder(min_frequency=9).fit(rows(["a", "b"]))
    assert encoder.cardinalities_ == [2]
    assert encoder.transform(LEVELS).ravel().tolist() == [1] * 6


def test_a_gap_new_at_transform_is_unseen():
    encoder = TabularEncoder(min_frequency=2).fit(rows(["a", "a", "b"]))
    assert encoder.transform([[None], ["b"], ["a"]]).ravel().tolist() == [2, 2, 1]


@settings(deadline=None)
@given(
    st.lists(st.sampled_from("abcdef"), min_size=1, max_size=30),
    st.sampled_from([1, 2, 5, 0.1, 0.2, 0.5]),
)
def test_like_scikit_learn(values, min_frequency):
    options = {"min_frequency": min_frequency}
    ours = TabularEncoder(categorical_encoding="onehot", **options).fit(rows(values))
    theirs = OneHotEncoder(
        handle_unknown="infrequent_if_exist", sparse_output=False, **options
    ).fit(rows(values))
    new = rows([*"abcdefgh"])
    # scikit-learn warns of levels without a column, which it encodes as 0.
    assert_array_equal(ours.transform(new), theirs.transform(new))
    assert_array_equal(ours.get_feature_names_out(), theirs.get_feature_names_out())
    assert_array_equal(ours.categories_, theirs.categories_)
    assert_array_equal(ours.infrequent_categories_, theirs.infrequent_categories_)


@pytest.mark.parametrize(
    ("min_frequency", "weight", "rare"),
    [
        (1, [0.1] * 10 + [1.0], None),  # ten tenths are one
        (2, [0.1] * 10 + [2.0], ["a"]),
        (0.5, [0.1] * 10 + [1.0], None),
        (0.5, [1e307] * 10 + [1e308], None),
        (0.51, [1e307] * 10 + [1e308], ["a", "b"]),
        (1, [1e-320] * 11, ["a", "b"]),
        (1, [1e308] * 11, None),
        (1, [0.1] * 10 + [0.0], None),  # weight 0 is not even rare
    ],
)
def test_counts_are_weighted(min_frequency, weight, rare):
    encoder = TabularEncoder(min_frequency=min_frequency)
    encoder.fit(rows(["a"] * 10 + ["b"]), sample_weight=weight)
    (infrequent,) = encoder.infrequent_categories_
    assert (None if infrequent is None else infrequent.tolist()) == rare


def test_frames_with_several_columns():
    frame = pd.DataFrame(
        {
            "number": [1.0, 2.0, 3.0],
            "flag": [True, False, True],
            "year": pd.Categorical([2020, 2021, 2021]),
            "word": ["x", "x", None],
        }
    )
    encoder = TabularEncoder(min_frequency=2, categorical_encoding="onehot")
    out = encoder.set_output(transform="pandas").fit_transform(frame)
    assert [*out.columns[1:]] == [
        "flag_True",
        "flag_infrequent_sklearn",
        "year_2021",
        "year_infrequent_sklearn",
        "word_x",
        "word_nan",
    ]
    assert out["year_infrequent_sklearn"].tolist() == [1, 0, 0]
    assert encoder.infrequent_categories_[2] is None


@pytest.mark.parametrize("min_frequency", [0, -1, 1.0, 1.5, 0.0, "few"])
def test_not_a_frequency(min_frequency):
    with pytest.raises(ValueError, match="'min_frequency' parameter of TabularEncoder"):
        TabularEncoder(min_frequency=min_frequency).fit([["a"]])
