"""The regressor for rare targets: what is neutral, what has no units, what helps."""

import pickle
from itertools import pairwise

import numpy as np
import pytest
import torch
from sklearn.base import clone

from skreg import ConRRegressor, RegularizedRegressor
from skreg._estimator._emphasis import Emphasis
from skreg.datasets import load_abalone
from skreg.metrics import shot_metrics
from skreg.model_selection import balanced_test_split
from skreg.preprocessing import label_weights
from skreg.regularizers import PSKD
from skreg.targets import BalancedTarget
from skreg.targets.balance import N_BINS

QUICK = {
    "hidden_layer_sizes": (16,),
    "numeric_embedding": None,
    "max_epochs": 4,
    "random_state": 0,
}
SMALL = QUICK | {"hidden_layer_sizes": (32,), "max_epochs": 20}


def quick(**options):
    return ConRRegressor(**(QUICK | options))


@pytest.fixture(scope="module")
def abalone():
    X, y = load_abalone(return_X_y=True)
    return X[:600, 1:].astype(float), y[:600]


@pytest.fixture(scope="module")
def skewed():
    """Abalone in which rare targets are as frequent in the test as others."""
    X, y = load_abalone(return_X_y=True)
    X, y = X[:2500, 1:].astype(float), y[:2500]
    return balanced_test_split(X, y, test_size=200, max_share=0.25, random_state=0)


@pytest.mark.parametrize("options", [{}, {"n_members": 3}, {"loss": "quantile"}])
def test_neutral_settings_are_the_plain_net(abalone, options):
    X, y = abalone
    plain = RegularizedRegressor(**(QUICK | options)).fit(X, y)
    neutral = quick(strength=0, **options).fit(X, y)
    np.testing.assert_array_equal(neutral.predict(X), plain.predict(X))
    other = quick(**options).fit(X, y)
    assert not np.array_equal(other.predict(X), plain.predict(X))


def test_reweight_is_the_same_as_sample_weight(abalone):
    X, y = abalone
    given = label_weights(y, "dense")
    weighted = quick(strength=0.1).fit(X, y, given)
    named = quick(strength=0.1, reweight="dense").fit(X, y)
    np.testing.assert_array_equal(named.predict(X), weighted.predict(X))


@pytest.mark.parametrize("reweight", [None, "lds", "dense"])
@pytest.mark.parametrize("balance", [None, 0.6])
def test_units_of_y_do_not_matter(abalone, reweight, balance):
    X, y = abalone
    net = quick(reweight=reweight, balance=balance, dtype="float64")
    expected = net.fit(X, y).predict(X)
    moved = net.fit(X, 1e6 * y - 3e6).predict(X)
    np.testing.assert_allclose((moved + 3e6) / 1e6, expected, rtol=1e-6)


@pytest.mark.parametrize("n_members", [1, 2])
def test_one_fit_has_all_balances(abalone, n_members):
    X, y = abalone
    net = quick(balance=0, n_members=n_members).fit(X, y)
    tilted = quick(balance=0.7, n_members=n_members).fit(X, y)
    np.testing.assert_array_equal(net.predict(X, balance=0.7), tilted.predict(X))
    np.testing.assert_array_equal(tilted.predict(X, balance=0), net.predict(X))
    assert (net.balance_, tilted.balance_) == (0, 0.7)


def test_balance_buys_rare_targets_cheaply(skewed):
    """At a small price on frequent targets, much is won on rare ones."""
    X, X_test, y, y_test = skewed
    net = ConRRegressor(balance=0, **SMALL).fit(X, y)
    plain = RegularizedRegressor(loss="absolute_error", **SMALL).fit(X, y)

    def errors(prediction):
        return shot_metrics(y_test, prediction, y_train=y)

    usual = errors(plain.predict(X_test))
    way = [errors(net.predict(X_test, balance=b)) for b in (0, 0.25, 0.5, 0.75, 1)]
    assert way[1]["many"] < 1.08 * usual["many"]
    assert way[1]["few"] < 0.9 * usual["few"]
    assert way[4]["few"] < 0.4 * usual["few"]
    assert all(a["few"] > b["few"] for a, b in pairwise(way))


