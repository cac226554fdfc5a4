"""The forecaster's other solvers: gradients, a net on top, Levinson's recursion."""

import pickle
from time import perf_counter

import numpy as np
import pytest
from sklearn.base import clone

from skreg import ARNetForecaster, ARNetRegressor
from skreg.autoregression import make_lag_matrix
from skreg.datasets import make_ar_process

NET = {"hidden_layer_sizes": (32,), "lr": 0.01, "random_state": 0}


@pytest.fixture(scope="module")
def curved():
    """A series whose second lag acts through a sine."""
    rng = np.random.default_rng(0)
    y = np.zeros(900)
    for t in range(2, 900):
        y[t] = 0.3 * y[t - 1] + 1.5 * np.sin(3 * y[t - 2]) + 0.1 * rng.normal()
    return y


def test_gradients_find_the_coefficients_but_no_zeros():
    y = 7 + 3 * make_ar_process(4000, random_state=0)
    options = {"lags": 20, "solver": "sgd", "max_epochs": 60, "random_state": 0}
    model = ARNetForecaster(expected_sparsity=0.15, **options).fit(y)
    np.testing.assert_allclose(model.ar_coef_[0, :3], [0.2, 0.3, -0.5], atol=0.06)
    assert len(model.selected_lags_) == 20
    plain = ARNetForecaster(penalty=None, **options).fit(y)
    extra = [np.abs(m.ar_coef_[0, 3:]).sum() for m in (model, plain)]
    assert extra[0] < 0.5 * extra[1]
    X, target = make_lag_matrix(y, 20)
    del options["lags"]
    twin = ARNetRegressor(expected_sparsity=0.15, **options).fit(X, target)
    np.testing.assert_allclose(model.ar_coef_[0], twin.coef_, atol=0.05)
    assert model.summary()["std_error"].isna().all()
    lower, upper = model.predict_interval()
    np.testing.assert_allclose(upper - lower, 3 * 3.29, rtol=0.1)


def test_gradients_with_steps_and_exogenous_columns():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(1500, 2))
    y = np.zeros(1500)
    for t in range(2, 1500):
        y[t] = 0.5 * y[t - 1] + 2 * X[t, 0] - X[t - 2, 1] + 0.1 * rng.normal()
    options = {"lags": 3, "horizon": 2, "exog_lags": {1: 2}, "random_state": 0}
    model = ARNetForecaster(
        solver="sgd", penalty=None, lr=0.01, max_epochs=30, **options
    ).fit(y, X)
    assert model.exog_coef_[0, 0, 0] == pytest.approx(2, abs=0.05)
    np.testing.assert_allclose(model.exog_lag_coef_[1][0, 0], [0, -1], atol=0.05)
    closed = ARNetForecaster(penalty=None, **options).fit(y, X)
    np.testing.assert_allclose(
        model.predict(X=X[:2]), closed.predict(X=X[:2]), atol=0.3
    )


@pytest.mark.parametrize(
    ("horizon", "strategy", "best"),
    [(1, "direct", 0.9), (3, "direct", 0.5), (3, "recursive", 0.7)],
)
def test_corrections_learn_what_is_not_linear(curved, horizon, strategy, best):
    options = {"lags": 4, "horizon": horizon, "strategy": strategy}
    train, test = curved[:700], curved[700:]
    linear = ARNetForecaster(**options).fit(train)
    both = ARNetForecaster(**options, **NET).fit(train)
    assert linear.score(test) < 0.3
    assert both.score(test) > best
    np.testing.assert_array_equal(both.ar_coef_, linear.ar_coef_)
    widths = [np.subtract(*m.predict_interval()[::-1]) for m in (linear, both)]
    assert widths[1][0] < 0.6 * widths[0][0]
    found = [both.predict(y=curved[: 700 + t]) for t in range(3)]
    both.update(test[:2])
    np.testing.assert_allclose(both.predict(), found[2], atol=1e-5)
    assert both.predict(horizon + 2).shape == (horizon + 2,)


def test_intervals_of_corrections_cover(curved):
    model = ARNetForecaster(lags=4, **NET).fit(curved[:700])
    hits = []
    for value in curved[700:]:
        lower, upper = model.predict_interval()
        hits.append(lower[0] <= value <= upper[0])
        model.update([value])
    assert 0.83 < np.mean(hits) < 0.96


