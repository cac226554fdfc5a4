"""What cannot be forecast is refused, in words that help, before anything is fitted."""

import numpy as np
import pandas as pd
import pytest

from skreg import ARNetForecaster
from skreg.datasets import make_ar_process

Y = make_ar_process(200, random_state=0)
X = np.random.default_rng(0).normal(size=(200, 2))
DAYS = pd.date_range("2024-01-01", periods=200, freq="D")


def refuse(message, call, *arguments, **keywords):
    with pytest.raises(ValueError, match=message):
        call(*arguments, **keywords)


@pytest.mark.parametrize(
    ("y", "message"),
    [
        (Y[:12], r"y has 12 values.*not more than 10 lags \+ horizon 2.*fewer lags"),
        ([], "y has no value"),
        (np.full(50, np.nan), "y has no value that is not missing"),
        (np.where(np.arange(200) == 3, np.inf, Y), "y contains infinity"),
        (["a", "b"], "y must hold numbers only"),
        (Y.reshape(2, 10, 10), "one or two dimensions"),
        ([Y, Y[:5]], "series 1 of y has 5 values"),
        ([Y, np.column_stack([Y, Y])], "same number of columns"),
        (pd.Series(Y, DAYS.where(DAYS.day > 1, DAYS[5])), "more than once"),
        (pd.Series(Y, DAYS[::-1]), r"does not increase; sort it.*sort_index"),
        (
            pd.Series(Y[:-1], DAYS.delete(9)),
            "irregular: 2024-01-09.*2024-01-11.*asfreq",
        ),
    ],
)
def test_series(y, message):
    refuse(message, ARNetForecaster(lags=10, horizon=2).fit, y)


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"lags": [0, 1]}, r"lags=\[0, 1\] must be whole numbers from 1"),
        ({"lags": [1.5]}, "lags"),
        ({"lags": 0}, "'lags' parameter"),
        ({"horizon": 0}, "'horizon' parameter"),
        ({"alpha": -1.0}, "'alpha' parameter"),
        ({"expected_sparsity": 0.0}, "'expected_sparsity' parameter"),
        ({"penalty": "scad"}, "'penalty' parameter"),
        ({"differences": [0]}, "periods of at least 1"),
        ({"exog_lags": {"wind": 1}}, "column 'wind', which X does not have"),
        (
            {"exog_lags": {0: 1}, "strategy": "recursive", "horizon": 2},
            "use strategy='direct'",
        ),
        ({"quantiles": [0.0, 0.5]}, "must lie between 0 and 1"),
        ({"alpha": "cv", "cv": 200}, "use fewer lags, a lower cv"),
    ],
)
def test_parameters(parameters, message):
    refuse(message, ARNetForecaster(**{"lags": 5, **parameters}).fit, Y, X)


def test_gaps():
    y = np.where(np.arange(200) % 4 == 0, np.nan, Y)
    refuse("contains NaN", ARNetForecaster(lags=3, missing="raise").fit, y)
    refuse(
        r"missing='drop' leaves no window of 5.*missing='auto'",
        ARNetForecaster(lags=4, missing="drop").fit,
        y,
    )
    for missing in ("pairwise", "interpolate"):
        model = ARNetForecaster(lags=4, missing=missing).fit(y)
        assert np.isfinite(model.predict()).all()


def test_future_columns():
    model = ARNetForecaster(lags=3, horizon=2).fit(Y, X)
    refuse("fitted with 2 exogenous columns, so predict needs X", model.predict)
    refuse("X has 1 rows, but 2 times", model.predict, X=X[:1])
    refuse("X has 3 columns", model.predict, X=np.zeros((2, 3)))
    gap = np.array([[0.0, 1.0], [0.0, np.nan]])
    refuse("NaN in column 1 at step 2.*exog_lags", model.predict, X=gap)
    plain = ARNetForecaster(lags=3).fit(Y)
    refuse("fitted without X", plain.predict, X=X[:1])
    refuse("X has 199 rows, but y has 200", plain.fit, Y, X[:-1])
    frame = pd.DataFrame(X, DAYS + pd.Timedelta("1h"))
    refuse("different indices", plain.fit, pd.Series(Y, DAYS), frame)
    refuse("groups must name", plain.fit, Y, groups=[1, 2])


@pytest.mark.parametrize(
    "column",
    [
        pd.Series(["sun", "rain"] * 100, name="weather"),
        pd.Series(pd.Categorical(["a", "b"] * 100), name="weather"),
        pd.Series(DAYS, name="weather"),
        pd.Series([1.0, "x"] * 100, name="weather"),
    ],
)
def test_columns_without_numbers(column):
    table = pd.DataFrame(X, columns=["u", "v"]).assign(weather=column.to_numpy())
    message = "column 'weather' of X of y must hold numbers.*get_dummies.*TabularEnc"
    refuse(message, ARNetForecaster(lags=2).fit, Y, table.astype({"weather": "object"}))
    refuse(message, ARNetForecaster(lags=2).fit, Y, column)
    codes = np.column_stack([X[:, 0].astype(str), X[:, 1]])
    codes[0, 0] = "sun"
    refuse("column 0 of X.*'sun'|column 0 of X", ARNetForecaster().fit, Y, codes)


def test_intervals_and_updates():
    model = ARNetForecaster(lags=3, horizon=2).fit(pd.Series(Y, DAYS))
    refuse("coverage=1.5", model.predict_interval, coverage=1.5)
    refuse("horizon=5 is beyond the 2 steps", model.predict_interval, 5)
    refuse("horizon=0 must be a whole number", model.predict, 0)
    refuse("needs at least 1999 past errors", model.predict_interval, coverage=0.999)
    late = pd.Series([1.0], DAYS[-1:] + pd.Timedelta("2D"))
    refuse("y starts at 2024-07-20.*start at 2024-07-19", model.update, late)
    refuse("too short to score", model.score, pd.Series([1.0, 2.0], DAYS[:2]))
    refuse("y holds 2 series", model.update, [Y, Y])


def test_a_failed_fit_leaves_the_forecaster_as_it_was():
    model = ARNetForecaster(lags=5).fit(Y)
    before, coef = model.predict(), model.ar_coef_
    refuse("has no value", model.fit, [np.nan, np.nan])
    refuse("NaN", ARNetForecaster(missing="raise").fit, [1.0, np.nan] * 30)
    np.testing.assert_array_equal(model.predict(), before)
    assert model.ar_coef_ is coef


def test_constant_series_stay_constant():
    model = ARNetForecaster(lags=5, horizon=3).fit(np.full(100, 7.0))
    np.testing.assert_allclose(model.predict(), 7.0)
    lower, upper = model.predict_interval()
    np.testing.assert_allclose([lower, upper], 7.0)
    assert not len(model.selected_lags_)


def test_explosive_models_warn():
    growing = 1.05 ** np.arange(80.0)
    model = ARNetForecaster(
        lags=1, penalty=None, horizon=2, strategy="recursive", fit_intercept=False
    )
    with pytest.warns(UserWarning, match=r"not stationary.*differences=1"):
        model.fit(growing)
