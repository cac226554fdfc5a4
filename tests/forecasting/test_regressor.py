"""The regressor is a scikit-learn estimator without excuses."""

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import GridSearchCV, TimeSeriesSplit
from sklearn.utils.estimator_checks import parametrize_with_checks

from skreg import ARNetForecaster, ARNetRegressor
from skreg.autoregression import make_lag_matrix
from skreg.datasets import make_ar_process

VARIANTS = [
    ARNetRegressor(),
    ARNetRegressor(penalty=None),
    ARNetRegressor(penalty="l2"),
    ARNetRegressor(penalty="l1", alpha=0.01, refit=False),
    ARNetRegressor(alpha="cv", cv=2),
    ARNetRegressor(expected_sparsity=0.3, fit_intercept=False),
    ARNetRegressor(loss="huber"),
    ARNetRegressor(loss="quantile"),
    ARNetRegressor(hidden_layer_sizes=(8,), max_epochs=5, random_state=0),
    ARNetRegressor(solver="sgd", alpha=0.01, max_epochs=100, lr=0.02, random_state=0),
]


def nets(estimator):
    if estimator.solver == "auto":
        return {}
    reason = "compares after training in mini-batches, in single precision"
    return {"check_sample_weight_equivalence_on_dense_data": reason}


@parametrize_with_checks(VARIANTS, expected_failed_checks=nets)
@pytest.mark.filterwarnings("ignore:Skipping check:UserWarning")
def test_every_check_of_scikit_learn(estimator, check):
    check(estimator)


def test_least_squares_equals_scikit_learns():
    rng = np.random.default_rng(0)
    X, Y = rng.normal(size=(80, 5)) + 1e3, rng.normal(size=(80, 2))
    weight = rng.uniform(size=80)
    ours = ARNetRegressor(penalty=None).fit(X, Y, weight)
    peer = LinearRegression().fit(X, Y, weight)
    np.testing.assert_allclose(ours.coef_, peer.coef_, atol=1e-9)
    np.testing.assert_allclose(ours.intercept_, peer.intercept_, atol=1e-6)


def test_regressor_and_forecaster_find_the_same():
    y = make_ar_process(3000, lags=[1, 24], coef=[0.5, 0.4], random_state=0)
    X, target = make_lag_matrix(y, 40)
    regressor = ARNetRegressor().fit(X, target)
    forecaster = ARNetForecaster(lags=40).fit(y)
    np.testing.assert_array_equal(regressor.selected_ + 1, [1, 24])
    np.testing.assert_array_equal(forecaster.selected_lags_, [1, 24])
    np.testing.assert_allclose(regressor.coef_, forecaster.ar_coef_[0], atol=1e-10)
    np.testing.assert_allclose(regressor.intercept_, forecaster.intercept_, atol=1e-10)
    np.testing.assert_allclose(regressor.alpha_, forecaster.alpha_[0, 0], rtol=1e-6)
    newest = y[:-41:-1][None]
    np.testing.assert_allclose(regressor.predict(newest), forecaster.predict())


def test_grid_search_over_the_strength():
    X, y = make_lag_matrix(make_ar_process(600, random_state=0), 20)
    grid = {"alpha": [0.01, 1.0, 1e4]}
    search = GridSearchCV(ARNetRegressor(), grid, cv=TimeSeriesSplit(3)).fit(X, y)
    assert search.best_params_["alpha"] < 1e4
    assert search.best_score_ > 0.2


def test_names_are_kept_and_zero_weights_refused():
    frame = pd.DataFrame({"a": [1.0, 2, 3, 4], "b": [1.0, 0, 1, 0]})
    model = ARNetRegressor(penalty=None).fit(frame, [1.0, 2, 3, 4])
    assert list(model.feature_names_in_) == ["a", "b"]
    with pytest.raises(ValueError, match="at least one non-zero"):
        model.fit(frame, [1.0, 2, 3, 4], np.zeros(4))
    with pytest.raises(ValueError, match=r"alpha='cv'.*n_samples = 4; lower cv"):
        ARNetRegressor(alpha="cv").fit(frame, [1.0, 2, 3, 4])


def test_gradients_find_the_coefficients_but_no_zeros():
    X, y = make_lag_matrix(make_ar_process(4000, random_state=0), 20)
    options = {"solver": "sgd", "max_epochs": 60, "random_state": 0}
    model = ARNetRegressor(expected_sparsity=0.15, **options).fit(X, y)
    np.testing.assert_allclose(model.coef_[:3], [0.2, 0.3, -0.5], atol=0.06)
    assert len(model.selected_) == 20
    plain = ARNetRegressor(alpha=0.0, **options).fit(X, y)
    assert np.abs(model.coef_[3:]).sum() < 0.5 * np.abs(plain.coef_[3:]).sum()
    with pytest.raises(ValueError, match=r"cannot choose alpha='ebic'; give a number"):
        ARNetRegressor(solver="sgd").fit(X, y)


def test_corrections_are_kept_where_they_help_only():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(2000, 3))
    options = {"hidden_layer_sizes": (32,), "lr": 0.01, "random_state": 0}
    curved = X[:, 0] + np.sin(3 * X[:, 1]) + 0.1 * rng.normal(size=2000)
    linear, both = ARNetRegressor(), ARNetRegressor(**options)
    linear.fit(X[:1500], curved[:1500])
    both.fit(X[:1500], curved[:1500])
    assert both.score(X[1500:], curved[1500:]) > 0.9
    assert linear.score(X[1500:], curved[1500:]) < 0.75
    np.testing.assert_array_equal(both.coef_, linear.coef_)
    # Nothing but noise is left for the net, and little of it.
    noise = X[:60, 0] + rng.normal(size=60)
    assert ARNetRegressor(**options).fit(X[:60], noise).correction_ is None
