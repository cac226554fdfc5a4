"""What every target promises: a loss is one object, as a regularizer is."""

import inspect
import re

import numpy as np
import pytest
import torch
from contracts._subjects import SMALL, VALUES, Accident, X, bits, failing, loaded
from sklearn.base import clone

from skreg import ConRRegressor, RegularizedRegressor, targets
from skreg.regularizers import ConR
from skreg.targets import (
    BalancedTarget,
    ClassTarget,
    NumericTarget,
    PointTarget,
    QuantileTarget,
    Target,
)

# Settings other than the defaults that take another path through a target.
VARIANTS = {
    "BalancedTarget": [{"balance": 0.5, "point": PointTarget(loss="huber")}],
    "PointTarget": [{"loss": "absolute_error"}, {"standardize": False}],
    "QuantileTarget": [{"quantiles": (0.1, 0.5, 0.9)}],
}
COUNTS = np.random.default_rng(0).poisson(np.exp(X[:, 0])).astype(float)


class RateTarget(NumericTarget):
    """Counts of which the logarithm of the rate is learnt."""

    standardize = False

    def criterion(self, output, target, /, *, reduction="none"):
        losses = (output.exp() - target * output).mean(-1)
        return losses.mean(-1) if reduction == "mean" else losses

    def link(self, values):
        return values.clamp(min=1e-30).log()

    def inverse_link(self, output):
        return output.exp()


def numeric_targets():
    """Yield the targets of numbers of the public list, and one of a user's."""
    for name in sorted(targets.__all__):
        cls = getattr(targets, name)
        if issubclass(cls, NumericTarget) and not inspect.isabstract(cls):
            for options in [{}, *VARIANTS.get(name, [])]:
                yield cls(**options)
    yield RateTarget()


each_numeric_target = pytest.mark.parametrize("target", [*numeric_targets()], ids=repr)
each_loss = pytest.mark.parametrize(
    "target",
    [t for t in numeric_targets() if not isinstance(t, BalancedTarget)],
    ids=repr,
)


def learnt(target, y=COUNTS):
    """Return a target that has seen y, and y as the net learns it."""
    target = clone(target)
    values = target.read(y)
    target.learn(values)
    encoded = target.encode(values)
    target.scale(encoded, None)
    return target, target.transform(encoded)


def some_outputs(target, *lead):
    generator = torch.Generator().manual_seed(0)
    shape = (*lead, len(COUNTS), target.n_outputs)
    return torch.randn(shape, generator=generator, dtype=torch.float64)


def net(loss, **options):
    return RegularizedRegressor(loss=loss, **SMALL | options)


def test_every_member_is_declared_with_its_contract():
    members = [n for n in vars(Target) if not n.startswith("_")]
    for name in members:
        if callable(getattr(Target, name)):
            assert inspect.getdoc(getattr(Target, name)), name
    text = inspect.getdoc(Target)
    order = re.search(r"``(read ->.*?)``", text, re.DOTALL)[1]
    told = re.findall(r"\w+", order)
    assert told == [name for name in members if name in told]


@each_numeric_target
def test_rows_are_averaged_and_members_are_apart(target):
    target, y = learnt(target)
    y = torch.from_numpy(y)
    output = some_outputs(target, 3)
    for loss in (target.criterion, target.validation_criterion, target.error):
        together = loss(output, y)
        assert together.shape == output.shape[:-1]
        alone = torch.stack([loss(part, y) for part in output])
        torch.testing.assert_close(together, alone)
        torch.testing.assert_close(loss(output, y, reduction="mean"), alone.mean(-1))


@each_numeric_target
def test_equal_members_are_one_and_others_are_averaged_as_predictions(target):
    target, _ = learnt(target)
    output = some_outputs(target)
    decoded = target.decode(output.numpy())
    combined = target.combine(output.expand(2, *output.shape))
    np.testing.assert_allclose(target.decode(combined.numpy()), decoded)
    assert target.predictions(output).shape[:-1] == (*output.shape[:-1], 1)
    if not isinstance(target, BalancedTarget):
        other = some_outputs(target).flip(0)
        pair = target.combine(torch.stack([output, other]))
        mean = (target.predictions(output) + target.predictions(other)) / 2
        torch.testing.assert_close(target.predictions(pair), mean)


