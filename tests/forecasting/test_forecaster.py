"""Forecasts, intervals, updates and scores, on drawn and on real series."""

import pickle

import numpy as np
import pandas as pd
import pytest
from numpy.lib.stride_tricks import sliding_window_view
from scipy.signal import lfilter
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV, TimeSeriesSplit, cross_val_score

from skreg import ARNetForecaster
from skreg.datasets import load_newark_temperature, load_sunspots, make_ar_process
from skreg.metrics import symmetric_total_percentage_error


@pytest.fixture(scope="module")
def series():
    return make_ar_process(3000, lags=[1, 3, 10], random_state=0) + 20


def rolling_errors(model, y, start):
    """Return absolute errors of forecasts from every time on, one by one."""
    h = model.horizon
    found = [
        np.abs(model.predict(y=y[:t]) - y[t : t + h]) for t in range(start, len(y) - h)
    ]
    return np.mean(found, axis=0)


def test_thousand_lags_of_a_long_series():
    y = make_ar_process(100_000, lags=[1, 24, 720], random_state=0)
    model = ARNetForecaster(lags=1000).fit(y)
    np.testing.assert_array_equal(model.selected_lags_, [1, 24, 720])
    true = np.zeros(1000)
    true[[0, 23, 719]] = [0.2, 0.3, -0.5]
    assert symmetric_total_percentage_error(true, model.ar_coef_[0]) < 0.6
    assert model.is_stationary_
    assert model.sparsity_ == 0.003


@pytest.mark.parametrize("strategy", ["direct", "recursive"])
def test_predict_follows_the_coefficients(series, strategy):
    model = ARNetForecaster(lags=12, horizon=3, strategy=strategy).fit(series)
    known = list(series)
    for step in range(3):
        coef = model.ar_coef_[step if strategy == "direct" else 0]
        past = series if strategy == "direct" else np.array(known)
        value = model.intercept_[step if strategy == "direct" else 0, 0]
        value += coef @ past[: -len(coef) - 1 : -1]
        assert model.predict()[step] == pytest.approx(value, abs=1e-9)
        known.append(value)
    np.testing.assert_allclose(model.predict(2), model.predict()[:2])
    np.testing.assert_allclose(model.predict(7)[:3], model.predict())


def test_newer_window_is_as_if_the_series_ended_there(series):
    model = ARNetForecaster(lags=12, horizon=2).fit(series)
    np.testing.assert_allclose(model.predict(y=series[-12:]), model.predict())
    late = clone(model).fit(series).update(series[:30])
    np.testing.assert_allclose(late.predict(), model.predict(y=series[:30]))
    with pytest.raises(ValueError, match=r"y has 11 values.*need the last 12"):
        model.predict(y=series[-11:])


def test_coefficients_of_lags_do_not_depend_on_unit_and_level(series):
    plain = ARNetForecaster(lags=12, horizon=2).fit(series)
    other = ARNetForecaster(lags=12, horizon=2).fit(1000 - 50 * series)
    np.testing.assert_allclose(other.ar_coef_, plain.ar_coef_, atol=1e-9)
    np.testing.assert_allclose(other.predict(), 1000 - 50 * plain.predict())
    lower, upper = plain.predict_interval(coverage=0.9)
    np.testing.assert_allclose(other.predict_interval()[0], 1000 - 50 * upper)
    np.testing.assert_allclose(other.predict_interval()[1], 1000 - 50 * lower)


@pytest.mark.parametrize(
    ("load", "lags", "horizon", "limits"),
    [
        (load_sunspots, 150, 12, (13.6, 18.45)),
        (load_newark_temperature, 168, 24, (1.07, 4.98)),
    ],
)
def test_real_series_are_forecast_as_well_as_by_all_lags(load, lags, horizon, limits):
    y = load(return_y=True)
    n_train = int(0.8 * len(y))
    errors = {}
    for penalty in ("arnet", None):
        model = ARNetForecaster(lags=lags, horizon=horizon, penalty=penalty)
        model.fit(y[:n_train])
        context = y[n_train - lags :]
        windows = sliding_window_view(context, lags + horizon)
        coef, constant = model.ar_coef_, model.intercept_[:, 0]
        found = windows[:, lags - 1 :: -1][:, :lags] @ coef.T + constant
        errors[penalty] = np.abs(found - windows[:, lags:]).mean(axis=0)
        if penalty == "arnet":
            assert model.sparsity_ < 0.1
            assert errors[penalty][0] < limits[0]
            assert errors[penalty].mean() < limits[1]
    assert errors["arnet"][0] < 1.01 * errors[None][0]


