"""What every method promises, whichever it is."""

import inspect

import numpy as np
import pytest
import torch
from contracts._subjects import (
    TARGETS,
    Accident,
    NoLayers,
    OwnNet,
    X,
    bits,
    documented,
    each_method_and_task,
    epochs_of,
    failing,
    loaded,
    method_classes,
    methods,
    name_of,
    net,
    outputs,
    plain_bits,
    tasks_of,
)
from sklearn.base import clone

from skreg.regularizers import Requirement

# The value that switches off what has no strength.
NEUTRAL = {"SwapNoise": {"rate": 0.0}, "WeightAverage": {"decay": 0.0}}
ALWAYS_ON = {
    "CoTeaching": "at a rate of 0 rows are still put in the order of their losses, "
    "and sums have other last bits",
    "NestedDropout": "it has no width of the law at which all features are kept",
    "WeightCompander": "no finite width makes its map the identity",
}
NOT_COPIES = {
    "CoTeaching": "a share of the rows is picked, whatever they weigh",
    "ConR(views='gaussian')": "noise of the second view is drawn for every row",
    "Mixup": "partners are drawn among the rows of the batch",
    "RankSim": "rows are ranked among rows: ranks count these, not their weights",
    "SupReMix": "neighbours to mix with are drawn for every row",
    "SwapNoise": "entries are drawn for every row",
}


each_class = pytest.mark.parametrize(
    "cls", method_classes(), ids=lambda cls: cls.__name__
)


def fit(method, task, **options):
    return net(method, task, **options).fit(X, TARGETS[task])


@each_class
def test_parameters_are_keywords_and_documented(cls):
    parameters = inspect.signature(cls).parameters
    with pytest.raises(TypeError):
        cls(next(iter(parameters.values())).default)
    assert sorted(documented(cls, "Parameters")) == sorted(parameters)
    marks = {name: object() for name in parameters}
    assert vars(cls(**marks)) == marks


@each_class
def test_documented_attributes_exist_after_a_fit(cls):
    task = tasks_of(cls())[0]
    method = fit(cls(), task).regularizers_[cls.__name__.lower()]
    for name in documented(cls, "Attributes"):
        assert hasattr(method, name)


@pytest.mark.parametrize("task", TARGETS)
@each_class
def test_tasks_are_as_declared(cls, task):
    """What a class requires is what it refuses, in its own name."""
    if task in tasks_of(cls()):
        fit(cls(), task, max_epochs=1)
    else:
        with pytest.raises(ValueError, match=cls.__name__):
            fit(cls(), task, max_epochs=1)


@each_method_and_task()
@pytest.mark.parametrize("module", ["mlp", "resnet", "tabm", OwnNet])
def test_acts_on_every_net_and_on_ensembles(method, task, module):
    for n_members in {"mlp": (None, 3), OwnNet: (None, 3)}.get(module, (2,)):
        options = {"module": module}
        if n_members or Requirement.TWO_MEMBERS not in method.requires:
            options["n_members"] = n_members
        fitted = fit(method, task, **options)
        assert np.isfinite(outputs(fitted)).all()
        assert bits(fitted) != plain_bits(fitted, task)


@each_method_and_task()
def test_nets_without_layers_are_refused_where_features_are_read(method, task):
    if Requirement.FEATURES in method.requires:
        with pytest.raises(ValueError, match=name_of(method)):
            fit(method, task, module=NoLayers)
    else:
        assert np.isfinite(outputs(fit(method, task, module=NoLayers))).all()


@each_method_and_task(but=ALWAYS_ON)
@pytest.mark.parametrize("options", [{}, {"n_members": 2, "dtype": "float64"}])
def test_off_is_the_plain_net_bit_for_bit(method, task, options):
    neutral = NEUTRAL.get(name_of(method), {"strength": 0})
    off = fit(clone(method).set_params(**neutral), task, **options)
    assert bits(off) == plain_bits(off, task)


