"""What a newcomer passes: other types, other times, other sizes."""

import numpy as np
import pandas as pd
import pytest
from sklearn.model_selection import GridSearchCV, TimeSeriesSplit

from skreg import ARNetForecaster, ARNetRegressor
from skreg.autoregression import make_lag_matrix
from skreg.datasets import make_ar_process

Y = make_ar_process(300, random_state=0)
DAYS = pd.date_range("2024-01-01", periods=300, freq="D")
SERIES = pd.Series(Y, DAYS)
X = pd.DataFrame(np.random.default_rng(0).normal(size=(300, 2)), DAYS, ["a", "b"])
GROUPS = np.repeat(["a", "b"], 150)


def refuse(message, call, *arguments, **keywords):
    with pytest.raises(ValueError, match=message):
        call(*arguments, **keywords)


@pytest.mark.parametrize(
    ("y", "message"),
    [
        (None, "y must be a series of numbers.*got NoneType"),
        (3, "y must be a series of numbers.*got int"),
        ({"a": Y}, "y must hold numbers only, got dict"),
        (Y.astype(str), "y must hold numbers only, got dtype <U"),
        (Y + 1j, "numbers only, got dtype complex128"),
        (DAYS.to_numpy(), "numbers only, got dtype datetime64"),
        (np.empty((50, 0)), "y has no column"),
        (Y * 1e300, "y contains numbers beyond 1e.300.*divide it"),
        (pd.Series(Y[:299], DAYS[:299].insert(0, pd.NaT)[:299]), "contains NaT"),
        (
            pd.Series(Y, pd.MultiIndex.from_arrays([GROUPS, DAYS], names=["g", "t"])),
            r"several levels \['g', 't'\].*get_level_values",
        ),
    ],
)
def test_types_and_indices(y, message):
    refuse(message, ARNetForecaster(lags=5).fit, y)


@pytest.mark.parametrize(
    ("groups", "message"),
    [
        ([None] * 150 + ["b"] * 150, "groups contains missing labels"),
        (np.repeat([np.nan, 1.0], 150), "groups contains missing labels"),
        (["a"] + ["b"] * 299, "group 'a' of y has 1 values"),
        (GROUPS[:, None], r"groups must name one series.*\(300, 1\)"),
    ],
)
def test_groups(groups, message):
    refuse(message, ARNetForecaster(lags=5).fit, Y, groups=groups)
    refuse("needs no groups", ARNetForecaster(lags=5).fit, [Y, Y], groups=["a", "b"])


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"lags": ["a"]}, r"lags=\['a'\] must be whole numbers"),
        ({"lags": [[1, 2]]}, r"lags=\[\[1, 2\]\] must be whole numbers"),
        ({"lags": [np.nan]}, "must be whole numbers"),
        ({"differences": [1.5]}, r"differences=\[1.5\] must be periods"),
        ({"differences": ["a"]}, "must be periods"),
        ({"exog_lags": {-1: 2}}, "column -1, which X does not have"),
        ({"exog_lags": {0: 0}}, r"exog_lags\[0\]=0 must be whole numbers"),
        ({"exog_lags": {"a": None}}, r"exog_lags\['a'\]=None must be whole"),
        ({"exog_lags": {"a": 1.5}}, r"exog_lags\['a'\]=1.5 must be whole"),
        ({"quantiles": ["a"]}, r"quantiles=\['a'\] must lie between"),
    ],
)
def test_parameters(parameters, message):
    refuse(message, ARNetForecaster(**parameters).fit, SERIES, X)


def test_steps_and_coverages_of_other_types():
    model = ARNetForecaster(lags=5, horizon=2).fit(SERIES)
    refuse("number of steps first, got Series; give a newer", model.predict, SERIES)
    refuse("horizon=1.5 must be a whole number", model.predict, 1.5)
    refuse("coverage='a' must lie", model.predict_interval, coverage="a")
    refuse("coverage=.0.8, 0.9. must", model.predict_interval, coverage=[0.8, 0.9])
    model.set_params(interval="foo")
    refuse("'interval' parameter", model.predict_interval)


