"""A fit that fails leaves every estimator as it was."""

import numpy as np
import pytest
from contracts._all_estimators import (
    all_classes,
    all_estimators,
    answers,
    arguments,
    each_estimator,
)
from contracts._subjects import Accident, X
from sklearn.base import clone

AT_ONCE = {"ARNetForecaster": "takes over all that it learnt in one step"}


class Watched:
    """Counts the attributes that a fit sets, and fails at one of them."""

    n_set = 0
    fails_at = None

    def __setattr__(self, name, value):
        if not name.startswith(("_skl", "_callback")):  # those of scikit-learn
            type(self).n_set += 1
            if type(self).n_set == type(self).fails_at:
                raise Accident
        super().__setattr__(name, value)


def watched(estimator):
    """Return the same estimator, of a class that can fail at any attribute."""
    cls = type(type(estimator).__name__, (Watched, type(estimator)), {})
    return cls(**estimator.get_params(deep=False))


def state(estimator):
    return {k: v for k, v in vars(estimator).items() if not k.startswith("_skl")}


def assert_as_before(estimator, before, said):
    assert state(estimator).keys() == before.keys()
    assert all(value is before[name] for name, value in state(estimator).items())
    np.testing.assert_array_equal(answers(estimator), said)


def broken(given, name):
    """Return the arguments of a fit to other columns, with something wrong."""
    table = next(iter(given))
    if name == "infinite":
        bad = given[table].copy()
        bad[-1, -1] = np.inf
        return given | {table: bad}
    if name == "no rows":
        return {key: value[:0] for key, value in given.items()}
    return given | {name: -np.ones(len(given[table]))}


@pytest.mark.parametrize("wrong", ["infinite", "no rows", "sample_weight"])
@each_estimator()
def test_bad_tables_change_nothing(estimator, wrong):
    fitted = clone(estimator).fit(**arguments(estimator))
    before, said = state(fitted), answers(fitted)
    with pytest.raises((ValueError, TypeError)):
        fitted.fit(**broken(arguments(estimator, X[:, :5]), wrong))
    assert_as_before(fitted, before, said)


@pytest.mark.parametrize(
    "estimator",
    [next(e for e in all_estimators() if type(e) is cls) for cls in all_classes()],
    ids=lambda estimator: type(estimator).__name__,
)
def test_accidents_at_any_attribute_change_nothing(estimator):
    fitted = watched(estimator).fit(**arguments(estimator))
    cls, before, said = type(fitted), state(fitted), answers(fitted)
    n_attributes = cls.n_set - len(estimator.get_params(deep=False))
    assert (n_attributes == 0) == (cls.__name__ in AT_ONCE)
    for place in range(n_attributes):
        cls.n_set, cls.fails_at = 0, place + 1
        with pytest.raises(Accident):
            fitted.fit(**arguments(estimator, X[:, :5]))
        cls.fails_at = None
        assert_as_before(fitted, before, said)
