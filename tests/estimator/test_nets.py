"""Nets, embeddings, ensembles, students: every choice in every combination."""

import pickle

import numpy as np
import pandas as pd
import pytest
import torch
from plain import PLAIN
from scipy.special import softmax
from sklearn.base import clone
from sklearn.datasets import load_diabetes, load_wine
from sklearn.metrics import log_loss
from sklearn.model_selection import train_test_split

from skreg import ELRClassifier, RegularizedClassifier, RegularizedRegressor
from skreg.datasets import load_abalone
from skreg.modules import MLP, ResNet, TabM
from skreg.regularizers import (
    ELR,
    LabelSmoothing,
    Mixup,
    NormLoss,
    OrthogonalGradient,
    SpectralRisk,
    WeightCompander,
)

SMALL = {"hidden_layer_sizes": (8,), "max_epochs": 3, "random_state": 0}
RNG = np.random.default_rng(0)
N = 90
X = pd.DataFrame(
    {
        "number": np.where(RNG.random(N) < 0.1, np.nan, RNG.exponential(size=N)),
        "flag": RNG.random(N) < 0.5,
        "level": pd.Categorical(RNG.choice(["x", "y", "z"], N)),
    }
)
LABELS = np.array(["a", "b", "c"])[np.arange(N) % 3]
VALUES = RNG.normal(size=N)
ENSEMBLES = [{"n_members": 3}, {"module": "tabm"}, {"module": "resnet", "n_members": 2}]


def bits(estimator):
    return [p.detach().numpy().tobytes() for p in estimator.net_.module_.parameters()]


@pytest.mark.parametrize("module", ["mlp", "resnet", "tabm"])
@pytest.mark.parametrize(
    "numeric_embedding", ["combined", "piecewise_linear", "periodic", None]
)
@pytest.mark.parametrize("wide", [True, False])
@pytest.mark.parametrize("scaling", ["standard", "robust", "quantile", None])
def test_all_choices_combine(module, numeric_embedding, wide, scaling):
    options = SMALL | {
        "module": module,
        "numeric_embedding": numeric_embedding,
        "wide": wide,
        "scaling": scaling,
    }
    net = RegularizedClassifier(**options).fit(X, LABELS)
    probability = net.predict_proba(X)
    np.testing.assert_allclose(probability.sum(1), 1)
    again = clone(net).fit(X, LABELS)
    assert bits(net) == bits(again)
    assert pickle.loads(pickle.dumps(net)).predict_proba(X).tolist() == (
        probability.tolist()
    )
    only_levels = X[["flag", "level"]]
    fitted = RegularizedRegressor(**options).fit(only_levels, VALUES)
    assert np.isfinite(fitted.predict(only_levels)).all()


@pytest.mark.parametrize("options", ENSEMBLES)
@pytest.mark.parametrize(
    "regularizers",
    [
        [],
        [Mixup(), ELR(strength=1.0), NormLoss()],
        [LabelSmoothing(), SpectralRisk(), OrthogonalGradient(), WeightCompander()],
    ],
)
def test_ensembles_take_all_regularizers_and_weights(options, regularizers):
    weight = RNG.uniform(0.5, 2, N)
    net = RegularizedClassifier(regularizers=regularizers, **SMALL | options)
    net.fit(X, LABELS, sample_weight=weight)
    assert np.isfinite(net.history_["train_loss"]).all()
    np.testing.assert_allclose(net.predict_proba(X).sum(1), 1)


def test_a_member_trains_as_it_would_alone():
    """With plain gradient descent on full batches and the weights of one member."""
    options = SMALL | PLAIN | {"optimizer": "sgd", "lr": 0.1, "batch_size": N}
    options |= {"max_epochs": 5, "label_smoothing": 0.0}
    many = RegularizedClassifier(n_members=3, **options)
    start = clone(many).set_params(max_epochs=0).fit(X[["number"]], LABELS)
    many.fit(X[["number"]], LABELS)
    # The second column is the indicator of missing entries.
    with torch.random.fork_rng():
        one = MLP(2, 3, hidden_layer_sizes=(8,))
    for member in range(3):
        for own, all_members in zip(
            one.parameters(), start.net_.module_.parameters(), strict=True
        ):
            own.data.copy_(all_members[member])
        alone = clone(many).set_params(n_members=1, module=one)
        alone.fit(X[["number"]], LABELS)
        for own, all_members in zip(
            alone.net_.module_.parameters(), many.net_.module_.parameters(), strict=True
        ):
            torch.testing.assert_close(own, all_members[member], rtol=1e-4, atol=1e-6)


