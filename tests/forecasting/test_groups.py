"""Of a panel, single groups are forecast and updated, and new ones forecast."""

import numpy as np
import pandas as pd
import pytest

from skreg import ARNetForecaster

RNG = np.random.default_rng(0)
NAMES = ["b", "a", "c"]
Y = {name: (k + 1) * RNG.normal(size=100).cumsum() for k, name in enumerate(NAMES)}
X = {name: RNG.normal(size=(100, 1)) for name in NAMES}


def fitted(**given):
    groups = np.repeat(NAMES, 80)
    y = np.concatenate([Y[name][:80] for name in NAMES])
    table = np.concatenate([X[name][:80] for name in NAMES])
    return ARNetForecaster(lags=3, horizon=2, **given).fit(y, table, groups)


NEXT = {name: X[name][80:82] for name in NAMES}


@pytest.mark.parametrize("chosen", [["a"], ["c", "b"], ["c"], ["a", "b", "c"]])
def test_some_groups(chosen):
    model, whole = fitted(), fitted().predict(X=NEXT)
    some = {name: NEXT[name] for name in chosen}
    past = {name: Y[name][:80] for name in chosen}
    found = model.predict(X=some, y=past)
    assert set(found) == set(chosen)
    lower, upper = model.predict_interval(X=some, y=past)
    bounds = model.predict_interval(X=NEXT)
    for name in chosen:
        np.testing.assert_array_equal(found[name], whole[name])
        np.testing.assert_array_equal(lower[name], bounds[0][name])
        np.testing.assert_array_equal(upper[name], bounds[1][name])


def test_a_new_group():
    model = fitted()
    new = 50 + 7 * RNG.normal(size=60).cumsum()
    given = {"new": new, "a": Y["a"][:80]}
    tables = {"new": np.zeros((2, 1)), "a": NEXT["a"]}
    found = model.predict(X=tables, y=given)
    assert list(found) == ["new", "a"]
    np.testing.assert_array_equal(found["a"], model.predict(X=NEXT)["a"])
    assert np.abs(found["new"] - new[-1]).max() < 30
    lower, upper = model.predict_interval(X=tables, y=given)
    assert (lower["new"] < found["new"]).all()
    assert (found["new"] < upper["new"]).all()
    with pytest.raises(ValueError, match="X has the groups"):
        model.predict(X={"new": np.zeros((2, 1))})
    with pytest.raises(ValueError, match="y has the groups"):
        model.update({"new": new}, {"new": np.zeros((60, 1))})


@pytest.mark.parametrize("refit", [False, True])
@pytest.mark.parametrize("chosen", [["a"], ["c", "b"], ["b"]])
def test_some_groups_have_news(chosen, refit):
    model, before = fitted(), fitted().predict(X=NEXT)
    news = {name: Y[name][80:85] for name in chosen}
    model.update(news, {name: X[name][80:85] for name in chosen}, refit=refit)
    after = {name: X[name][85 if name in chosen else 80 :][:2] for name in NAMES}
    found = model.predict(X=after)
    assert [len(s) for s in model._panel] == [80 + 5 * (n in chosen) for n in NAMES]
    for name in NAMES:
        same = np.array_equal(found[name], before[name])
        assert same == (name not in chosen) or refit


def test_times_go_on_group_by_group():
    days = pd.date_range("2024-01-01", periods=80)
    table = pd.concat([pd.Series(Y[name][:80], days) for name in NAMES])
    model = ARNetForecaster(lags=2).fit(table, groups=np.repeat(NAMES, 80))
    late = pd.Series(Y["a"][80:83], pd.date_range(days[-1], periods=4)[1:])
    found = model.update({"a": late}).predict()
    assert found["a"].index[0] == days[-1] + pd.Timedelta("4D")
    assert found["b"].index[0] == days[-1] + pd.Timedelta("1D")
