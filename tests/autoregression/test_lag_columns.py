"""Lagged columns: of one series with exogenous ones, and in a pipeline."""

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LinearRegression
from sklearn.pipeline import make_pipeline
from sklearn.utils.estimator_checks import parametrize_with_checks

from skreg import ARNetForecaster
from skreg.autoregression import LagTransformer, make_lag_matrix

# Rows belong together here: shuffled or cut up, they have another past.
ORDERED = {
    "check_methods_sample_order_invariance": "rows are in time order",
    "check_methods_subset_invariance": "a row needs those before it",
}


@parametrize_with_checks(
    [LagTransformer(), LagTransformer(lags=[2, 1], fill_value=0.0)],
    expected_failed_checks=lambda _: ORDERED,
)
@pytest.mark.filterwarnings("ignore:Skipping check:UserWarning")
def test_every_check_of_scikit_learn(estimator, check):
    check(estimator)


def test_lags_are_those_of_the_lag_matrix():
    y = np.random.default_rng(0).normal(size=40)
    found = LagTransformer(lags=7).fit_transform(y[:, None])
    X, target = make_lag_matrix(y, 7)
    np.testing.assert_array_equal(found[7:], X)
    np.testing.assert_array_equal(target, y[7:])
    assert np.isnan(found[0]).all()
    assert np.isnan(found[:7]).sum() == 28


def test_columns_keep_their_names_in_a_pipeline():
    frame = pd.DataFrame({"load": np.arange(8.0), "wind": np.arange(8.0) ** 2})
    lagged = LagTransformer(lags=[1, 3]).set_output(transform="pandas")
    found = lagged.fit_transform(frame)
    assert list(found) == ["load_lag1", "load_lag3", "wind_lag1", "wind_lag3"]
    np.testing.assert_array_equal(found["wind_lag3"][3:], frame["wind"][:-3])
    y = frame["load"].to_numpy()
    model = make_pipeline(LagTransformer(lags=2, fill_value=0.0), LinearRegression())
    assert model.fit(frame, y).predict(frame)[-1] == pytest.approx(7)


def test_longer_lags_than_rows_have_no_past():
    found = LagTransformer(lags=[9]).fit_transform([[1.0], [2.0]])
    assert np.isnan(found).all()


def test_exogenous_columns_stand_beside_the_lags():
    y, wind = np.arange(6.0), 10 * np.arange(6.0)
    X, Y = make_lag_matrix(y, 2, horizon=2, X=wind)
    np.testing.assert_array_equal(X, [[1, 0, 20, 30], [2, 1, 30, 40], [3, 2, 40, 50]])
    np.testing.assert_array_equal(Y, [[2, 3], [3, 4], [4, 5]])
    table = np.column_stack([wind, -wind])
    X, _ = make_lag_matrix(y, [1], X=table)
    np.testing.assert_array_equal(X[:, 1:], table[1:])
    with pytest.raises(ValueError, match=r"one row for each of the 6.*\(5,\)"):
        make_lag_matrix(y, 2, X=wind[1:])


BAD_LAGS = [0, [0, 1], [1.5], ["a"], [], [[1, 2]], [np.nan]]


@pytest.mark.parametrize("lags", BAD_LAGS)
def test_lags_are_read_in_one_way(lags):
    y = np.arange(50.0)
    for read in (
        lambda: make_lag_matrix(y, lags),
        lambda: LagTransformer(lags=lags).fit(y[:, None]),
        lambda: ARNetForecaster(lags=lags).fit(y),
        lambda: ARNetForecaster(lags=2, exog_lags={0: lags}).fit(y, y),
    ):
        with pytest.raises(ValueError, match=r"whole numbers from 1|'lags' parameter"):
            read()


def test_lags_and_horizons_must_be_given():
    with pytest.raises(ValueError, match="'lags' parameter"):
        LagTransformer(lags=None).fit([[1.0]])
    with pytest.raises(ValueError, match="lags=None must be whole numbers from 1"):
        make_lag_matrix(np.arange(9.0), None)
    with pytest.raises(ValueError, match="horizon=0 must be"):
        make_lag_matrix(np.arange(9.0), 1, horizon=0)


def test_forecasters_put_their_lags_in_order():
    y = np.random.default_rng(0).normal(size=60)
    assert list(ARNetForecaster(lags=[3, 1, 3]).fit(y).lags_) == [1, 3]
    assert list(LagTransformer(lags=[3, 1, 3]).fit(y[:, None]).lags_) == [3, 1, 3]
    both = ARNetForecaster(lags=3, differences=[1, 1]).fit(y)
    once = ARNetForecaster(lags=3, differences=2).fit(y)
    np.testing.assert_array_equal(both.predict(), once.predict())
