"""Which rows label issues are about."""

import numpy as np
import pandas as pd
import polars as pl
import pytest
from sklearn.datasets import load_wine
from sklearn.model_selection import train_test_split

from skreg import ConRRegressor, ELRClassifier

X, Y = load_wine(return_X_y=True, as_frame=True)


def test_the_index_is_that_of_the_table():
    rows, _, labels, _ = train_test_split(X, Y, random_state=0)
    net = ELRClassifier(max_epochs=2, random_state=0)
    issues = net.fit(rows, labels).find_label_issues()
    assert issues.index.equals(rows.index)
    assert rows.join(issues).notna().all(axis=None)
    assert (rows.join(issues).given_label == labels).all()
    named = rows.set_index(pd.Index([f"row {i}" for i in rows.index]))
    assert net.fit(named, labels).find_label_issues().index[0] == named.index[0]


@pytest.mark.parametrize("convert", [np.asarray, pl.from_pandas])
def test_without_an_index_rows_are_counted(convert):
    net = ELRClassifier(max_epochs=2, random_state=0)
    net.fit(X, Y)
    issues = net.fit(convert(X), Y).find_label_issues()
    assert issues.index.equals(pd.RangeIndex(len(X)))
    if convert is pl.from_pandas:
        marks = issues.is_label_issue.to_numpy()
        assert len(convert(X).filter(marks)) == marks.sum()


def test_rows_of_weight_zero_have_no_part_in_the_rate():
    weight = np.where(np.arange(len(Y)) % 3 == 0, 0.0, 1.0)
    wrong = np.where(weight == 0, (Y + 1) % 3, Y)
    net = ELRClassifier(max_epochs=20, random_state=0)
    net.fit(X, wrong, sample_weight=weight)
    assert net.label_noise_rate_ == net.label_issues_[weight > 0].mean()
    assert net.label_noise_rate_ < net.label_issues_.mean()


def test_two_rows_for_a_balance():
    with pytest.raises(ValueError, match="a number for balance='auto'"):
        ConRRegressor(balance="auto").fit(X[:2], [1.0, 2.0])
