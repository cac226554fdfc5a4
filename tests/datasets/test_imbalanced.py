"""A problem with a long tail: its law is known."""

import numpy as np
import pytest
from scipy import stats

from skreg.datasets import make_imbalanced_regression


@pytest.mark.parametrize("skew", [0.0, 0.7])
@pytest.mark.parametrize(("tail", "sign"), [("high", 1), ("low", -1)])
def test_targets_are_shifted_log_normal(skew, tail, sign):
    _, y = make_imbalanced_regression(5000, skew=skew, tail=tail, random_state=0)
    t = y if skew == 0 else sign * np.log1p(sign * skew * y) / skew
    assert stats.kstest(t, "norm").pvalue > 0.01


def test_both_tails_are_rare():
    _, y = make_imbalanced_regression(5000, tail="both", random_state=0)
    assert stats.kstest(np.arcsinh(y), "norm").pvalue > 0.01
    assert stats.kurtosis(y) > 5


def test_informative_features_come_first_and_noise_limits_the_fit():
    X, y = make_imbalanced_regression(
        4000, 6, n_informative=2, noise=0.5, random_state=0
    )
    t = np.log1p(y)
    coef, residual, *_ = np.linalg.lstsq(X, t, rcond=None)
    assert np.linalg.norm(coef[:2]) == pytest.approx(1 / np.hypot(1, 0.5), rel=0.05)
    assert np.abs(coef[2:]).max() < 0.05
    assert residual[0] / 4000 == pytest.approx(0.25 / 1.25, rel=0.1)


def test_seeds_decide():
    first, again = (make_imbalanced_regression(random_state=3) for _ in range(2))
    other = make_imbalanced_regression(random_state=4)
    for one, same, different in zip(first, again, other, strict=True):
        np.testing.assert_array_equal(one, same)
        assert not np.array_equal(one, different)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"n_informative": 11}, "n_informative=11 must lie between 1 and"),
        ({"n_samples": 0}, "n_samples=0 must be"),
        ({"skew": -1}, "skew=-1 must be"),
        ({"noise": np.nan}, "noise=nan must be"),
        ({"tail": "left"}, "'tail' parameter .* Got 'left'"),
    ],
)
def test_wrong_input_is_named(options, message):
    with pytest.raises(ValueError, match=message):
        make_imbalanced_regression(**options)