@each_loss
@pytest.mark.parametrize("n_members", [None, 2])
def test_fits_on_a_clone_and_travels(target, n_members):
    estimator = net(target, n_members=n_members, early_stopping=True)
    estimator.fit(X, COUNTS)
    assert not [name for name in vars(target) if name.endswith("_")]
    assert type(estimator.target_) is type(target)
    assert bits(loaded(estimator)) == bits(estimator)
    assert bits(clone(estimator).fit(X, COUNTS)) == bits(estimator)
    assert np.isfinite(estimator.predict(X)).all()


@each_loss
def test_partial_fits_are_one_fit_and_failures_change_nothing(target):
    stepwise = net(target)
    for _ in range(SMALL["max_epochs"]):
        stepwise.partial_fit(X, COUNTS)
    before = bits(stepwise)
    assert before == bits(net(target).fit(X, COUNTS))
    learnt_by_fit = dict(vars(stepwise.target_))
    stepwise.set_params(callbacks=[failing])
    with pytest.raises(Accident):
        stepwise.fit(X, 3 * COUNTS)
    assert bits(stepwise) == before
    assert vars(stepwise.target_) == learnt_by_fit


@each_loss
def test_weights_are_copies(target):
    weight = np.arange(len(X)) % 3
    options = {"dtype": "float64", "dropout": 0.0, "batch_size": 10**6}
    weighted = net(target, **options).fit(X, COUNTS, sample_weight=weight)
    copies = np.repeat(np.arange(len(X)), weight)
    copied = net(target, **options).fit(X[copies], COUNTS[copies])
    np.testing.assert_allclose(weighted.predict(X), copied.predict(X), rtol=1e-7)


@each_loss
def test_teaches_a_student(target):
    teacher = net(target, n_members=3, max_epochs=20).fit(X, COUNTS)
    student = teacher.distill(X, max_epochs=60)
    taught, told = student.predict(X).ravel(), teacher.predict(X).ravel()
    assert np.corrcoef(taught, told)[0, 1] > 0.9
    assert student.target_ is teacher.target_


@each_loss
def test_works_with_a_method_that_compares_predictions(target):
    estimator = net(target, regularizers=[ConR(strength=0.1)]).fit(X, COUNTS)
    assert np.isfinite(estimator.predict(X)).all()
    assert bits(estimator) != bits(net(target).fit(X, COUNTS))


@pytest.mark.parametrize("loss", ["squared_error", "absolute_error", "huber"])
def test_names_are_objects(loss):
    by_name = net(loss).fit(X, VALUES)
    assert bits(net(PointTarget(loss=loss)).fit(X, VALUES)) == bits(by_name)
    assert type(by_name.target_) is PointTarget
    levels = (0.2, 0.7)
    quantiles = net("quantile", quantiles=levels).fit(X, VALUES)
    target = QuantileTarget(quantiles=levels)
    assert bits(net(target).fit(X, VALUES)) == bits(quantiles)


@pytest.mark.parametrize("n_members", [None, 2])
def test_a_function_is_a_loss_of_rows_or_of_entries(n_members):
    def of_entries(output, target):
        assert output.ndim == target.ndim == 2
        return (output - target).square()

    def of_rows(output, target):
        return of_entries(output, target).mean(-1)

    two = np.column_stack([VALUES, -VALUES])
    named = net("squared_error", n_members=n_members).fit(X, two).predict(X)
    for loss in (of_entries, of_rows, torch.nn.MSELoss(reduction="none")):
        own = net(loss, n_members=n_members).fit(X, two)
        np.testing.assert_allclose(own.predict(X), named, rtol=1e-4, atol=1e-5)


def test_predictions_of_a_function_come_back_in_units():
    def absolute(output, target):
        return (output - target).abs()

    in_metres = net(absolute).fit(X, VALUES).predict(X)
    in_feet = net(absolute).fit(X, 3.28 * VALUES + 7).predict(X)
    np.testing.assert_allclose(in_feet, 3.28 * in_metres + 7, rtol=1e-3)


def test_a_grid_reaches_the_parameters_of_a_target():
    estimator = net(QuantileTarget()).set_params(loss__quantiles=(0.1, 0.9))
    assert estimator.fit(X, VALUES).predict(X).shape == (len(X), 2)


def half(output, target):
    return (output - target).square().mean()


