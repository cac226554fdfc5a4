"""What every estimator promises, whichever preset it is."""

import inspect

import numpy as np
import pandas as pd
import pytest
import torch
from contracts._subjects import (
    TINY,
    Accident,
    OwnNet,
    X,
    bits,
    documented,
    each_learner,
    estimator_classes,
    failing,
    learner_classes,
    learners,
    loaded,
    outputs,
    target_of,
    title,
)
from sklearn.base import clone

import skreg
from skreg.regularizers import NormLoss, WeightAverage

# Nets that are not as many epochs of one call make them, and why.
NOT_IN_PARTS = {
    "ConRRegressor(balance='auto')": "fit sets rows aside to choose the balance",
}
# What is drawn for every row, and 'auto' where it follows the number of rows: off.
CALM = {
    "dropout": 0.0,
    "forward_correction": 0.8,
    "mixup_alpha": 0.0,
    "swap_rate": 0.0,
}
NOT_COPIES = {
    "ConRRegressor(balance='auto')": "rows to be set aside are drawn",
}
TABLE = pd.DataFrame(X, columns=list("abcdef"))
OTHERS = sorted({*estimator_classes()} - {*learner_classes()}, key=str)
each_class = pytest.mark.parametrize(
    "cls", estimator_classes(), ids=lambda cls: cls.__name__
)


def fit(estimator, **params):
    return clone(estimator).set_params(**params).fit(X, target_of(estimator))


@each_class
def test_constructors_store_keywords_and_nothing_else(cls):
    parameters = list(inspect.signature(cls).parameters.values())
    assert {p.kind for p in parameters} == {inspect.Parameter.KEYWORD_ONLY}
    with pytest.raises(TypeError):
        cls(parameters[0].default)
    marks = {p.name: object() for p in parameters}
    estimator = cls(**marks)
    assert {k: v for k, v in vars(estimator).items() if k in marks} == marks
    assert vars(estimator).keys() <= {*marks, *vars(cls())}


@each_class
def test_all_parameters_are_documented(cls):
    parameters = inspect.signature(cls).parameters
    assert sorted(documented(cls, "Parameters")) == sorted(parameters)


def assert_documented(fitted, but=()):
    names = set(documented(type(fitted), "Attributes")) - {*but}
    public = {k for k in vars(fitted) if k.endswith("_") and not k.startswith("_")}
    assert public <= names
    assert not {name for name in names if not hasattr(fitted, name)}


@each_learner()
def test_attributes_are_as_documented(estimator):
    assert_documented(clone(estimator).fit(TABLE, target_of(estimator)))


@pytest.mark.parametrize("cls", OTHERS, ids=lambda cls: cls.__name__)
def test_attributes_of_other_estimators_are_as_documented(cls):
    estimator = cls()
    if "pretrained" in estimator.get_params(deep=False):
        estimator.set_params(pretrained=skreg.TJEPATransformer(**TINY, max_epochs=1))
    y = target_of(estimator)
    if next(iter(inspect.signature(estimator.fit).parameters)) == "X":
        assert_documented(estimator.fit(TABLE, y))
    else:  # a series, which has no names of columns
        assert_documented(estimator.fit(y), but=["feature_names_in_"])


@each_learner()
def test_pickles_and_clones_give_the_same_bits(estimator):
    fitted = fit(estimator)
    assert bits(loaded(fitted)) == bits(fitted)
    assert bits(fit(loaded(estimator))) == bits(fitted)
    again = clone(fitted)
    assert not [name for name in vars(again) if name.endswith("_")]
    assert bits(fit(again)) == bits(fitted)


@each_learner()
def test_fits_draw_only_their_own_random_numbers(estimator):
    fitted = fit(estimator)
    with torch.random.fork_rng():
        torch.manual_seed(1)
        again = fit(estimator)
    assert bits(again) == bits(fitted)
    assert again.history_ == fitted.history_
    assert bits(fit(estimator, random_state=1)) != bits(fitted)


@each_learner(but=NOT_IN_PARTS)
@pytest.mark.parametrize("pickled", [False, True], ids=["", "pickled"])
def test_partial_fits_are_one_fit(estimator, pickled):
    stepwise = clone(estimator)
    for _ in range(estimator.max_epochs):
        stepwise.partial_fit(X, target_of(estimator))
        stepwise = loaded(stepwise) if pickled else stepwise
    whole = fit(estimator)
    assert bits(stepwise) == bits(whole)
    assert stepwise.history_ == whole.history_
    assert stepwise.n_iter_ == whole.n_iter_ == estimator.max_epochs


