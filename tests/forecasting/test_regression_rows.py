"""Rows of ARNetRegressor that are no numbers, or huge ones."""

import numpy as np
import pandas as pd
import polars as pl
import pytest

from skreg import ARNetRegressor

RNG = np.random.default_rng(0)
X = RNG.normal(size=(60, 3))
Y = X[:, 0] + 0.1 * RNG.normal(size=60)
DAYS = pd.date_range("2020", periods=60)


def changed(values, entry):
    objects = values.astype(object)
    objects[3] = entry
    return objects


@pytest.mark.parametrize("entry", [None, pd.NA, np.nan, pd.NaT])
def test_missing_targets(entry):
    with pytest.raises(ValueError, match="in 1 of 60 rows, first in row 3"):
        ARNetRegressor().fit(X, changed(Y, entry))


@pytest.mark.parametrize("entry", ["tall", 10**400, [1.0, 2.0], 1j])
def test_targets_that_are_no_numbers(entry):
    with pytest.raises(ValueError, match="y holds an entry that is not a number"):
        ARNetRegressor().fit(X, changed(Y, entry))


@pytest.mark.parametrize(
    ("weight", "words"),
    [
        (np.where(Y > 1, np.nan, 1.0), "sample_weight contains NaN"),
        (np.full(60, 1e308), "sample_weight holds numbers beyond"),
        (np.where(Y > 1, 1e300, 1e-300), "sample_weight holds numbers beyond"),
        (-np.ones(60), "Negative values"),
    ],
)
def test_weights(weight, words):
    with pytest.raises(ValueError, match=words):
        ARNetRegressor().fit(X, Y, sample_weight=weight)


@pytest.mark.parametrize(
    ("column", "words"),
    [
        (DAYS, "column 'when' of X has the type datetime64"),
        (DAYS.tz_localize("UTC"), "column 'when' of X has the type datetime64"),
        (DAYS - DAYS[0], "column 'when' of X has the type timedelta64"),
        (DAYS.to_period("D"), "column 'when' of X holds"),
        (["red"] * 60, "column 'when' of X holds 'red'"),
        (pd.Categorical(["a", "b"] * 30), "column 'when' of X holds 'a'"),
        ([[1, 2]] * 60, "column 'when' of X holds"),
        ([10**400] * 60, "column 'when' of X holds 1000"),
    ],
)
def test_columns_that_are_no_numbers(column, words):
    frame = pd.DataFrame({"size": Y, "when": column})
    fitted = ARNetRegressor().fit(X[:, :2], Y)
    with pytest.raises((TypeError, ValueError), match=words) as caught:
        ARNetRegressor().fit(frame, Y)
    assert len(str(caught.value)) < 400
    with pytest.raises((TypeError, ValueError), match=words):
        fitted.predict(frame)


def test_arrays_and_other_frames():
    for table in (np.arange(180).reshape(60, 3).astype("M8[D]"), X.astype(str)):
        with pytest.raises(ValueError, match="X has the type"):
            ARNetRegressor().fit(table, Y)
    with pytest.raises(ValueError, match="column 'b' of X"):
        ARNetRegressor().fit(pl.DataFrame({"a": Y, "b": ["x"] * 60}), Y)
    with pytest.raises(ValueError, match="column 1 of X holds 'x'"):
        ARNetRegressor().fit([[1.0, "x"]] * 60, Y)
    expected = ARNetRegressor().fit(X, Y)
    for table in (X.astype(object), pd.DataFrame(X), pl.DataFrame(X), X.tolist()):
        model = ARNetRegressor().fit(table, Y)
        np.testing.assert_allclose(model.coef_, expected.coef_, rtol=1e-12)
        found = model.predict(table)
        np.testing.assert_allclose(found, expected.predict(X), rtol=1e-12)


@pytest.mark.parametrize("options", [{}, {"loss": "huber"}, {"alpha": 0.1}])
@pytest.mark.parametrize("value", [1e150, 1e300, 1.7e308])
def test_huge_numbers(options, value):
    y, table = Y.copy(), X.copy()
    y[3], table[4] = value, [value, -value, value]
    model = ARNetRegressor(**options).fit(X, y)
    assert np.isfinite(model.predict(X)).all()
    model = ARNetRegressor(**options).fit(table, Y)
    assert np.isfinite(model.predict(table)).all()
    model = ARNetRegressor(**options).fit(X, Y)
    assert np.isfinite(model.predict(table)).all()
