"""Test sets over label bins as even as the labels allow."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.dummy import DummyRegressor
from sklearn.model_selection import cross_validate

from skreg.datasets import load_abalone, make_imbalanced_regression
from skreg.model_selection import BalancedShuffleSplit, balanced_test_split

COUNTS = st.lists(st.integers(0, 30), min_size=1, max_size=8).filter(
    lambda c: sum(c) > 3
)


@given(COUNTS, st.data(), st.integers(0, 2**31))
def test_parts_are_a_partition_and_the_test_part_is_even(counts, data, seed):
    # A label at either end keeps the bins where they are.
    counts = [max(counts[0], 1), *counts[1:], 1]
    y = np.repeat(np.arange(len(counts), dtype=float), counts)
    limits = np.array(counts) // 2
    if not limits.sum():
        return
    size = data.draw(st.integers(1, int(limits.sum())))
    order = np.random.default_rng(seed).permutation(len(y))
    cv = BalancedShuffleSplit(2, test_size=size, n_bins=len(counts), random_state=seed)
    for train, test in cv.split(y[order], y[order]):
        assert sorted([*train, *test]) == list(range(len(y)))
        assert len(test) == size
        drawn = np.bincount(y[order][test].astype(int), minlength=len(counts))
        assert (drawn <= limits).all()
        open_bins = drawn[drawn < limits]
        if len(open_bins):  # those that could give more give no less than the others
            assert open_bins.min() >= drawn.max() - 1


def test_splits_differ_and_repeat():
    X, y = make_imbalanced_regression(500, random_state=0)
    first, second = (
        [set(test) for _, test in BalancedShuffleSplit(3, random_state=7).split(X, y)]
        for _ in range(2)
    )
    assert first == second
    assert first[0] != first[1] != first[2]


def test_rows_of_a_bin_are_drawn_alike():
    y = np.repeat([0.0, 1.0, 2.0], [40, 10, 1])
    drawn = np.zeros(51)
    cv = BalancedShuffleSplit(400, test_size=10, n_bins=3, random_state=0)
    for _, test in cv.split(y, y):
        drawn[test] += 1 / 400
    expected = np.repeat([5 / 40, 5 / 10, 0.0], [40, 10, 1])
    np.testing.assert_allclose(drawn, expected, atol=0.1)


def test_a_real_table_as_frames():
    X, y = load_abalone(return_X_y=True, as_frame=True)
    X_train, X_test, y_train, y_test = balanced_test_split(X, y, random_state=0)
    assert len(X_test) == round(0.1 * len(X)) == len(y_test)
    assert X_train.index.equals(y_train.index)
    assert not X_train.index.intersection(X_test.index).size
    old = np.mean(y_test > 15), np.mean(y_train > 15)
    assert old[0] > 3 * old[1]
    (rows,) = balanced_test_split(np.arange(len(y)), y=y, random_state=0)[1:]
    np.testing.assert_array_equal(rows, X_test.index)


def test_cross_validation():
    X, y = make_imbalanced_regression(random_state=0)
    cv = BalancedShuffleSplit(n_splits=4, random_state=0)
    assert cv.get_n_splits() == 4
    scores = cross_validate(DummyRegressor(), X, y, cv=cv)
    assert len(scores["test_score"]) == 4


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"test_size": 0.9}, "test_size=0.9 asks for 90 of 100 rows, but the bins can"),
        ({"test_size": 0}, "test_size=0 asks for 0"),
        ({"test_size": 1.0}, "test_size=1.0"),
        ({"test_size": None}, "test_size=None must be"),
        ({"max_share": 1}, r"max_share=1 must lie in \(0, 1\)"),
        ({"n_bins": 0}, "n_bins=0 must be"),
        ({"y": [1.0]}, "inconsistent numbers of samples"),
        ({"y": np.ones((100, 2))}, "y has 2 outputs"),
        ({"y": np.full(100, np.nan)}, "Input y contains NaN"),
    ],
)
def test_wrong_input_is_named(options, message):
    y = np.linspace(0, 1, 100)
    with pytest.raises(ValueError, match=message):
        balanced_test_split(y, **options)
    with pytest.raises(ValueError, match="y must be given"):
        next(BalancedShuffleSplit().split(y))
    with pytest.raises(ValueError, match="at least one array"):
        balanced_test_split()
