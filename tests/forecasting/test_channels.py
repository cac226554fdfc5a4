"""Channels are told apart by their names."""

import numpy as np
import pandas as pd
import pytest

from skreg import ARNetForecaster

RNG = np.random.default_rng(0)
W = pd.DataFrame(RNG.normal(size=(80, 3)).cumsum(axis=0), columns=["z", "a", "m"])
OTHER = ["a", "m", "z"]


@pytest.mark.parametrize("names", [["z", "a", "m"], [3, 1, 2]])
@pytest.mark.parametrize(
    "call",
    [
        lambda model, y: model.predict(y=y),
        lambda model, y: model.predict_interval(y=y),
        lambda model, y: model.update(y),
        lambda model, y: model.update(y, refit=True),
        lambda model, y: model.score(y),
    ],
)
def test_another_order_is_refused(call, names):
    table = W.set_axis(names, axis=1)
    model = ARNetForecaster(lags=2, interval="gaussian").fit(table[:60])
    before = model.predict()
    with pytest.raises(ValueError, match=r"y has the columns.*same order.*y\["):
        call(model, table[60:][sorted(names)])
    pd.testing.assert_frame_equal(model.predict(), before)
    call(model, table[60:])
    call(
        ARNetForecaster(lags=2, interval="gaussian").fit(table[:60]),
        table[60:].to_numpy(),
    )


def test_other_names_are_refused():
    model = ARNetForecaster(lags=2).fit(W[:60])
    with pytest.raises(ValueError, match="y has the columns"):
        model.predict(y=W.rename(columns={"z": "q"}))


def test_in_panels_too():
    with pytest.raises(ValueError, match=r"y\[1\] has the columns"):
        ARNetForecaster(lags=2).fit([W, W[OTHER]])
    model = ARNetForecaster(lags=2).fit([W[:60], W[:60]])
    with pytest.raises(ValueError, match=r"y\[1\] has the columns"):
        model.predict(y=[W, W[OTHER]])
    groups = ["s"] * 40 + ["t"] * 40
    model = ARNetForecaster(lags=2).fit(W.reset_index(drop=True), groups=groups)
    with pytest.raises(ValueError, match="group 't' of y has the columns"):
        model.update({"s": W[40:42], "t": W.loc[:1, OTHER]})