def test_exogenous_columns_keep_their_names_and_times():
    model = ARNetForecaster(lags=5, horizon=2).fit(SERIES[:-5], X[:-5])
    swapped = X[["b", "a"]]
    message = r"X has the columns \['b', 'a'\], but.*X\[\['a', 'b'\]\]"
    refuse(message, model.predict, X=swapped[-5:])
    refuse(message, model.update, SERIES[-5:], swapped[-5:])
    refuse(message, model.score, SERIES[-5:], swapped[-5:])
    refuse("row 0 of X is that of 2024-01-01.*2024-10-22", model.predict, X=X)
    gap = X.iloc[[-5, -3]]
    refuse("row 1 of X is that of 2024-10-24.*2024-10-23", model.predict, X=gap)
    refuse("X of y has 0 columns.*fitted with 2", model.update, SERIES[-5:])
    refuse("X of y has 0 columns.*fitted with 2", model.score, SERIES[-5:])
    np.testing.assert_array_equal(
        model.predict(X=X[-5:-3]), model.predict(X=X[-5:-3].to_numpy())
    )
    refuse(
        "column 1 of X of y has no value",
        model.fit,
        SERIES,
        X.assign(b=np.nan),
    )
    refuse("column 0 of X of y has numbers of the size", model.fit, Y, X * 1e200)


def test_tables_of_a_panel_have_the_same_columns():
    tables = [X, X[:99][["b", "a"]]]
    message = r"X has the columns \['b', 'a'\]"
    refuse(message, ARNetForecaster(lags=3).fit, [SERIES, SERIES[:99]], tables)


def test_newer_series_keep_the_frequency():
    model = ARNetForecaster(lags=5).fit(SERIES[:-50])
    sparse = SERIES[::2]
    message = "frequency 'D' of the training series.*asfreq"
    refuse(message, model.predict, y=sparse)
    refuse(message, model.update, SERIES[-50::2])
    # Two times show no frequency of their own, and take that of the fit.
    late = pd.Series(Y[-50:-48], pd.DatetimeIndex(DAYS[-50:-48].to_numpy()))
    refuse("must follow", model.update, late.set_axis(late.index + pd.Timedelta("1D")))
    assert model.update(late).predict().index[0] == DAYS[-48]
    months = pd.Series(Y, pd.period_range("2000-01", periods=300, freq="M"))
    monthly = ARNetForecaster(lags=5).fit(months)
    quarters = months.set_axis(pd.period_range("2000Q1", periods=300, freq="Q"))
    refuse("do not have the frequency 'M'", monthly.predict, y=quarters)
    workdays = pd.Series(Y, pd.bdate_range("2024-01-01", periods=300))
    busy = ARNetForecaster(lags=5).fit(workdays)
    week = workdays.iloc[:5].set_axis(pd.DatetimeIndex(workdays.index[:5].to_numpy()))
    assert busy.predict(y=week).index[0] == workdays.index[5]  # a Monday


def test_groups_are_named_in_full():
    model = ARNetForecaster(lags=3).fit(Y, X.to_numpy(), groups=GROUPS)
    future = X.to_numpy()[:1]
    message = r"X has the groups \['a'\], but the model was fitted with \['a', 'b'\]"
    refuse(message, model.predict, X={"a": future})
    refuse("X holds ndarray|X holds 1 tables", model.predict, X=future)
    by_name = model.predict(X={"b": future, "a": future + 1})
    by_place = model.predict(X=[future + 1, future])
    assert by_name == by_place
    new = {"a": [1.0], "b": [1.0], "c": [1.0]}
    refuse(r"y has the groups \['a', 'b', 'c'\]", model.update, new)


def test_no_gaps_after_a_fit_that_refuses_them():
    model = ARNetForecaster(lags=3, missing="raise").fit(Y)
    holes = np.append(Y, np.nan)
    refuse("y contains NaN", model.predict, y=holes)
    refuse("y contains NaN", model.update, [np.nan])
    refuse("no value that is not missing", model.predict, y=np.full(9, np.nan))


