"""The picture shows the coefficients that the forecaster has."""

import matplotlib as mpl
import numpy as np
import pytest

from skreg import ARNetForecaster, ARNetRegressor
from skreg.autoregression import make_lag_matrix
from skreg.datasets import make_ar_process
from skreg.inspection import LagDisplay

mpl.use("agg")


def test_points_are_the_selected_coefficients():
    y = make_ar_process(2000, lags=[1, 24], coef=[0.5, 0.4], random_state=0)
    model = ARNetForecaster(lags=50, horizon=2).fit(y)
    display = LagDisplay.from_estimator(model)
    points = display.ax_.lines[1].get_xydata()
    np.testing.assert_array_equal(points[:, 0], [1, 24])
    np.testing.assert_array_equal(points[:, 1], model.ar_coef_[0, [0, 23]])
    assert display.ax_.get_title() == "2 of 50 lags matter, step 1"
    assert {text.get_text() for text in display.ax_.texts} == {"1", "24"}
    second = LagDisplay.from_estimator(model, step=2, ax=display.ax_)
    assert second.figure_ is display.figure_
    with pytest.raises(ValueError, match="step=3 must lie between 1 and 2"):
        LagDisplay.from_estimator(model, step=3)
    mpl.pyplot.close("all")


def test_channels_are_chosen():
    y = np.random.default_rng(0).normal(size=(500, 2))
    y[1:, 1] += 3 * y[:-1, 0]
    model = ARNetForecaster(lags=[1, 4]).fit(y)
    display = LagDisplay.from_estimator(model, channel=1, source=0)
    np.testing.assert_array_equal(display.lags, [1, 4])
    assert display.coef[0] == pytest.approx(3, abs=0.2)
    assert display.coef[1] == 0
    mpl.pyplot.close("all")


def test_what_cannot_be_drawn_is_refused():
    y = make_ar_process(200, random_state=0)
    model = ARNetForecaster(lags=3).fit(y)
    for step in (0, 1.5):
        with pytest.raises(ValueError, match=f"step={step} must lie between 1 and 1"):
            LagDisplay.from_estimator(model, step=step)
    with pytest.raises(ValueError, match="channel=4 and source=4 must lie between"):
        LagDisplay.from_estimator(model, channel=4)
    with pytest.raises(ValueError, match="source=-1 must lie between 0 and 0"):
        LagDisplay.from_estimator(model, source=-1)
    table = ARNetRegressor().fit(*make_lag_matrix(y, 3))
    with pytest.raises(ValueError, match="ARNetRegressor has no coefficients of lags"):
        LagDisplay.from_estimator(table)
    with pytest.raises(ValueError, match=r"same length.*\(2,\) and \(1,\)"):
        LagDisplay([1, 2], [0.5])
