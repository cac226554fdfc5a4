"""Inside sktime and skforecast, where these are installed."""

import numpy as np
import pandas as pd
import pytest

from skreg import ARNetForecaster, ARNetRegressor
from skreg.datasets import load_sunspots


@pytest.mark.filterwarnings("ignore")
def test_sktime_checks_and_forecasts():
    pytest.importorskip("sktime")
    from sktime.utils.estimator_checks import check_estimator

    from skreg.sktime import SktimeARNetForecaster

    results = check_estimator(SktimeARNetForecaster, raise_exceptions=False)
    failed = {name: what for name, what in results.items() if what != "PASSED"}
    assert not failed
    y = load_sunspots(return_y=True, as_frame=True).iloc[-600:]
    ours = ARNetForecaster(lags=40, horizon=5).fit(y)
    theirs = SktimeARNetForecaster(ARNetForecaster(lags=40)).fit(y, fh=[2, 5])
    found = theirs.predict()
    np.testing.assert_allclose(found, ours.predict().iloc[[1, 4]])
    np.testing.assert_allclose(
        theirs.predict_interval(coverage=0.8).to_numpy().T,
        [bound.iloc[[1, 4]] for bound in ours.predict_interval(coverage=0.8)],
    )


@pytest.mark.filterwarnings("ignore")
def test_sktime_passes_gaps_on():
    pytest.importorskip("sktime")
    from skreg.sktime import SktimeARNetForecaster

    y = load_sunspots(return_y=True, as_frame=True).iloc[-600:].copy()
    y.iloc[::9] = np.nan
    theirs = SktimeARNetForecaster(ARNetForecaster(lags=12)).fit(y, fh=[1])
    ours = ARNetForecaster(lags=12).fit(y.to_numpy())
    np.testing.assert_allclose(theirs.predict(), ours.predict())


def rows(n_times, seed=0):
    """Return a series that follows two columns, by months."""
    rng = np.random.default_rng(seed)
    months = pd.period_range("2000-01", periods=n_times, freq="M")
    X = pd.DataFrame(rng.normal(size=(n_times, 2)), months, columns=["a", "b"])
    y = pd.Series(rng.normal(size=n_times).cumsum(), months) + 2 * X["a"] - X["b"]
    return y, X


SETTINGS = [{}, {"differences": 1}, {"strategy": "recursive"}, {"differences": [12]}]


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("given", SETTINGS)
def test_sktime_updates_append_each_value_once_and_in_its_place(given):
    pytest.importorskip("sktime")
    from skreg.sktime import SktimeARNetForecaster

    y, X = rows(120)
    ours = ARNetForecaster(lags=3, **given)
    theirs = SktimeARNetForecaster(ours)
    once = theirs.clone().fit(y[:110], X=X[:110], fh=[1, 3]).predict(X=X[110:113])
    theirs.fit(y[:100], X=X[:100], fh=[1, 3])
    theirs.update(y[80:105], X=X[80:105])
    theirs.update(y[100:110], X=X[100:110])
    theirs.update(y[100:110], X=X[100:110])
    np.testing.assert_allclose(theirs.predict(X=X[110:113]), once)
    theirs.fit(y[:100], X=X[:100], fh=[1, 3])
    theirs.update(y[106:110], X=X[106:110])
    gap, gaps = y[100:110].to_numpy(copy=True), X[100:110].to_numpy(copy=True)
    gap[:6] = gaps[:6] = np.nan
    ours.set_params(horizon=3).fit(y[:100].to_numpy(), X[:100].to_numpy())
    ours.update(gap, gaps, refit=True)
    found = ours.predict(X=X[110:113].to_numpy())[[0, 2]]
    np.testing.assert_allclose(theirs.predict(X=X[110:113]), found)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("given", SETTINGS)
def test_sktime_reads_columns_by_time_and_name(given):
    pytest.importorskip("sktime")
    from skreg.sktime import SktimeARNetForecaster

    y, X = rows(120)
    model = SktimeARNetForecaster(ARNetForecaster(lags=3, **given))
    model.fit(y[:100], X=X[:100], fh=[2, 3])
    right = model.predict(X=X[100:103])
    np.testing.assert_allclose(model.predict(X=X[90:110][["b", "a"]]), right)
    if given:
        with pytest.raises(ValueError, match="X has no row for step 1 after"):
            model.predict(X=X[101:103])
    else:
        np.testing.assert_allclose(model.predict(X=X[101:103]), right)


@pytest.mark.filterwarnings("ignore")
def test_regressor_inside_skforecast():
    pytest.importorskip("skforecast")
    from skforecast.recursive import ForecasterRecursive

    y = pd.Series(load_sunspots(return_y=True))
    theirs = ForecasterRecursive(ARNetRegressor(), lags=40)
    theirs.fit(y=y)
    ours = ARNetForecaster(lags=40, horizon=6, strategy="recursive").fit(y)
    np.testing.assert_allclose(theirs.predict(steps=6), ours.predict(), rtol=1e-6)
