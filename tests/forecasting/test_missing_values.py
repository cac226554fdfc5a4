"""Series with gaps are forecast about as well as those without."""

import numpy as np
import pytest

from skreg import ARNetForecaster
from skreg.forecasting._fitting._gap_equations import difference_weights
from skreg.forecasting._series_panel import Series

LENGTHS = (100, 300, 1000)
POLICIES = ("auto", "pairwise", "drop", "interpolate")


def made(kind, n_times, seed):
    """Return a series whose best forecasts err by 1."""
    rng = np.random.default_rng(seed)
    shocks, times = rng.normal(size=n_times), np.arange(n_times)
    ar = np.zeros(n_times)
    for t in range(1, n_times):
        ar[t] = 0.7 * ar[t - 1] + shocks[t]
    return {
        "walk": shocks.cumsum(),
        "trend": 0.05 * times + ar,
        "season": 10 * np.sin(2 * np.pi * times / 12) + shocks,
        "autoregression": ar,
        "slow walk": 0.1 * shocks.cumsum() + rng.normal(size=n_times),
    }[kind]


def holes(n_times, share, in_blocks, seed):
    rng = np.random.default_rng(100 + seed)
    if not in_blocks:
        return rng.random(n_times) < share
    found = np.zeros(n_times, bool)
    for start in rng.integers(0, n_times - 10, max(round(share * n_times / 10), 1)):
        found[start : start + 10] = True
    return found


def rolling_error(model, series, n_train):
    """Return the root mean squared error one step ahead of later values."""
    whole = Series(series[:, None], np.empty((len(series), 0)))
    engine = model._engine
    found, true = engine.rolling(whole, 0, 1, n_train, engine.models["mean"])
    return np.sqrt(np.mean((found - true) ** 2))


@pytest.mark.parametrize("n_times", LENGTHS)
@pytest.mark.parametrize(
    "kind", ["walk", "trend", "season", "autoregression", "slow walk"]
)
def test_gaps_cost_little(kind, n_times):
    lags = 24 if kind == "season" else 10
    for share in (0.01, 0.03, 0.1):
        for in_blocks in (False, True):
            errors = []
            for seed in range(2):
                y = made(kind, n_times + 100, seed)
                gappy = y[:n_times].copy()
                gappy[holes(n_times, share, in_blocks, seed)] = np.nan
                pair = [
                    ARNetForecaster(lags=lags, calibration_size=0).fit(known)
                    for known in (gappy, y[:n_times])
                ]
                errors.append([rolling_error(model, y, n_times) for model in pair])
            with_gaps, without = np.mean(errors, axis=0)
            assert with_gaps < 1.12 * without


@pytest.mark.parametrize(
    "given", [{"penalty": "l2"}, {"penalty": None}, {"horizon": 4}]
)
@pytest.mark.parametrize("differences", [0, 1])
def test_other_settings(given, differences):
    y = made("walk", 500, 3)
    gappy = np.where(holes(500, 0.1, False, 3), np.nan, y)[:400]
    options = {"lags": 10, "differences": differences, "calibration_size": 0, **given}
    errors = [
        rolling_error(ARNetForecaster(**options).fit(known), y, 400)
        for known in (gappy, y[:400])
    ]
    assert errors[0] < 1.1 * errors[1]


def test_channels_and_columns_with_gaps():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(600, 2)).cumsum(axis=0)
    y = made("walk", 600, 0) + X[:, 0]
    W = np.column_stack([y, 0.5 * np.roll(y, 1) + rng.normal(size=600)])[1:]
    X, full = X[1:].copy(), ARNetForecaster(lags=3).fit(W, X[1:])
    X[rng.random(X.shape) < 0.05] = np.nan
    W[rng.random(W.shape) < 0.05] = np.nan
    model = ARNetForecaster(lags=3).fit(W, X)
    np.testing.assert_allclose(model.exog_coef_, full.exog_coef_, atol=0.15)
    np.testing.assert_allclose(model.sigma2_, full.sigma2_, rtol=0.25)


def test_plenty_of_complete_windows_are_all_that_counts():
    y = made("walk", 1000, 0)
    y[400:405] = np.nan
    found, dropped = (
        ARNetForecaster(lags=10, missing=missing).fit(y).ar_coef_
        for missing in ("auto", "drop")
    )
    np.testing.assert_array_equal(found, dropped)


TIMES = np.arange(140.0)
NOISE = np.random.default_rng(0).normal(size=140)


@pytest.mark.parametrize("missing", POLICIES)
@pytest.mark.parametrize(
    ("y", "differences", "atol"),
    [
        (TIMES + 0.1 * NOISE, 1, 0.4),
        (TIMES % 7 + 0.05 * NOISE, [7], 0.3),
        (TIMES**2 / 100, 2, 0.05),
        (TIMES + TIMES % 7 + 0.02 * NOISE, [1, 7], 0.4),
        (5 - 3 * TIMES, 1, 1e-6),
    ],
)
@pytest.mark.parametrize("gap", [1, 5, 10])
def test_levels_go_on_through_a_gap_at_the_end(y, differences, atol, missing, gap):
    gappy = y.copy()
    gappy[-gap - 10 : -10] = np.nan
    options = {"lags": 3, "horizon": 2, "differences": differences}
    model = ARNetForecaster(missing=missing, **options).fit(gappy[:-10])
    np.testing.assert_allclose(model.predict(), y[-10:-8], atol=atol)
    before = y[: -gap - 10]
    later = ARNetForecaster(missing=missing, **options).fit(before)
    later.update(np.full(gap, np.nan))
    np.testing.assert_allclose(later.predict(), y[-10:-8], atol=atol)
    found = later.predict(y=gappy[:-10])
    np.testing.assert_allclose(found, y[-10:-8], atol=atol)


