"""One far-off target ruins neither robust losses nor a balance."""

import numpy as np
import pytest

from skreg import ConRRegressor, RegularizedRegressor
from skreg.regularizers import FDS, BalancedMSE, GeometricConstraints
from skreg.targets import BalancedTarget, PointTarget, QuantileTarget

RNG = np.random.default_rng(0)
X = RNG.normal(size=(700, 4))
Y = 2 * X[:, 0] + abs(X[:, 1]) + 0.5 * RNG.normal(size=700)
TRAIN, TEST = slice(0, 400), slice(400, None)

SENTINELS = {
    "one": [1e6],
    "one percent": [1e3] * 4,
    "both signs": [-1e6] * 4 + [1e3] * 4,
    "huge": [1e308, -1e308],
}
every_sentinel = pytest.mark.parametrize("sentinels", SENTINELS.values(), ids=SENTINELS)


def spoiled(sentinels):
    y = Y[TRAIN].copy()
    y[5 : 5 + len(sentinels)] = sentinels
    return y


def error(net, sentinels, **options):
    net.set_params(random_state=0, max_epochs=25).fit(X[TRAIN], spoiled(sentinels))
    prediction = net.predict(X[TEST], **options)
    middle = prediction if prediction.ndim == 1 else prediction[:, 1]
    return abs(middle - Y[TEST]).mean()


@every_sentinel
@pytest.mark.parametrize(
    "options",
    [
        {"loss": "absolute_error"},
        {"loss": "huber"},
        {"loss": "quantile", "quantiles": (0.1, 0.5, 0.9)},
        {"loss": "huber", "early_stopping": True},
        {"loss": "absolute_error", "regularizers": [FDS()]},
        {"loss": "absolute_error", "regularizers": [GeometricConstraints()]},
    ],
    ids=["absolute", "huber", "quantile", "stopping", "fds", "geometric"],
)
def test_robust_losses_are_robust(options, sentinels):
    assert error(RegularizedRegressor(**options), sentinels) < 0.6


@every_sentinel
@pytest.mark.parametrize("balance", [0, 1])
def test_a_balance_is_robust(balance, sentinels):
    assert error(ConRRegressor(balance=0.0), sentinels, balance=balance) < 0.65


@every_sentinel
def test_weights_and_penalty_are_robust(sentinels):
    net = ConRRegressor(loss="absolute_error", reweight="lds", strength=0.3)
    assert error(net, sentinels) < 0.65


def test_the_choice_of_a_balance_is_robust():
    net = ConRRegressor(balance="auto")
    assert error(net, SENTINELS["both signs"]) < 0.65
    assert net.balance_ > 0


def test_two_targets_are_scaled_apart():
    both = np.column_stack([spoiled([1e6]), Y[TRAIN]])
    net = RegularizedRegressor(loss="huber", max_epochs=3, random_state=0)
    net.fit(X[TRAIN], both)
    assert net.target_.spread_ == pytest.approx(Y[TRAIN].std(), rel=0.01)


@pytest.mark.parametrize(
    "y", [np.full(100, 3.0), np.repeat([0.0, 4.0, 1e6], [90, 9, 1])]
)
def test_targets_without_robust_spread(y):
    for loss in ("absolute_error", "quantile"):
        net = RegularizedRegressor(loss=loss, max_epochs=20, random_state=0)
        prediction = net.fit(X[:100], y).predict(X[:100])
        assert abs(prediction - np.median(y)).max() < 5


def test_nothing_changes_without_far_targets():
    for target in (PointTarget(loss="huber"), QuantileTarget(), BalancedTarget()):
        values = target.read(Y)
        target.learn(values)
        target.scale(target.encode(values), None)
        assert target.mean_[0] == pytest.approx(Y.mean(), rel=1e-12)
        assert target.spread_[0] == pytest.approx(Y.std(), rel=1e-12)
        scaled = (values - target.mean_) / target.spread_
        np.testing.assert_array_equal(target.transform(values), scaled)


def test_squares_stay_finite():
    net = RegularizedRegressor(regularizers=[BalancedMSE()], max_epochs=2)
    net.fit(X[TRAIN], spoiled([1e308]))
    assert np.isfinite(net.predict(X[TEST])).all()