def test_predictions_are_means_of_the_members():
    net = RegularizedClassifier(n_members=4, label_smoothing=0, **SMALL)
    module, inputs = (
        net.fit(X, LABELS).net_.module_,
        net.encoder_.transform(X).astype(np.float32),
    )
    with torch.no_grad():
        outputs = module.body(module.embed(torch.from_numpy(inputs)))
    assert outputs.shape == (4, N, 3)
    expected = outputs.softmax(-1).mean(0).numpy()
    np.testing.assert_allclose(net.predict_proba(X), expected, rtol=1e-5)
    own = [log_loss(LABELS, member.double().softmax(-1)) for member in outputs]
    assert log_loss(LABELS, net.predict_proba(X)) < np.mean(own)
    regressor = RegularizedRegressor(n_members=4, **SMALL).fit(X, VALUES)
    assert regressor.predict(X).shape == (N,)


@pytest.mark.parametrize("options", ENSEMBLES)
def test_rows_of_ensembles_do_not_feel_their_neighbours(options):
    net = RegularizedClassifier(**SMALL | options).fit(X, LABELS)
    whole = net.predict_proba(X)
    alone = np.concatenate([net.predict_proba(X[i : i + 1]) for i in range(0, N, 7)])
    np.testing.assert_array_equal(whole[::7], alone)


def test_partial_fit_and_warm_start_go_on_with_an_ensemble():
    net = RegularizedClassifier(n_members=2, lr_schedule="constant", **SMALL)
    whole = clone(net).fit(X, LABELS)
    for _ in range(3):
        net.partial_fit(X, LABELS)
    assert bits(net) == bits(whole)


def test_modules_of_users_are_ensembles_too():
    net = RegularizedClassifier(module=torch.nn.Linear, n_members=3, **SMALL)
    assert net.fit(X[["number"]], LABELS).predict_proba(X[["number"]]).shape == (N, 3)
    with torch.random.fork_rng():
        instance = torch.nn.Linear(2, 3)
    net.set_params(module=instance)
    with pytest.raises(ValueError, match=r"n_members=3 copies .*Linear.* its class"):
        net.fit(X[["number"]], LABELS)


def test_named_modules_read_curves_and_others_the_numbers():
    named = RegularizedClassifier(**SMALL).fit(X, LABELS).net_.module_
    assert type(named.body.deep) is MLP
    own = RegularizedClassifier(module=torch.nn.Linear, **SMALL)
    assert type(own.fit(X, LABELS).net_.module_.body) is torch.nn.Linear
    kinds = {"resnet": ResNet, "tabm": TabM}
    for name, kind in kinds.items():
        net = RegularizedClassifier(module=name, **SMALL).fit(X, LABELS)
        assert type(net.net_.module_.body.deep) is kind


def test_elr_averages_its_members():
    net = ELRClassifier(n_members=3, **SMALL | {"max_epochs": 10}).fit(X, LABELS)
    np.testing.assert_allclose(net.targets_.sum(1), 1)
    assert net.label_quality_.shape == (N,)


# Rare levels


def test_rare_and_unseen_levels_share_what_is_learnt():
    level = np.array(["often"] * 40 + ["usual"] * 40 + [f"rare{i}" for i in range(10)])
    table = pd.DataFrame({"level": level})
    y = np.where(np.char.startswith(level, "rare"), 5.0, 0.0)
    net = RegularizedRegressor(min_frequency=5, max_epochs=200, random_state=0)
    net.fit(table, y)
    new = net.predict(pd.DataFrame({"level": ["never seen"]}))
    assert new[0] == pytest.approx(5, abs=1)


# Students


@pytest.mark.parametrize("options", ENSEMBLES)
def test_a_student_is_small_and_agrees_with_its_teacher(options):
    X, y = load_wine(return_X_y=True)
    teacher = RegularizedClassifier(
        hidden_layer_sizes=(32,), random_state=0, **options
    ).fit(X, y)
    student = teacher.distill(X, module="mlp", hidden_layer_sizes=(16,))
    assert student.net_.module_(torch.zeros(2, 13)).shape == (2, 3)
    assert len(pickle.dumps(student)) < len(pickle.dumps(teacher))
    assert (student.predict(X) == teacher.predict(X)).mean() > 0.97
    np.testing.assert_array_equal(student.classes_, teacher.classes_)
    again = teacher.distill(X, module="mlp", hidden_layer_sizes=(16,))
    assert bits(student) == bits(again)


def test_students_of_regressors_and_of_quantiles():
    X, y = load_diabetes(return_X_y=True)
    for loss in ("squared_error", "quantile"):
        teacher = RegularizedRegressor(
            loss=loss, quantiles=(0.2, 0.8), n_members=3, max_epochs=15, random_state=0
        ).fit(X, y)
        student = teacher.distill(X, max_epochs=30)
        gap = student.predict(X) - teacher.predict(X)
        assert gap.shape == teacher.predict(X).shape
        assert np.abs(gap).mean() < 0.25 * y.std()