REFUSED = [
    (half, ValueError, r"loss=half returns losses of shape \(\) .* one for each row"),
    (lambda o, t: (o - t).detach().abs(), ValueError, "no gradient"),
    (lambda o: o, TypeError, "cannot be called with outputs and targets"),
    (
        lambda o, t: (o - t).detach().numpy(),
        TypeError,
        "returns a ndarray; return a tensor",
    ),
    (torch.nn.MSELoss, TypeError, r"loss=MSELoss is a class; pass an object"),
    (RateTarget, TypeError, r"loss=RateTarget is a class; pass an object"),
    (QuantileTarget(quantiles=(0.5, 2)), ValueError, r"quantiles=\(0.5, 2\) must be"),
    (PointTarget(loss="hubert"), ValueError, "'loss' parameter of PointTarget"),
    (ClassTarget(), ValueError, "ClassTarget.* is for labels"),
    (7, ValueError, "'loss' parameter of RegularizedRegressor"),
]


@pytest.mark.parametrize(("loss", "error", "words"), REFUSED)
def test_refuses_before_training(loss, error, words, monkeypatch):
    monkeypatch.setattr("skreg._estimator._table_estimator.run", None)
    with pytest.raises(error, match=words):
        net(loss).fit(X, VALUES)


def test_decoding_in_ones_own_way_needs_averaging_in_ones_own_way():
    with pytest.raises(TypeError, match="Rates has its own decode"):

        class Rates(PointTarget):
            def decode(self, output):
                return np.exp(output)


@pytest.mark.parametrize(
    ("loss", "shown"),
    [(RateTarget(), r"RateTarget\(\)"), ("quantile", "'quantile'")],
)
def test_balance_refuses_what_cannot_be_shifted(loss, shown):
    with pytest.raises(ValueError, match=rf"balance=0.5 does not go with loss={shown}"):
        ConRRegressor(balance=0.5, loss=loss, **SMALL).fit(X, COUNTS)
    fitted = ConRRegressor(loss=loss, **SMALL | {"early_stopping": True})
    assert np.isfinite(fitted.fit(X, COUNTS).predict(X)).all()


def test_balance_goes_with_a_function():
    def absolute(output, target):
        return (output - target).abs()

    own = ConRRegressor(balance=0.5, loss=absolute, **SMALL).fit(X, VALUES)
    named = ConRRegressor(balance=0.5, loss="absolute_error", **SMALL).fit(X, VALUES)
    np.testing.assert_allclose(own.predict(X), named.predict(X), rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (PointTarget(), RateTarget()),
        ("squared_error", "quantile"),
        (QuantileTarget(quantiles=(0.1, 0.9)), QuantileTarget(quantiles=(0.2, 0.8))),
        (
            QuantileTarget(quantiles=(0.1, 0.9)),
            QuantileTarget(quantiles=(0.1, 0.5, 0.9)),
        ),
    ],
)
def test_a_warm_start_keeps_the_kind_of_output(first, second):
    estimator = net(first, warm_start=True).fit(X, VALUES)
    before = bits(estimator)
    with pytest.raises(ValueError, match="fit anew with warm_start=False"):
        estimator.set_params(loss=second).fit(X, VALUES)
    assert bits(estimator.set_params(loss=first)) == before


def test_learns_what_it_is_for():
    """A rate is learnt better by its own loss than by squares, and never negative."""
    random = np.random.default_rng(0)
    table = random.normal(size=(600, 3))
    rate = np.exp(table @ [1.0, -0.7, 0.0])
    y = random.poisson(rate)
    error = {}
    for loss in (RateTarget(), "squared_error"):
        fitted = RegularizedRegressor(loss=loss, n_members=2, random_state=0)
        predicted = fitted.fit(table, y).predict(table)
        error[repr(loss)] = np.abs(predicted - rate).mean()
    assert (
        RegularizedRegressor(loss=RateTarget()).fit(table, y).predict(table) > 0
    ).all()
    assert error["RateTarget()"] < 0.8 * error["'squared_error'"]
    assert error["RateTarget()"] < 0.4 * np.abs(rate - rate.mean()).mean()


def test_labels_go_there_and_back():
    target = ClassTarget(label_smoothing=0.1)
    labels = target.read(["b", "a", "c"])
    target.learn(labels)
    codes = target.encode(labels)
    logits = np.eye(3)[codes]
    assert target.decode(logits).tolist() == ["b", "a", "c"]
    assert target.score(labels, target.decode(logits), None) == 1.0