def test_weights_of_differences():
    np.testing.assert_array_equal(difference_weights(()), [1])
    np.testing.assert_array_equal(difference_weights((3,)), [1, 0, 0, -1])
    np.testing.assert_array_equal(difference_weights((1, 2)), [1, -1, -1, 1])


def slow(seed, n_times=620, memory=0.95):
    rng, y = np.random.default_rng(seed), np.zeros(n_times)
    for t in range(1, n_times):
        y[t] = memory * y[t - 1] + rng.normal()
    return y


@pytest.mark.parametrize(
    "given",
    [
        {"interval": "conformal"},
        {"interval": "gaussian"},
        {"interval": "gaussian", "strategy": "recursive"},
        {"interval": "quantile", "quantiles": [0.05, 0.95]},
    ],
)
@pytest.mark.parametrize("memory", [0.95, 1.0, 0.5])
def test_intervals_after_a_gap_are_as_wide_as_those_of_later_steps(given, memory):
    gap, differences = 20, int(memory == 1.0)
    options = {"lags": 5, "horizon": 3, "differences": differences, **given}
    growing = sum(memory ** (2 * k) for k in range(gap + 1)) ** 0.5
    widths = []
    for seed in range(4):
        model = ARNetForecaster(**options).fit(slow(seed, memory=memory))
        lower, upper = model.predict_interval()
        before = upper - lower
        lower, upper = model.update([np.nan] * gap).predict_interval()
        centre = model.predict()
        assert ((lower < centre) & (centre < upper)).all()
        widths.append((upper - lower)[0] / before[0])
    assert np.mean(widths) == pytest.approx(growing, rel=0.25)


@pytest.mark.parametrize("interval", ["conformal", "gaussian"])
def test_intervals_cover_after_a_gap(interval):
    inside = []
    for seed in range(60):
        y = slow(seed, 403)
        known = np.append(y[:390], np.full(10, np.nan))
        model = ARNetForecaster(lags=4, horizon=3, interval=interval).fit(known)
        lower, upper = model.predict_interval(coverage=0.9)
        inside.append((lower <= y[400:]) & (y[400:] <= upper))
    assert np.all(np.mean(inside, axis=0) > 0.75)
    assert 0.8 < np.mean(inside) < 0.97


def test_only_channels_with_a_gap_have_wider_intervals():
    W = np.column_stack([slow(0), slow(1)])
    model = ARNetForecaster(lags=2, penalty=None).fit(W)
    before = np.subtract(*model.predict_interval()[::-1])[0]
    later = np.repeat(W[-1:], 5, axis=0)
    later[:, 1] = np.nan
    after = np.subtract(*model.update(later).predict_interval()[::-1])[0]
    assert after[0] == pytest.approx(before[0], rel=0.2)
    assert after[1] > 1.7 * before[1]


@pytest.mark.parametrize("penalty", ["l2", "l1", "arnet", None])
@pytest.mark.parametrize("value", [0.0, 7.0, 0.1, -1e-3])
@pytest.mark.parametrize("missing", POLICIES)
def test_a_constant_column_gets_no_coefficient(penalty, value, missing):
    rng = np.random.default_rng(0)
    X = np.column_stack([np.full(200, value), rng.normal(size=200)])
    y = X[:, 1] + 0.1 * rng.normal(size=200)
    y[[50, 120, 121, 122]] = np.nan
    X[70, 1] = X[90, 0] = np.nan
    options = {"lags": 3, "penalty": penalty, "missing": missing, "horizon": 2}
    model = ARNetForecaster(**options).fit(y, X)
    np.testing.assert_array_equal(model.exog_coef_[:, 0, 0], 0)
    np.testing.assert_allclose(model.exog_coef_[:, 0, 1], 1, atol=0.1)
    future = np.array([[value + 1, 0.0]] * 2)
    assert np.abs(model.predict(X=future)).max() < 1
    lagged = ARNetForecaster(**options, exog_lags={0: [1, 2]}).fit(y, X)
    np.testing.assert_array_equal(lagged.exog_lag_coef_[0], 0)


@pytest.mark.parametrize("differences", [12, 4, 7, np.int64(24), 52])
def test_a_season_is_no_number_of_differences(differences):
    message = rf"differences={differences} would take.*differences=\[{differences}\]"
    with pytest.raises(ValueError, match=message):
        ARNetForecaster(lags=2, differences=differences).fit(made("season", 200, 0))
    found = ARNetForecaster(lags=2, differences=[int(differences)])
    assert np.abs(found.fit(made("season", 200, 0)).predict()).max() < 20
