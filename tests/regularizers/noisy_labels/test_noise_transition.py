"""The matrix of label noise, and what labels are taken for because of it."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from sklearn.datasets import load_digits
from sklearn.metrics import log_loss
from sklearn.model_selection import train_test_split
from torch.nn import functional

from skreg import ELRClassifier
from skreg.datasets import load_letter, make_label_noise
from skreg.metrics import label_issue_auroc
from skreg.regularizers import ELR
from skreg.regularizers.noisy_labels._disagreement import Disagreement
from skreg.regularizers.noisy_labels._noise_transition import (
    NoiseTransition,
    expected_flips,
    likely_origins,
    transition_matrix,
)


def noisy_rows(matrix, n=6000, sure=4.0, seed=0):
    """Return beliefs that are calibrated, the right classes and noisy labels."""
    generator = torch.Generator().manual_seed(seed)
    shape = (n, len(matrix))
    logits = sure * torch.randn(shape, generator=generator, dtype=torch.float64)
    beliefs = logits.softmax(-1)
    right = beliefs.multinomial(1, generator=generator)[:, 0]
    label = matrix[right].multinomial(1, generator=generator)[:, 0]
    return beliefs, right, label


MATRICES = {
    "right": torch.eye(3, dtype=torch.float64),
    "even": torch.full((3, 3), 0.15, dtype=torch.float64) + 0.55 * torch.eye(3),
    "pairs": 0.6 * torch.eye(3) + 0.4 * torch.eye(3).roll(1, 1).double(),
    "one way": torch.tensor([[1, 0, 0], [0, 1, 0], [0, 0.45, 0.55]]).double(),
}


@pytest.mark.parametrize("name", MATRICES)
def test_the_matrix_is_found_without_right_labels(name):
    matrix = MATRICES[name]
    beliefs, _, label = noisy_rows(matrix)
    weight = torch.ones(len(label))
    found = transition_matrix(beliefs, label, weight, n_rounds=100)
    prior = 0.05  # pulls towards even noise
    assert (found - matrix).abs().max() < prior
    torch.testing.assert_close(found.sum(-1), torch.ones(3, dtype=torch.float64))
    flips = expected_flips(beliefs, label, weight, found)
    assert flips.sum().item() == pytest.approx(len(label))


def log_likelihood(beliefs, matrix, label):
    return (beliefs * matrix.T[label]).sum(-1).log().sum()


def test_rounds_explain_the_labels_better():
    beliefs, _, label = noisy_rows(MATRICES["pairs"])
    weight, matrix, values = torch.ones(len(label)), None, []
    for _ in range(5):
        matrix = transition_matrix(beliefs, label, weight, matrix, n_rounds=1)
        values.append(log_likelihood(beliefs, matrix, label).item())
    assert (np.diff(values) > 0).all()


@given(st.integers(2, 5), st.integers(0, 2**31), st.integers(1, 4))
def test_a_weight_is_as_good_as_copies(n_classes, seed, n_rounds):
    rng = np.random.default_rng(seed)
    n = 30
    beliefs = torch.from_numpy(rng.dirichlet(np.ones(n_classes), n))
    label = torch.from_numpy(rng.integers(0, n_classes, n))
    copies = torch.from_numpy(rng.integers(0, 3, n))
    copies[0] = 1
    weighted = transition_matrix(beliefs, label, copies.double(), n_rounds=n_rounds)
    repeated = transition_matrix(
        beliefs.repeat_interleave(copies, 0),
        label.repeat_interleave(copies),
        torch.full((int(copies.sum()),), 0.1, dtype=torch.float64),
        n_rounds=n_rounds,
    )
    torch.testing.assert_close(weighted, repeated)
    assert (weighted >= 0).all()
    torch.testing.assert_close(weighted.sum(-1), weighted.new_ones(n_classes))


@given(st.permutations(range(4)), st.integers(0, 2**31))
def test_names_of_classes_do_not_matter(order, seed):
    rng = np.random.default_rng(seed)
    beliefs = torch.from_numpy(rng.dirichlet(np.ones(4), 40))
    label = torch.from_numpy(rng.integers(0, 4, 40))
    weight, order = torch.ones(40), torch.tensor(order)
    matrix = transition_matrix(beliefs, label, weight)
    named = transition_matrix(beliefs[:, order], order.argsort()[label], weight)
    torch.testing.assert_close(named, matrix[order][:, order])


def test_sure_beliefs_and_absent_classes_stay_finite():
    beliefs, label = torch.eye(3)[[0, 0, 1, 1]], torch.tensor([0, 1, 1, 0])
    matrix = transition_matrix(beliefs, label, torch.tensor([1.0, 1, 0, 1]))
    assert matrix.isfinite().all()
    assert (matrix > 0).all()


class TestOrigins:
    @given(st.integers(2, 6), st.integers(0, 2**31))
    def test_labels_of_each_class_are_as_often_wrong_as_before(self, n_classes, seed):
        rng = np.random.default_rng(seed)
        matrix = torch.from_numpy(rng.dirichlet(np.ones(n_classes), n_classes))
        mistaken = torch.from_numpy(rng.random((n_classes, n_classes)))
        origins = likely_origins(matrix, mistaken)
        torch.testing.assert_close(origins.diagonal(), torch.ones(n_classes).double())
        kept = (mistaken * origins).sum(0)
        torch.testing.assert_close(kept, mistaken.sum(0), rtol=1e-3, atol=1e-3)

    def test_of_two_classes_the_matrix_says_nothing(self):
        matrix = torch.tensor([[1.0, 0.0], [0.4, 0.6]])
        torch.testing.assert_close(
            likely_origins(matrix, torch.rand(2, 2)), torch.ones(2, 2)
        )

    def test_labels_nobody_has_stay_finite(self):
        matrix, mistaken = torch.eye(3).clamp_min(1e-9), torch.zeros(3, 3)
        torch.testing.assert_close(
            likely_origins(matrix, mistaken), torch.ones(3, 3), atol=1e-5, rtol=0
        )


class TestNoiseTransition:
    def learnt(self, name="one way", epochs=12):
        beliefs, right, label = noisy_rows(MATRICES[name])
        transition = NoiseTransition()
        weight = torch.ones(len(label))
        for _ in range(epochs):
            transition.gather(beliefs)
            transition.estimate(beliefs, label, weight)
        return transition, beliefs, right, label, weight

    def test_no_estimate_before_ten_comparisons(self):
        transition, beliefs, *_ = self.learnt(epochs=0)
        for count in range(1, 12):
            transition.gather(beliefs)
            assert transition.is_ready == (count >= 10)
        torch.testing.assert_close(transition.beliefs.values, beliefs)

    def test_rows_never_visited_say_nothing(self):
        transition, beliefs, _, label, _ = self.learnt()
        unseen = NoiseTransition()
        gap = torch.full((1, 3), torch.nan, dtype=torch.float64)
        weight = torch.cat([torch.ones(len(label)), torch.zeros(1)])
        label = torch.cat([label, torch.tensor([0])])
        for _ in range(12):
            unseen.gather(torch.cat([beliefs, gap]))
            unseen.estimate(unseen.beliefs.values, label, weight)
        torch.testing.assert_close(unseen.matrix.values, transition.matrix.values)
        assert unseen.beliefs.values[-1].isnan().all()
        assert unseen.judged(unseen.beliefs.values, label, weight)[-1].isnan().all()
        for _ in range(3):  # now it is visited
            unseen.gather(torch.cat([beliefs, beliefs[:1]]))
        torch.testing.assert_close(unseen.beliefs.values[-1], beliefs[0])

    def test_posterior(self):
        transition, beliefs, _, label, _ = self.learnt()
        members = torch.stack([beliefs, beliefs.roll(1, -1)])[:, :7]
        found = transition.posterior(5.0 * members, label[:7])
        expected = members * transition.matrix.values[:, label[:7]].T
        expected /= expected.sum(-1, keepdim=True)
        torch.testing.assert_close(found, expected)

    def test_the_judgement_knows_where_labels_come_from(self):
        transition, beliefs, right, label, weight = self.learnt("pairs")
        judged = transition.judged(beliefs, label, weight)
        torch.testing.assert_close(judged.sum(-1), torch.ones(len(label)).double())
        rows, wrong = torch.arange(len(label)), (label != right).numpy()
        found, before = (
            label_issue_auroc(wrong, values[rows, label].numpy())
            for values in (judged, beliefs)
        )
        assert (1 - found) < 0.8 * (1 - before)
        # As many labels are taken for wrong as before, in each class.
        for k in range(3):
            shares = [values[label == k, k].mean() for values in (judged, beliefs)]
            assert abs(shares[0] - shares[1]) < 0.05
        transition.matrix = None
        torch.testing.assert_close(
            transition.judged(3 * beliefs, label, weight), beliefs
        )


@pytest.mark.parametrize("correction", [0.3, 1.0])
def test_gradient_is_that_of_the_label_given_the_matrix(make_info, correction):
    watch = Disagreement(make_info(), 0.8, 0.01, correction=correction)
    generator = torch.Generator().manual_seed(0)
    beliefs, label = torch.rand(10, 3, generator=generator), torch.arange(10) % 3
    watch.transition.estimate(beliefs, label, torch.ones(10))
    logits = 0.5 * torch.randn(6, 3, generator=generator)
    logits.requires_grad_()  # within the bound
    p, y = logits.softmax(-1), label[:6]
    assert watch.is_correcting
    target = watch.corrected(p.detach(), y)
    (gradient,) = torch.autograd.grad(functional.cross_entropy(logits, target), logits)
    whole = -(p @ watch.transition.matrix.values)[range(6), y].log().mean()
    blend = correction * whole + (1 - correction) * functional.cross_entropy(logits, y)
    (expected,) = torch.autograd.grad(blend, logits)
    torch.testing.assert_close(gradient, expected)


class TestRefine:
    def watched(self, make_info, make_step, **options):
        penalty = ELR(strength="auto", forward_correction="auto", **options)
        penalty.setup(make_info())
        step = make_step()
        for _ in range(14):
            step = make_step(step.module)
            penalty.mix(step)
            penalty.penalty(step)
        return penalty, make_step(step.module)

    def test_labels_become_soft(self, make_info, make_step):
        penalty, step = self.watched(make_info, make_step)
        before = step.target
        penalty.refine(step)
        assert step.target.shape == (6, 3)
        torch.testing.assert_close(step.target.sum(-1), torch.ones(6))
        assert not step.target.equal(functional.one_hot(before, 3).float())

    def test_targets_of_others_are_left_alone(self, make_info, make_step):
        penalty, step = self.watched(make_info, make_step)
        step.target = theirs = torch.full((6, 3), 1 / 3)
        penalty.refine(step)
        assert step.target is theirs

    def test_members_at_strength_0_keep_their_labels(self, make_info, make_step):
        penalty = ELR(strength=torch.tensor([0.0, 3.0]), forward_correction=1.0)
        penalty.setup(make_info(n_members=2))
        module = torch.nn.Linear(4, 3)
        for _ in range(14):
            step = make_step(module)
            step.output = torch.stack([step.output, -step.output])
            penalty.mix(step)
            penalty.penalty(step)
        plain = step.soft_target()
        penalty.refine(step)
        torch.testing.assert_close(step.target[0], plain)
        assert not step.target[1].allclose(plain)

    def test_sure_predictions_stay_finite(self, make_info, make_step):
        penalty, step = self.watched(make_info, make_step)
        step.output = 300.0 * torch.eye(3).repeat(2, 1).roll(1, 0)
        penalty.refine(step)
        assert step.target.isfinite().all()

    def test_off(self, make_info, make_step):
        penalty, step = self.watched(make_info, make_step)
        penalty.forward_correction = 0.0
        penalty.resume(make_info())
        before = step.target
        penalty.refine(step)
        assert step.target is before


def one_against_the_rest(X, y, name, n_rows, rare, rate, seed=0):
    """Return training rows with evenly wrong labels, and test rows, of two classes."""
    rng = np.random.default_rng(seed)
    ones, others = (rng.permutation(np.flatnonzero((y == name) == k)) for k in (1, 0))
    k = int(n_rows * rare)
    train = np.concatenate([ones[:k], others[: n_rows - k]])
    test = np.concatenate([ones[k : 2 * k], others[n_rows - k : 2 * (n_rows - k)]])
    right, wrong = (y[train] == name), rng.random(n_rows) < rate
    return X[train], np.where(wrong, ~right, right), wrong, X[test], y[test] == name


class TestLabelsOfNoDirection:
    """A matrix that takes sides ruins these."""

    def test_even_noise_where_a_class_is_rare(self):
        letters = load_letter(return_X_y=True)
        X, label, wrong, X_test, y_test = one_against_the_rest(
            *letters, "O", n_rows=1000, rare=0.05, rate=0.1
        )
        net = ELRClassifier(random_state=0).fit(X, label)
        assert label_issue_auroc(wrong, net.label_quality_) > 0.97
        assert net.score(X_test, y_test) > 0.95

    def test_even_noise_where_single_labels_are_learnt_fast(self):
        X, label, wrong, X_test, y_test = one_against_the_rest(
            *load_digits(return_X_y=True), 3, n_rows=900, rare=0.1, rate=0.2
        )
        net = ELRClassifier(random_state=0).fit(X, label)
        assert label_issue_auroc(wrong, net.label_quality_) > 0.97
        assert net.score(X_test, y_test) > 0.95

    def test_right_labels_where_a_class_is_rare_and_hard(self):
        rng = np.random.default_rng(0)
        y, y_test = rng.random(1500) < 0.1, rng.random(4000) < 0.1
        X = rng.normal(size=(1500, 4)) + 0.5 * y[:, None]
        X_test = rng.normal(size=(4000, 4)) + 0.5 * y_test[:, None]
        net = ELRClassifier(random_state=0).fit(X, y)
        # The frequent class is the best guess nearly everywhere.
        assert net.score(X_test, y_test) > 0.89
        assert log_loss(y_test, net.predict_proba(X_test)) < 0.31


def test_digits_turned_into_the_next():
    X, y = load_digits(return_X_y=True)
    X, X_test, y, y_test = train_test_split(X, y, train_size=0.6, random_state=0)
    noisy, wrong, matrix = make_label_noise(y, rate=0.4, kind="pair", random_state=0)
    net = ELRClassifier(random_state=0).fit(X, noisy)
    assert np.abs(net.transition_matrix_ - matrix).mean() < 0.04
    assert label_issue_auroc(wrong, net.label_quality_) > 0.98
    off = ELRClassifier(forward_correction=0, random_state=0).fit(X, noisy)
    assert net.score(X_test, y_test) > max(0.9, off.score(X_test, y_test))


def test_no_matrix_without_elr_or_time():
    X, y = load_digits(return_X_y=True)
    for options in ({"strength": 0, "max_epochs": 12}, {"max_epochs": 5}):
        net = ELRClassifier(random_state=0, **options).fit(X[:300], y[:300])
        assert net.transition_matrix_ is None