def test_label_weights_cut_the_error_of_rare_targets(skewed):
    X, X_test, y, y_test = skewed
    few = []
    for reweight in (None, "lds"):
        net = ConRRegressor(loss="absolute_error", reweight=reweight, **SMALL)
        prediction = net.fit(X, y).predict(X_test)
        few.append(shot_metrics(y_test, prediction, y_train=y)["few"])
    assert few[1] < 0.85 * few[0]


def test_automatic_balance_keeps_to_its_cost(abalone):
    X, y = abalone
    chosen = []
    for max_cost in (0.0, 0.05, 10.0):
        net = quick(balance="auto", max_cost=max_cost, validation_fraction=0.3)
        net.set_params(max_epochs=20).fit(X, y)
        chosen.append(net.balance_)
        np.testing.assert_array_equal(
            net.predict(X), net.predict(X, balance=net.balance_)
        )
    assert chosen == sorted(chosen)
    assert chosen[0] < chosen[2] == 1


def test_choice_of_balance_leaves_a_standard_error_for_few_rows(abalone):
    X, y = abalone
    target = quick(balance="auto").fit(X, y).target_
    output = np.random.default_rng(0).normal(size=(40, target.n_outputs))
    learnt = np.random.default_rng(1).normal(size=(40, 1))
    target.choose_balance(output, learnt, None, max_cost=0.1)
    few = target.balance_
    copies = [np.tile(part, (100, 1)) for part in (output, learnt)]
    target.choose_balance(*copies, None, max_cost=0.1)
    assert few < target.balance_


def test_several_targets_are_balanced_apart(abalone):
    X, y = abalone
    both = np.column_stack([y, -3 * y + 100])
    net = quick(balance=0).fit(X, both)
    output = torch.from_numpy(net._output(X))
    values = net.target_.predictions(output)
    assert values.shape == (len(X), 2, 1)
    assert values[..., 0].equal(output[:, :2])
    natural, tilted = net.predict(X), net.predict(X, balance=1)
    assert natural.shape == both.shape
    move = (tilted - natural).mean(axis=0)
    assert move[0] > 0 > move[1]  # towards old abalone in either


def test_tilting_a_normal_distribution_shifts_it():
    """A density that falls like exp(-a y) moves the mean of N(m, s^2) by a s^2."""
    target = BalancedTarget(standardize=False)
    target.learn(target.read(np.zeros(3)))
    centers = np.linspace(-4, 6, N_BINS)
    target.centers_, target.rarity_ = centers[None], 1.5 * centers[None]
    logits = -0.5 * ((centers - 0.3) / 0.8) ** 2
    output = np.concatenate([[2.0], logits])[None]
    for balance in (0.0, 0.5, 1.0):
        # Half of the way from the median, 0.3, to the value, 2.0, plus the shift.
        expected = 0.3 + 0.85 + balance * 1.5 * 0.8**2
        result = target.decode(output, balance)
        np.testing.assert_allclose(result, [expected], atol=1e-3)


def test_the_net_learns_the_distribution_of_its_targets():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(1000, 1))
    y = rng.exponential(size=1000)  # whatever X is
    net = ConRRegressor(balance=0, strength=0, max_epochs=30, random_state=0)
    target = net.fit(X, y).target_
    logits = net._output(X[:1])[0, 1:]
    p = np.exp(logits - logits.max())
    centers = target.centers_[0] * target.spread_[0] + target.mean_[0]
    assert p @ centers / p.sum() == pytest.approx(1.0, abs=0.15)
    above = p[centers > np.log(4)].sum()
    assert above / p.sum() == pytest.approx(0.25, abs=0.05)


