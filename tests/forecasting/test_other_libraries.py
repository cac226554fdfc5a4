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


@pytest.mark.filterwarnings("ignore")
def test_regressor_inside_skforecast():
    pytest.importorskip("skforecast")
    from skforecast.recursive import ForecasterRecursive

    y = pd.Series(load_sunspots(return_y=True))
    theirs = ForecasterRecursive(ARNetRegressor(), lags=40)
    theirs.fit(y=y)
    ours = ARNetForecaster(lags=40, horizon=6, strategy="recursive").fit(y)
    np.testing.assert_allclose(theirs.predict(steps=6), ours.predict(), rtol=1e-6)