def test_distill_checks_before_it_trains():
    with pytest.raises(Exception, match="not fitted"):
        RegularizedClassifier().distill(X)
    teacher = RegularizedClassifier(**SMALL).fit(X, LABELS)
    with pytest.raises(ValueError, match="n_copies=-1"):
        teacher.distill(X, n_copies=-1)
    with pytest.raises(ValueError, match="wdth"):
        teacher.distill(X, wdth=3)


# Quantiles


def abalone():
    data = load_abalone(return_X_y=True, as_frame=True)
    return train_test_split(*data, random_state=0)


def test_quantiles_cover_their_share_and_do_not_cross():
    X_train, X_test, y_train, y_test = abalone()
    levels = (0.1, 0.5, 0.9)
    net = RegularizedRegressor(loss="quantile", quantiles=levels, random_state=0)
    predicted = net.fit(X_train, y_train).predict(X_test)
    assert predicted.shape == (len(X_test), 3)
    assert (np.diff(predicted, axis=1) >= 0).all()
    shares = (np.asarray(y_test)[:, None] <= predicted).mean(0)
    np.testing.assert_allclose(shares, levels, atol=0.06)
    assert 0.2 < net.score(X_test, y_test) < 1


def test_quantiles_in_any_order_and_for_several_targets():
    y = np.stack([VALUES, 10 * VALUES + 3], 1)
    net = RegularizedRegressor(loss="quantile", quantiles=[0.9, 0.2], **SMALL)
    predicted = net.fit(X, y).predict(X)
    assert predicted.shape == (N, 2, 2)
    assert (predicted[..., 0] >= predicted[..., 1]).all()
    one = RegularizedRegressor(loss="quantile", quantiles=0.3, **SMALL)
    assert one.fit(X, y).predict(X).shape == (N, 2)
    assert one.fit(X, VALUES).predict(X).shape == (N,)
    assert np.isfinite(one.score(X, VALUES))


@pytest.mark.parametrize("quantiles", [(), (0.5, 1.0), ("a",), [0.0]])
def test_levels_are_checked(quantiles):
    net = RegularizedRegressor(loss="quantile", quantiles=quantiles)
    with pytest.raises(ValueError, match="quantiles="):
        net.fit(X, VALUES)


# Learning rate


def test_schedules_shape_the_steps():
    rates = []

    class Spy(torch.optim.SGD):
        def step(self, closure=None):
            rates.append(self.param_groups[0]["lr"])
            return super().step(closure)

    options = SMALL | {"optimizer": Spy, "lr": 0.01, "batch_size": 9, "max_epochs": 10}
    net = RegularizedRegressor(**options).fit(X, VALUES)
    progress = (np.arange(100) + 0.5) / 100
    cosine = 0.005 * (1 + np.cos(np.pi * progress)) * np.minimum(progress / 0.02, 1)
    np.testing.assert_allclose(rates, cosine)
    rates.clear()
    net.set_params(lr_schedule=lambda p: p).fit(X, VALUES)
    np.testing.assert_allclose(rates, 0.01 * progress)
    assert net.net_.lr == 0.01


def test_smoothed_labels_bound_the_probabilities():
    separable = np.r_[np.full(40, -1.0), np.full(40, 1.0)][:, None]
    y = np.repeat([0, 1], 40)
    options = {"max_epochs": 400, "random_state": 0, "weight_decay": 0.0}
    smooth = RegularizedClassifier(label_smoothing=0.2, **options).fit(separable, y)
    learnt = softmax(smooth._output(separable), axis=1)
    assert learnt.max() == pytest.approx(0.9, abs=0.02)
    assert smooth.predict_proba(separable).max() > 0.98  # the smoothing is taken back
    hard = RegularizedClassifier(label_smoothing=0.0, **options).fit(separable, y)
    assert hard.predict_proba(separable).max() > 0.99


@pytest.mark.parametrize(
    ("batch_size", "rate"), [("auto", 0.008 / 8**0.5), (300, 0.008)]
)
def test_the_automatic_rate_is_that_of_the_batch(batch_size, rate):
    options = SMALL | {"batch_size": batch_size}
    nets = [
        RegularizedRegressor(lr=lr, **options).fit(X, VALUES) for lr in ("auto", rate)
    ]
    assert bits(nets[0]) == bits(nets[1])
    other = RegularizedRegressor(lr=0.004, **options).fit(X, VALUES)
    assert bits(other) != bits(nets[0])


@pytest.mark.parametrize(
    ("kind", "name"),
    [(RegularizedClassifier, "n_members"), (ELRClassifier, "n_networks")],
)
def test_a_net_does_not_go_on_with_other_members(kind, name):
    net = kind(**SMALL, warm_start=True).fit(X, LABELS)
    net.set_params(**{name: 2})
    with pytest.raises(ValueError, match=r"n_members was 1 when.*is 2 now.*warm_start"):
        net.fit(X, LABELS)
    net.set_params(warm_start=False).fit(X, LABELS)
    assert net.predict_proba(X).shape == (N, 3)
