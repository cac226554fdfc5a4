"""Probabilities are those of labels, not of smoothed labels."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import softmax

from skreg import RegularizedClassifier
from skreg.targets.classes import without_smoothing


def rare(n_rows, rate, seed):
    """Return rows of which a share, up to noise, is positive."""
    random = np.random.default_rng(seed)
    X = random.normal(size=(n_rows, 4))
    score = X[:, 0] + X[:, 1] + random.logistic(size=n_rows)
    return X, (score > np.quantile(score, 1 - rate)).astype(int)


@pytest.mark.parametrize("rate", [0.00125, 0.01, 0.1])
def test_rare_classes_are_expected_as_often_as_they_come(rate):
    X, y = rare(16_000, rate, seed=2)
    net = RegularizedClassifier(max_epochs=12, random_state=0).fit(X[::2], y[::2])
    expected = net.predict_proba(X[1::2])[:, 1].mean()
    assert 0.7 * rate < expected < 1.5 * rate
    smoothed = softmax(net._output(X[1::2]).astype(float), axis=1)[:, 1].mean()
    assert smoothed > expected
    if rate < 0.01:
        assert smoothed > 5 * rate


@given(
    st.integers(2, 30),
    st.floats(0, 0.3),
    st.floats(0.1, 30),
    st.integers(0, 2**32 - 1),
)
def test_smoothing_is_taken_back(n_classes, share, spread, seed):
    logits = np.random.default_rng(seed).normal(0, spread, (5, n_classes))
    p = softmax(logits, axis=1)
    smoothed = (1 - share) * p + share / n_classes
    back = without_smoothing(smoothed, share)
    assert back.sum(axis=1) == pytest.approx(1)
    assert (back > 0).all()
    # What is far above the least that smoothing leaves comes back as it was.
    even = share / n_classes
    clear = ((1 - share) * p > 2 * even).any(axis=1)
    assert np.abs(back - p)[clear].max(initial=0) <= 0.3 * share + 1e-12
    # What the net finds likelier stays so.
    order = p.argsort(axis=1)
    assert (np.diff(np.take_along_axis(back, order, 1)) >= -1e-15).all()


def test_nothing_is_taken_back_that_was_not_given():
    p = softmax(np.random.default_rng(0).normal(size=(4, 3)), axis=1)
    assert without_smoothing(p, 0.0) is p


def test_labels_are_those_of_the_largest_probability():
    X, y = rare(2_000, 0.3, seed=1)
    net = RegularizedClassifier(max_epochs=3, random_state=0).fit(X, y)
    assert np.array_equal(net.predict(X), net.predict_proba(X).argmax(axis=1))


def test_a_student_learns_what_its_teacher_says():
    X, y = rare(3_000, 0.05, seed=2)
    teacher = RegularizedClassifier(max_epochs=5, n_members=3, random_state=0)
    teacher.fit(X, y)
    student = teacher.distill(X)
    assert student.predict_proba(X)[:, 1].mean() == pytest.approx(0.05, abs=0.015)