def test_bins_of_validation_rows_count_alike():
    target = np.array([[0.0], [0.1], [0.2], [9.9], [10.0], [5.0]])
    rows = np.array([0, 1, 2, 4, 5])
    weight = np.array([1.0, 2.0, 1.0, 3.0, 0.5, 2.0])
    balanced = Emphasis(None, True).validation_weight(target, weight, rows)
    np.testing.assert_allclose(balanced, [0.25, 0.5, 0.25, 0, 1, 1])
    assert Emphasis(None, False).validation_weight(target, weight, rows) is weight


@pytest.mark.parametrize("balance", [None, 0.5])
def test_early_stopping_looks_at_the_balanced_error(abalone, balance):
    X, y = abalone
    options = {"early_stopping": True, "balance": balance, "strength": 0}
    curves = [
        quick(monitor=monitor, **options).fit(X, y).history_
        for monitor in ("balanced", "loss")
    ]
    np.testing.assert_array_equal(curves[0]["train_loss"], curves[1]["train_loss"])
    # Old abalone, a bin of their own, are far off; of the rows they are few.
    assert curves[0]["valid_loss"][-1] > 1.3 * curves[1]["valid_loss"][-1] or balance
    assert curves[0]["valid_loss"][-1] != curves[1]["valid_loss"][-1]


def test_it_travels_and_teaches(abalone):
    X, y = abalone
    net = quick(balance=0.4, n_members=2, max_epochs=20).fit(X, y)
    loaded = pickle.loads(pickle.dumps(net))
    np.testing.assert_array_equal(loaded.predict(X), net.predict(X))
    assert clone(net).get_params()["balance"] == 0.4
    student = net.distill(X, max_epochs=40)
    assert np.corrcoef(student.predict(X), net.predict(X))[0, 1] > 0.9


def test_partial_fit_keeps_bins_and_balance(abalone):
    X, y = abalone
    net = quick(balance="auto").partial_fit(X, y)
    centers = net.target_.centers_
    net.partial_fit(X[:100], y[:100] / 3)
    np.testing.assert_array_equal(net.target_.centers_, centers)
    assert 0 <= net.balance_ <= 1


def test_one_row_and_constant_targets_can_be_learnt(abalone):
    X, y = abalone
    for rows in (slice(1), slice(40)):
        net = quick(balance=0.5, lr=0.03, max_epochs=60).fit(X[rows], y[rows] * 0 + 7)
        np.testing.assert_allclose(net.predict(X[:5]), 7, atol=1.5)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"balance": 1.5}, r"'balance' parameter of ConRRegressor must be .*Got 1.5"),
        ({"balance": "half"}, r"'balance' parameter .*'auto'"),
        ({"strength": 4.0}, r"'strength' parameter .* range \[0.0, 1.0\]"),
        ({"reweight": "LDS"}, r"'reweight' parameter"),
        ({"balance": 0.5, "loss": "quantile"}, r"does not go with loss='quantile'"),
        ({"balance": 0.5, "regularizers": [PSKD()]}, "PSKD .*one output .*no balance"),
    ],
)
def test_bad_parameters_are_named_before_training(abalone, options, message):
    net = quick(**options)
    with pytest.raises(ValueError, match=message):
        net.fit(*abalone)
    assert not hasattr(net, "net_")


def test_balances_that_cannot_be_given_are_named(abalone):
    X, y = abalone
    net = quick().fit(X, y)
    with pytest.raises(ValueError, match=r"balance=0.5.*fitted with balance=None"):
        net.predict(X, balance=0.5)
    with pytest.raises(ValueError, match=r"balance=-1 must be"):
        quick(balance=0).fit(X, y).predict(X, balance=-1)


def test_resumed_training_cannot_change_the_kind_of_output(abalone):
    X, y = abalone
    net = quick(warm_start=True).fit(X, y)
    before = net.predict(X)
    with pytest.raises(ValueError, match="loss or balance"):
        net.set_params(balance=0.5).fit(X, y)
    np.testing.assert_array_equal(net.predict(X), before)