@each_method_and_task()
def test_pickles_give_the_same_bits(method, task):
    estimator = net(method, task)
    fitted = clone(estimator).fit(X, TARGETS[task])
    assert bits(loaded(fitted)) == bits(fitted)
    again = loaded(clone(loaded(estimator))).fit(X, TARGETS[task])
    assert bits(again) == bits(fitted)
    assert again.history_ == fitted.history_


@each_method_and_task()
def test_fits_draw_only_their_own_random_numbers(method, task):
    """That they leave the global ones alone is watched in every test here."""
    fitted = fit(method, task)
    with torch.random.fork_rng():
        torch.manual_seed(1)
        assert bits(fit(method, task)) == bits(fitted)
    assert bits(fit(method, task, random_state=1)) != bits(fitted)


@each_method_and_task(but=NOT_COPIES)
@pytest.mark.parametrize("n_members", [1, 2])
def test_weight_k_is_k_copies(method, task, n_members):
    """In full batches of double precision, where nothing else is random."""
    exact = {"dtype": "float64", "batch_size": 10**6, "dropout": 0.0}
    counts = 1 + np.arange(len(X)) % 7
    y, rows = TARGETS[task], np.repeat(np.arange(len(X)), counts)
    estimator = net(method, task, n_members=n_members, **exact)
    weighted = clone(estimator).fit(X, y, sample_weight=counts)
    copied = clone(estimator).fit(X[rows], y[rows])
    expected = outputs(copied)
    np.testing.assert_allclose(outputs(weighted), expected, rtol=1e-6, atol=1e-8)
    unweighted = outputs(clone(estimator).fit(X, y))
    assert not np.allclose(unweighted, expected, rtol=1e-3)


@each_method_and_task()
@pytest.mark.parametrize("pickled", [False, True], ids=["", "pickled"])
def test_partial_fits_are_one_fit(method, task, pickled):
    stepwise = net(method, task)
    for _ in range(epochs_of(method)):
        stepwise.partial_fit(X, TARGETS[task])
        stepwise = loaded(stepwise) if pickled else stepwise
    whole = fit(method, task)
    assert bits(stepwise) == bits(whole)
    assert stepwise.history_ == whole.history_
    assert bits(stepwise) != plain_bits(whole, task)


def accident(estimator, task, way):
    """Fail in the middle of a fit, on other rows than those of the fit before."""
    y = TARGETS[task]
    if way == "divergence":
        doomed = {"lr": 1e30, "optimizer": "sgd"}
        with pytest.raises(ValueError, match="diverged"):
            estimator.set_params(**doomed).fit(X[::-1], y)
    elif way == "callback":
        with pytest.raises(Accident):
            estimator.set_params(callbacks=[failing]).fit(X[::-1], y)
    else:  # goes on with what the earlier fit has left
        with pytest.raises(Accident):
            estimator.set_params(callbacks=[failing]).partial_fit(X, y)


@each_method_and_task()
@pytest.mark.parametrize("way", ["divergence", "callback", "partial_fit"])
def test_a_failed_fit_changes_nothing(method, task, way):
    estimator = net(method, task, max_epochs=2).partial_fit(X, TARGETS[task])
    twin = loaded(estimator)
    params = estimator.get_params(deep=False)
    before, state = bits(estimator), dict(vars(estimator))
    accident(estimator, task, way)
    estimator.set_params(**params)
    assert bits(estimator) == before
    assert vars(estimator).keys() == state.keys()
    assert all(vars(estimator)[name] is value for name, value in state.items())
    # Nor is anything spoilt that only shows when training goes on.
    assert bits(estimator.partial_fit(X, TARGETS[task])) == bits(
        twin.partial_fit(X, TARGETS[task])
    )


def test_exceptions_are_about_methods_that_exist():
    names = {name for method in methods() for name in (name_of(method), repr(method))}
    assert {*NEUTRAL, *ALWAYS_ON, *NOT_COPIES} <= names
