"""What comes after a fit is read in one way, whichever method it is passed to."""

import pickle

import numpy as np
import pandas as pd
import pytest

from skreg import ARNetForecaster
from skreg.datasets import make_ar_process
from skreg.forecasting._later_series import LaterSeries
from skreg.forecasting._series_panel import read_panel

Y = make_ar_process(200, random_state=0)
DAYS = pd.date_range("2024-01-01", periods=200, freq="D")
SERIES = pd.Series(Y, DAYS)


def reader(y, missing="pairwise", **given):
    panel, form = read_panel(y, given.get("X"), given.get("groups"))
    return LaterSeries(panel, form, None, missing)


def test_groups_are_ordered_as_in_the_fit():
    groups = np.repeat(["b", "a"], 100)
    later = reader(Y, groups=groups)
    series, form = later.read({"a": Y[:3], "b": Y[:5]})
    assert [len(one) for one in series] == [5, 3]
    assert form is later.form
    series, form = later.read([Y[:3], Y[:5], Y[:7]])
    assert [len(one) for one in series] == [3, 5, 7]
    assert form.kind == "list"
    with pytest.raises(ValueError, match="y holds 1 series, but 2 were fitted"):
        later.one_each(Y[:3], None)


def test_a_few_times_get_the_frequency_of_the_training_series():
    later = reader(SERIES[:100])
    late = SERIES[100:102].set_axis(pd.DatetimeIndex(list(DAYS[100:102])))
    (joined,) = later.appended(late, None)
    assert joined.index.equals(DAYS[:102])
    assert joined.index.freq == DAYS.freq
    with pytest.raises(ValueError, match="must follow the known values"):
        later.appended(SERIES[101:110], None)


def test_contexts_are_long_enough_and_one_for_one_series():
    later = reader(Y)
    assert len(later.contexts(Y[:9], 9)[0][0]) == 9
    with pytest.raises(ValueError, match=r"y has 8 values.*need the last 9"):
        later.contexts(Y[:8], 9)
    with pytest.raises(ValueError, match="y holds 2 series, but one was fitted"):
        later.contexts([Y, Y], 9)


@pytest.mark.parametrize(
    ("later", "message"),
    [
        (np.column_stack([Y, Y]), "y has 2 columns, but the model was fitted with 1"),
        (np.append(Y[:50], np.nan), "y contains NaN; fit with missing='auto'"),
        (SERIES[::2], "do not have the frequency 'D' of the training series"),
        (["a"] * 50, "y must hold numbers only"),
    ],
)
def test_predict_update_and_score_refuse_in_the_same_words(later, message):
    model = ARNetForecaster(lags=5, missing="raise").fit(SERIES)
    for call in (lambda y: model.predict(y=y), model.update, model.score):
        with pytest.raises(ValueError, match=message):
            call(later)


@pytest.mark.parametrize("given", [{"loss": "huber"}, {"quantiles": [0.1, 0.9]}])
def test_forecasters_with_other_losses_are_pickled(given):
    model = ARNetForecaster(lags=5, **given).fit(Y)
    again = pickle.loads(pickle.dumps(model))
    np.testing.assert_array_equal(again.predict(), model.predict())
    again.update(Y[:5], refit=True)