def accident(estimator, way):
    y = target_of(estimator)
    if way == "divergence":
        doomed = {"lr": 1e30, "optimizer": "sgd"}
        with pytest.raises(ValueError, match="diverged"):
            estimator.set_params(**doomed).fit(X[::-1], y)
    elif way == "wrong table":
        with pytest.raises(ValueError, match="5 features"):
            estimator.partial_fit(X[:, 1:], y)
    else:
        estimator.set_params(callbacks=[failing])
        with pytest.raises(Accident):
            getattr(estimator, way)(X[::-1], y)


@each_learner()
@pytest.mark.filterwarnings("ignore:ELR remembers every training row")
@pytest.mark.parametrize("way", ["divergence", "fit", "partial_fit", "wrong table"])
def test_a_failed_fit_changes_nothing(estimator, way):
    y = target_of(estimator)
    estimator = clone(estimator).partial_fit(X, y)
    twin = loaded(estimator)
    params = estimator.get_params(deep=False)
    before, state = bits(estimator), dict(vars(estimator))
    accident(estimator, way)
    estimator.set_params(**params)
    assert bits(estimator) == before
    assert vars(estimator).keys() == state.keys()
    assert all(vars(estimator)[name] is value for name, value in state.items())
    assert bits(estimator.partial_fit(X, y)) == bits(twin.partial_fit(X, y))


@each_learner(having="n_members")
@pytest.mark.parametrize(
    "options",
    [
        {"n_members": 3},
        {"module": "tabm", "n_members": 3},
        {"module": "resnet"},
        {"module": OwnNet},
        {"module": OwnNet, "n_members": 3},
    ],
    ids=str,
)
def test_works_on_every_net_and_with_members(estimator, options):
    n_networks = getattr(estimator, "n_networks", 1)
    if n_networks > 1 and "n_members" in options:
        with pytest.raises(ValueError, match=type(estimator).__name__):
            fit(estimator, **options)
        return
    fitted = fit(estimator, **options)
    assert np.isfinite(outputs(fitted)).all()
    assert bits(fitted) != bits(fit(estimator))


@each_learner(having="n_members", but=NOT_COPIES)
def test_weight_k_is_k_copies(estimator):
    """In full batches of double precision, without what is drawn for every row."""
    exact = {"dtype": "float64", "batch_size": 10**6}
    calm = {k: v for k, v in CALM.items() if k in estimator.get_params()}
    estimator = clone(estimator).set_params(**exact, **calm)
    counts = 1 + np.arange(len(X)) % 7
    y, rows = target_of(estimator), np.repeat(np.arange(len(X)), counts)
    weighted = clone(estimator).fit(X, y, sample_weight=counts)
    copied = clone(estimator).fit(X[rows], y[rows])
    np.testing.assert_allclose(outputs(weighted), outputs(copied), rtol=1e-6, atol=1e-8)
    assert not np.allclose(outputs(fit(estimator)), outputs(copied), rtol=1e-3)


@each_learner()
def test_regularizers_are_reached_by_name(estimator):
    method = WeightAverage(decay=0.5)
    regularizers = [method, ("mine", NormLoss(strength=0.5))]
    estimator = clone(estimator).set_params(regularizers=regularizers)
    params = estimator.get_params()
    assert params["mine"] is regularizers[1][1]
    assert params["weightaverage__decay"] == 0.5
    assert "mine" not in estimator.get_params(deep=False)

    copy = clone(estimator).set_params(mine__strength=0.0, weightaverage__decay=0.0)
    assert method.decay == 0.5  # a clone has methods of its own
    assert copy.get_params()["mine__strength"] == 0.0
    copy.set_params(mine=NormLoss(strength=0.25), mine__schedule="linear_ramp")
    assert copy.get_params()["mine"].strength == 0.25
    assert [type(part) for part in copy.regularizers] == [WeightAverage, tuple]

    copy.fit(X, target_of(estimator))
    assert {"weightaverage", "mine"} <= copy.regularizers_.keys()
    # What a fit learns goes to clones.
    assert copy.regularizers_["mine"] is not copy.get_params()["mine"]
    assert bits(copy) != bits(fit(copy, mine__strength=0.5))


def test_exceptions_are_about_estimators_that_exist():
    assert {*NOT_IN_PARTS, *NOT_COPIES} <= {title(e) for e in learners()}