def test_masked_values_are_missing():
    masked = np.ma.array(Y, mask=Y > 1)
    missing = np.where(Y > 1, np.nan, Y)
    nullable = pd.Series(Y).astype("Float64").mask(Y > 1)
    expected = ARNetForecaster(lags=5).fit(missing).predict()
    for y in (masked, nullable):
        found = ARNetForecaster(lags=5).fit(y).predict()
        np.testing.assert_array_equal(found, expected)


@pytest.mark.parametrize("size", [2.0**900, 2.0**-900, 2.0**500])
@pytest.mark.parametrize(
    "parameters",
    [
        {},
        {"standardize": False, "penalty": None, "strategy": "recursive"},
        {"loss": "huber"},
        {"differences": 1, "interval": "gaussian"},
    ],
)
def test_values_of_any_size(size, parameters):
    model = ARNetForecaster(lags=5, horizon=2, **parameters)
    for y in (Y, np.where(np.arange(300) % 7 == 0, np.nan, Y), [Y, 2 * Y]):
        scaled = [one * size for one in y] if isinstance(y, list) else y * size
        plain, huge = model.fit(y), None
        expected = [plain.predict(), *plain.predict_interval()]
        lags = plain.selected_lags_
        huge = model.fit(scaled)
        found = [huge.predict(), *huge.predict_interval()]
        np.testing.assert_array_equal(np.array(found) / size, expected)
        np.testing.assert_array_equal(huge.selected_lags_, lags)


@pytest.mark.parametrize("size", [1e300, 1e-300])
@pytest.mark.parametrize("loss", ["squared_error", "huber"])
def test_tables_of_any_size(size, loss):
    table, y = make_lag_matrix(Y, 5)
    plain = ARNetRegressor(loss=loss).fit(table, y)
    scaled = ARNetRegressor(loss=loss).fit(table * size / 9, y)
    np.testing.assert_array_equal(scaled.selected_, plain.selected_)
    np.testing.assert_allclose(scaled.predict(table * size / 9), plain.predict(table))
    both = ARNetRegressor(loss=loss).fit(table * size / 9, y * size / 9)
    np.testing.assert_allclose(both.coef_, plain.coef_, atol=1e-6)


def test_constant_series_of_any_size_stay_constant():
    for value in (1e300, -1e-300, 0.0, 0.1):
        model = ARNetForecaster(lags=5, horizon=2).fit(np.full(100, value))
        np.testing.assert_allclose(model.predict(), value, rtol=1e-12)
        assert np.isfinite(model.sigma2_).all()


def test_strangers_to_a_panel_get_the_scale_that_they_ask_for():
    parts = [make_ar_process(300, random_state=i) for i in range(3)]
    for options in ({"fit_intercept": False}, {"standardize": False}):
        model = ARNetForecaster(lags=5, **options).fit(parts)
        width = np.subtract(*model.predict_interval(y=parts[0])[::-1])
        wide = np.subtract(*model.predict_interval(y=10 * parts[0])[::-1])
        factor = 10 if "fit_intercept" in options else 1
        np.testing.assert_allclose(wide, factor * width, rtol=0.05)


def test_search_with_exogenous_columns_and_a_gap():
    cv = TimeSeriesSplit(3, gap=5)
    search = GridSearchCV(ARNetForecaster(), {"lags": [1, 5]}, cv=cv).fit(SERIES, X)
    assert search.best_params_ == {"lags": 5}
    assert search.best_score_ > 0.1
    future = X[:1].set_axis([DAYS[-1] + DAYS.freq])
    assert search.best_estimator_.predict(X=future).index[0] == DAYS[-1] + DAYS.freq


@pytest.mark.parametrize(
    "options",
    [
        {"penalty": None, "loss": "huber"},
        {"penalty": "l1", "alpha": 1e-4, "refit": False},
    ],
)
def test_intervals_come_from_a_model_without_these_values(options):
    y = make_ar_process(160, lags=[1], coef=[0.5], random_state=0)
    model = ARNetForecaster(lags=30, calibration_size=30, **options).fit(y)
    honest = model._calibration[0].std() * y.std()
    assert honest > 1.1 * np.std(model.residuals_[-30:])