def test_corrections_of_noise_are_rejected():
    noise = np.random.default_rng(0).normal(size=80)
    model = ARNetForecaster(lags=5, **NET).fit(noise)
    assert model.correction_ is None
    plain = ARNetForecaster(lags=5).fit(noise)
    np.testing.assert_array_equal(model.predict(), plain.predict())


def test_corrections_repeat_pickle_and_suit_panels_and_gaps(curved):
    model = ARNetForecaster(lags=4, **NET).fit(curved)
    again = clone(model).fit(curved)
    np.testing.assert_array_equal(again.predict(), model.predict())
    copy = pickle.loads(pickle.dumps(model))
    np.testing.assert_array_equal(copy.predict(), model.predict())
    holes = np.where(np.arange(900) % 11 == 0, np.nan, curved)
    gaps = ARNetForecaster(lags=4, **NET).fit(holes)
    assert gaps.correction_ is not None
    assert gaps.predict() == pytest.approx(model.predict(), abs=0.5)
    panel = ARNetForecaster(lags=4, **NET).fit([curved[:500], 5 - 3 * curved[500:]])
    assert panel.correction_ is not None
    assert np.isfinite(np.concatenate(panel.predict())).all()


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"solver": "sgd"}, r"cannot choose alpha='ebic'; give a number"),
        ({"solver": "sgd", "alpha": 1.0, "penalty": "l1"}, "not heed penalty='l1'"),
        ({"solver": "sgd", "alpha": 1.0, "loss": "huber"}, "not heed loss='huber'"),
        (
            {"solver": "sgd", "alpha": 1.0, "fit_intercept": False},
            "not heed fit_intercept=False; give True",
        ),
        ({"hidden_layer_sizes": (8,), "loss": "quantile"}, "corrects the mean"),
    ],
)
def test_what_a_net_would_not_heed_is_refused(parameters, message):
    y = make_ar_process(200, random_state=0)
    with pytest.raises(ValueError, match=message):
        ARNetForecaster(lags=3, **parameters).fit(y)
    with pytest.raises(ValueError, match=message):
        ARNetRegressor(**parameters).fit(*make_lag_matrix(y, 3))


def test_gradients_need_complete_windows():
    y = np.where(np.arange(300) % 5 == 0, np.nan, make_ar_process(300, random_state=0))
    options = {"solver": "sgd", "alpha": 0.0, "max_epochs": 2}
    with pytest.raises(ValueError, match=r"without a gap.*missing='interpolate'"):
        ARNetForecaster(lags=5, **options).fit(y)
    assert ARNetForecaster(lags=3, **options).fit(y).n_windows_ == 60


def test_constant_series_stay_constant():
    for options in ({"solver": "sgd", "alpha": 0.1, "max_epochs": 2}, NET):
        model = ARNetForecaster(lags=3, **options).fit(np.full(60, 7.0))
        assert model.predict() == pytest.approx(7.0)


def test_very_long_orders_need_no_matrix(monkeypatch):
    y = 40 + make_ar_process(30_000, lags=[1, 24, 720], random_state=0)
    start = perf_counter()
    long = ARNetForecaster(lags=5000, penalty=None, horizon=2).fit(y)
    assert perf_counter() - start < 5
    # The matrix of the next smaller order would do; here it is only asked for less.
    monkeypatch.setattr("skreg.forecasting._fitting._yule_walker.LONG", 50)
    options = {"lags": 50, "horizon": 2, "penalty": "l2", "alpha": 0.01}
    quick = ARNetForecaster(**options).fit(y)
    monkeypatch.undo()
    exact = ARNetForecaster(**options).fit(y)
    np.testing.assert_allclose(quick.ar_coef_, exact.ar_coef_, atol=2e-3)
    np.testing.assert_allclose(quick.intercept_, exact.intercept_, atol=0.3)
    np.testing.assert_allclose(quick.sigma2_, exact.sigma2_, rtol=1e-3)
    np.testing.assert_allclose(quick.predict(), exact.predict(), atol=0.02)
    np.testing.assert_allclose(
        quick.predict_interval(), exact.predict_interval(), atol=0.05
    )
    np.testing.assert_allclose(
        long.ar_coef_[0, [0, 23, 719]], [0.2, 0.3, -0.5], atol=0.03
    )