@pytest.mark.parametrize("load", [load_sunspots, load_newark_temperature])
def test_rolling_intervals_cover_at_every_step(load):
    y = load(return_y=True)
    n_train, h = int(0.8 * len(y)), 12
    model = ARNetForecaster(lags=150, horizon=h).fit(y[:n_train])
    hits = []
    for t in range(n_train, min(len(y) - h, n_train + 600)):
        lower, upper = model.predict_interval(coverage=0.9)
        hits.append((lower <= y[t : t + h]) & (y[t : t + h] <= upper))
        model.update(y[t : t + 1])
    coverage = np.mean(hits, axis=0)
    assert coverage.min() > 0.86
    assert coverage.max() < 0.94


def test_three_ways_to_an_interval_agree_on_gaussian_noise(series):
    widths = {}
    for interval in ("conformal", "gaussian", "quantile"):
        model = ARNetForecaster(
            lags=12, horizon=2, interval=interval, quantiles=[0.05, 0.95]
        ).fit(series)
        lower, upper = model.predict_interval(coverage=0.9)
        widths[interval] = upper - lower
    np.testing.assert_allclose(widths["conformal"], 3.29 * np.ones(2), rtol=0.1)
    np.testing.assert_allclose(widths["gaussian"], widths["conformal"], rtol=0.1)
    np.testing.assert_allclose(widths["quantile"], widths["conformal"], rtol=0.1)
    with pytest.raises(ValueError, match=r"needs the quantile 0.1.*quantiles=\(0.1, 0"):
        model.predict_interval(coverage=0.8)


def test_intervals_of_the_training_come_from_a_model_without_these_values():
    y = make_ar_process(160, lags=[1], coef=[0.5], random_state=0)
    model = ARNetForecaster(lags=30, penalty=None, calibration_size=30).fit(y)
    honest = model._calibration[0].std() * y.std()
    assert honest > 1.1 * np.std(model.residuals_[-30:])


def test_update_is_a_fit_on_all_values_if_asked(series):
    whole = ARNetForecaster(lags=12, horizon=2).fit(series)
    part = ARNetForecaster(lags=12, horizon=2).fit(series[:-100])
    before = part.ar_coef_.copy()
    part.update(series[-100:-60]).update(series[-60:])
    np.testing.assert_array_equal(part.ar_coef_, before)
    assert not np.array_equal(part.predict(), whole.predict())
    refitted = ARNetForecaster(lags=12, horizon=2).fit(series[:-100])
    refitted.update(series[-100:], refit=True)
    np.testing.assert_allclose(refitted.predict(), whole.predict(), atol=1e-12)
    np.testing.assert_allclose(
        refitted.predict_interval()[0], whole.predict_interval()[0], atol=1e-9
    )


def test_steps_of_an_update_do_not_matter(series):
    once = ARNetForecaster(lags=12, horizon=3).fit(series[:-50]).update(series[-50:])
    each = ARNetForecaster(lags=12, horizon=3).fit(series[:-50])
    for value in series[-50:]:
        each.update([value])
    np.testing.assert_allclose(each._calibration[0], once._calibration[0], atol=1e-9)
    np.testing.assert_allclose(each.predict_interval(), once.predict_interval())


def test_missing_values_cost_little():
    y = make_ar_process(20_000, lags=[1, 3, 10], random_state=0)
    true = np.zeros(20)
    true[[0, 2, 9]] = [0.2, 0.3, -0.5]
    holes = np.random.default_rng(0).random(len(y)) < 0.2
    y[holes] = np.nan
    errors = {
        missing: symmetric_total_percentage_error(
            true,
            ARNetForecaster(lags=20, missing=missing, penalty=None).fit(y).ar_coef_[0],
        )
        for missing in ("pairwise", "drop")
    }
    sparse = ARNetForecaster(lags=20).fit(y)
    np.testing.assert_array_equal(sparse.selected_lags_, [1, 3, 10])
    found = symmetric_total_percentage_error(true, sparse.ar_coef_[0])
    assert found < errors["drop"] / 3
    assert errors["pairwise"] < errors["drop"] / 2
    y[-5:] = np.nan  # the context of the forecast too
    assert np.isfinite(ARNetForecaster(lags=20, horizon=3).fit(y).predict()).all()


def test_differences_are_undone():
    trend = 0.5 * np.arange(400.0) + 10 * np.sin(np.arange(400) * 2 * np.pi / 12)
    model = ARNetForecaster(lags=3, differences=[1, 12], horizon=24)
    forecasts = model.fit(trend[:-24]).predict()
    np.testing.assert_allclose(forecasts, trend[-24:], atol=1e-6)
    walk = np.random.default_rng(0).normal(size=500).cumsum()
    model = ARNetForecaster(
        lags=4, differences=1, horizon=9, strategy="recursive", interval="gaussian"
    ).fit(walk)
    lower, upper = model.predict_interval()
    width = (upper - lower) / (upper - lower)[0]
    np.testing.assert_allclose(width, np.sqrt(np.arange(1, 10)), rtol=0.15)


def test_known_and_past_exogenous_columns():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(2000, 3))
    y = np.zeros(2000)
    for t in range(4, 2000):
        y[t] = 0.5 * y[t - 1] + 2 * X[t, 0] - X[t - 3, 1] + 0.1 * rng.normal()
    model = ARNetForecaster(lags=8, horizon=2, exog_lags={1: 5, 2: [1, 4]})
    model.fit(y[:-2], X[:-2])
    np.testing.assert_array_equal(model.selected_lags_, [1])
    assert model.exog_coef_[0, 0, 0] == pytest.approx(2, abs=0.02)
    np.testing.assert_allclose(
        model.exog_lag_coef_[1][0, 0], [0, 0, -1, 0, 0], atol=0.02
    )
    assert not model.exog_lag_coef_[2].any()
    future = X[-2:].copy()
    future[:, 1:] = np.nan  # their future is not needed
    np.testing.assert_allclose(model.predict(X=future), y[-2:], atol=0.5)
    newer = model.predict(X=np.vstack([X[-40:-2], future]), y=y[-40:-2])
    np.testing.assert_allclose(newer, model.predict(X=future))
    assert set(model.summary()["term"]) == {"y", "x0", "x1"}


def test_sparse_vector_autoregression():
    rng = np.random.default_rng(0)
    y = np.zeros((3000, 2))
    for t in range(5, 3000):
        y[t, 0] = 0.5 * y[t - 1, 0] + rng.normal()
        y[t, 1] = 10 * y[t - 4, 0] + 0.3 * y[t - 2, 1] + 10 * rng.normal()
    model = ARNetForecaster(lags=10, horizon=2).fit(y)
    true = np.zeros((2, 10, 2))
    true[0, 0, 0], true[1, 3, 0], true[1, 1, 1] = 0.5, 10, 0.3
    np.testing.assert_array_equal(model.ar_coef_[0] != 0, true != 0)
    np.testing.assert_allclose(model.ar_coef_[0], true, atol=0.6)
    assert model.predict().shape == (2, 2)
    assert model.is_stationary_
    np.testing.assert_array_equal(model.summary()["channel"], [0, 1, 1])


def test_panels_share_coefficients_and_keep_their_levels():
    parts = [
        make_ar_process(300, lags=[1, 5], coef=[0.4, 0.4], random_state=i) * 10**i + i
        for i in range(4)
    ]
    model = ARNetForecaster(lags=10, horizon=2).fit(parts)
    np.testing.assert_array_equal(np.flatnonzero(model.ar_coef_[0]), [0, 4])
    forecasts = model.predict()
    assert [f.shape for f in forecasts] == [(2,)] * 4
    np.testing.assert_allclose(model.predict(y=parts)[3], forecasts[3])
    long = np.concatenate(parts)
    groups = np.repeat(["d", "b", "c", "a"], 300)
    grouped = ARNetForecaster(lags=10, horizon=2).fit(long, groups=groups)
    assert list(grouped.predict()) == ["d", "b", "c", "a"]
    np.testing.assert_allclose(grouped.predict()["a"], forecasts[3])
    new = {name: part[:3] for name, part in zip("dbca", parts, strict=True)}
    assert np.isfinite(grouped.update(new).predict_interval()[0]["b"]).all()
    # A series that was not among them: its own level and scale.
    stranger = parts[0] * 7 - 3
    np.testing.assert_allclose(
        model.predict(y=stranger), 7 * forecasts[0] - 3, rtol=1e-6
    )


@pytest.mark.parametrize(
    "index",
    [
        pd.date_range("2020-01-31", periods=300, freq="ME"),
        pd.DatetimeIndex(pd.date_range("2020-01-01", periods=300, freq="h").to_numpy()),
        pd.period_range("2020-01", periods=300, freq="M"),
        pd.RangeIndex(5, 605, 2),
    ],
    ids=lambda index: type(index).__name__,
)
def test_pandas_index_is_continued(index):
    y = pd.Series(make_ar_process(300, random_state=0), index, name="load")
    model = ARNetForecaster(lags=4, horizon=3).fit(y.iloc[:-3])
    forecasts = model.predict()
    assert forecasts.name == "load"
    pd.testing.assert_index_equal(
        forecasts.index, index[-3:], exact="equiv", check_freq=False
    )
    lower, _ = model.update(y.iloc[-3:-1]).predict_interval(1)
    assert lower.index[0] == index[-1]
    frame = pd.DataFrame({"a": y, "b": y[::-1].to_numpy()})
    both = ARNetForecaster(lags=4, horizon=3).fit(frame.iloc[:-3]).predict()
    assert list(both.columns) == ["a", "b"]


def test_grid_search_and_scores_on_the_raw_series():
    y = load_sunspots(return_y=True, as_frame=True)[-900:]
    model = ARNetForecaster(horizon=3)
    grid = {"lags": [1, 40], "penalty": ["arnet", "l2"]}
    search = GridSearchCV(model, grid, cv=TimeSeriesSplit(3)).fit(y)
    assert search.best_params_["lags"] == 40
    assert search.predict(5).index[0] == y.index[-1] + y.index.freq
    exog = np.random.default_rng(0).normal(size=(900, 1))
    scores = cross_val_score(model, y.to_numpy(), exog, cv=TimeSeriesSplit(3))
    assert (scores > 0.5).all()


def test_score_is_that_of_forecasts_one_by_one(series):
    model = ARNetForecaster(lags=12, horizon=2).fit(series[:-60])
    found = [model.predict(y=series[: len(series) - 60 + t]) for t in range(60 - 2 + 1)]
    truth = sliding_window_view(series[-60:], 2)
    expected = 1 - np.sum((truth - found) ** 2) / np.sum((truth - truth.mean()) ** 2)
    assert model.score(series[-60:]) == pytest.approx(expected)


def test_fits_are_deterministic_and_pickle(series):
    models = [ARNetForecaster(lags=50, horizon=3).fit(series) for _ in range(2)]
    np.testing.assert_array_equal(models[0].ar_coef_, models[1].ar_coef_)
    copy = pickle.loads(pickle.dumps(models[0]))
    np.testing.assert_array_equal(copy.predict(), models[0].predict())
    np.testing.assert_array_equal(copy.predict_interval(), models[0].predict_interval())


def test_later_changes_of_the_array_do_not_matter(series):
    own = series.copy()
    model = ARNetForecaster(lags=12).fit(own)
    before = model.predict()
    own[:] = 0
    np.testing.assert_array_equal(model.predict(), before)


@pytest.mark.parametrize("alpha", ["ebic", "bic", "cv", 0.5])
@pytest.mark.parametrize("penalty", ["arnet", "l1", "l2"])
def test_all_penalties_and_rules_forecast(series, penalty, alpha):
    alpha = 0.01 if alpha == 0.5 and penalty != "arnet" else alpha
    model = ARNetForecaster(lags=20, penalty=penalty, alpha=alpha).fit(series[:-200])
    assert model.score(series[-200:]) > 0.25
    assert {1, 3, 10} <= set(model.selected_lags_)


@pytest.mark.parametrize("loss", ["huber", "quantile"])
def test_robust_losses_suit_heavy_tails(loss):
    shocks = np.random.default_rng(0).standard_t(1.5, size=1000)
    recursion = np.zeros(11)
    recursion[[0, 1, 3, 10]] = [1, -0.2, -0.3, 0.5]
    spoilt = lfilter([1.0], recursion, shocks)
    plain = ARNetForecaster(lags=[1, 3, 10], penalty=None).fit(spoilt)
    robust = ARNetForecaster(lags=[1, 3, 10], penalty=None, loss=loss).fit(spoilt)
    true = np.zeros(10)
    true[[0, 2, 9]] = [0.2, 0.3, -0.5]
    errors = [np.abs(m.ar_coef_[0] - true).sum() for m in (plain, robust)]
    assert errors[1] < 0.5 * errors[0]


@pytest.mark.parametrize("channels", [1, 2])
@pytest.mark.parametrize("exog_lags", [None, {0: [1, 2]}])
def test_every_series_has_an_intercept_of_its_own(channels, exog_lags):
    rng = np.random.default_rng(0)
    panel = [
        level + scale * rng.normal(size=(150, channels)).cumsum(axis=0)
        for level, scale in ((5.0, 1.0), (-300.0, 9.0), (0.0, 0.1))
    ]
    X = [3.0 + rng.normal(size=(150, 1)) for _ in panel]
    future = [np.full((1, 1), 2.0)] * 3
    model = ARNetForecaster(lags=3, penalty=None, exog_lags=exog_lags).fit(panel, X)
    forecasts = model.predict(X=future)
    assert model.intercept_.shape == (3, 1, channels)
    for i, (y, table) in enumerate(zip(panel, X, strict=True)):
        scale = model._engine.scaling.scales[i].deviation
        first = model._engine.scaling.scales[0].deviation
        lags = model.ar_coef_.reshape(1, channels, 3, channels)[0]
        lags = lags * first / first[:, None, None]  # of standardised series
        lags = lags * scale[:, None, None] / scale
        value = np.einsum("clj,lj->c", lags, y[:-4:-1]) + model.intercept_[i, 0]
        value += model.exog_coef_[0] @ ([] if exog_lags else [2.0]) / first * scale
        for coef in model.exog_lag_coef_.values():
            value += coef[0] @ table[:-3:-1, 0] / first * scale
        np.testing.assert_allclose(forecasts[i][0], value, rtol=1e-8)
