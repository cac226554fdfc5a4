"""The matrix of label noise, and what labels are taken for because of it."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from torch.nn import functional

from skreg import ELRClassifier
from skreg.datasets import load_adult, make_label_noise
from skreg.metrics import label_issue_auroc
from skreg.regularizers import ELR
from skreg.regularizers._elr_auto import Disagreement
from skreg.regularizers._noise_transition import (
    NoiseTransition,
    expected_flips,
    one_way_share,
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
    expected = {"even": 0.0, "pairs": 1.0, "one way": 1.0}
    if name in expected:
        flips = expected_flips(beliefs, label, weight, found)
        assert one_way_share(flips) == pytest.approx(expected[name], abs=0.2)


@pytest.mark.parametrize(("n_classes", "n_rows"), [(2, 50), (10, 300), (26, 520)])
def test_few_even_flips_are_no_direction(n_classes, n_rows):
    # Each pair has one flip or two, which cannot but go one way.
    right = torch.arange(n_rows) % n_classes
    label, wrong, _ = make_label_noise(right.numpy(), rate=0.4, random_state=0)
    label = torch.from_numpy(label)
    beliefs = 0.2 / n_classes + 0.8 * torch.eye(n_classes)[right]
    transition = NoiseTransition(n_rows, n_classes)
    for _ in range(12):
        transition.learn(beliefs, label, torch.ones(n_rows))
    assert transition.one_way < 0.2
    pairs = (right + torch.from_numpy(wrong)) % n_classes
    for _ in range(30):
        transition.learn(beliefs, pairs, torch.ones(n_rows))
    assert n_classes == 2 or transition.one_way > 0.6


def log_likelihood(beliefs, matrix, label):
    return (beliefs * matrix.T[label]).sum(-1).log().sum()


@pytest.mark.parametrize("rare", [0.5, 0.2, 0.05])
def test_the_size_of_classes_is_no_direction(rare):
    right = torch.arange(2000) < 2000 * rare
    label, *_ = make_label_noise(right.long().numpy(), rate=0.2, random_state=0)
    label, beliefs = torch.from_numpy(label), torch.eye(2)[right.long()].clamp(0.1, 0.9)
    matrix = transition_matrix(beliefs, label, torch.ones(2000), n_rounds=50)
    flips = expected_flips(beliefs, label, torch.ones(2000), matrix)
    assert one_way_share(flips) < 0.2
    one_way = label * right  # 0 is always right, 1 was often lost
    matrix = transition_matrix(beliefs, one_way, torch.ones(2000), n_rounds=50)
    flips = expected_flips(beliefs, one_way, torch.ones(2000), matrix)
    assert one_way_share(flips) > 0.6


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
    assert one_way_share(torch.eye(3)) == 0.0


class TestNoiseTransition:
    def learnt(self, epochs=12):
        beliefs, _, label = noisy_rows(MATRICES["one way"])
        transition = NoiseTransition(len(label), 3, dtype=torch.float64)
        for _ in range(epochs):
            transition.learn(beliefs, label, torch.ones(len(label)))
        return transition, beliefs, label

    def test_no_estimate_before_ten_comparisons(self):
        assert self.learnt(9)[0].matrix is None
        transition, beliefs, _ = self.learnt(10)
        assert transition.matrix is not None
        torch.testing.assert_close(transition.beliefs.values, beliefs)

    def test_rows_never_visited_say_nothing(self):
        transition, beliefs, label = self.learnt()
        unseen = NoiseTransition(len(label) + 1, 3, dtype=torch.float64)
        gap = torch.full((1, 3), torch.nan, dtype=torch.float64)
        weight = torch.cat([torch.ones(len(label)), torch.zeros(1)])
        label = torch.cat([label, torch.tensor([0])])
        for _ in range(12):
            unseen.learn(torch.cat([beliefs, gap]), label, weight)
        torch.testing.assert_close(unseen.matrix.values, transition.matrix.values)
        assert unseen.beliefs.values[-1].isnan().all()
        for _ in range(3):  # now it is visited
            full = torch.cat([beliefs, beliefs[:1]])
            unseen.learn(full, label, torch.ones(len(label)))
        torch.testing.assert_close(unseen.beliefs.values[-1], beliefs[0])

    @pytest.mark.parametrize("power", [0.0, 0.5, 1.0])
    def test_posterior(self, power):
        transition, beliefs, label = self.learnt()
        members = torch.stack([beliefs, beliefs.roll(1, -1)])[:, :7]
        found = transition.posterior(5.0 * members, label[:7], power)
        expected = members * transition.matrix.values[:, label[:7]].T ** power
        expected /= expected.sum(-1, keepdim=True)
        torch.testing.assert_close(found, expected)


@pytest.mark.parametrize("correction", [0.3, 1.0])
def test_gradient_is_that_of_the_label_given_the_matrix(make_info, correction):
    watch = Disagreement(make_info(), 0.8, 0.01, correction=correction)
    generator = torch.Generator().manual_seed(0)
    beliefs, label = torch.rand(10, 3, generator=generator), torch.arange(10) % 3
    for _ in range(10):
        watch.transition.learn(
            beliefs / beliefs.sum(-1, keepdim=True), label, torch.ones(10)
        )
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


def spoilt_adult(rate):
    """Two in five of the rich are called poor, and nobody the other way."""
    X, y = load_adult(return_X_y=True, as_frame=True)
    X, y = X[:1500], np.asarray(y[:1500])
    poor, rich = np.unique(y)
    noisy, wrong, matrix = make_label_noise(
        y, rate=rate, kind="pair", flips={rich: poor}, random_state=0
    )
    return X, y, noisy, wrong, matrix


class TestOneWay:
    def test_noise_in_one_direction_is_seen_and_undone(self):
        X, y, noisy, wrong, matrix = spoilt_adult(0.4)
        net = ELRClassifier(random_state=0).fit(X, noisy)
        off = ELRClassifier(
            forward_correction=0, class_adjustment=0.5, random_state=0
        ).fit(X, noisy)
        # Its size is found in part, its direction entirely.
        np.testing.assert_allclose(net.transition_matrix_, matrix, atol=0.2)
        assert net.transition_matrix_[0, 1] < 0.02
        assert net.score(X, y) > off.score(X, y) + 0.01
        found = label_issue_auroc(wrong, net.label_quality_)
        assert found > 0.85
        # Nobody was called rich by mistake.
        assert not net.label_issues_[noisy == np.unique(y)[1]].any()

    def test_even_noise_is_no_direction(self):
        X, y, *_ = spoilt_adult(0.0)
        noisy, _, matrix = make_label_noise(y, rate=0.2, random_state=0)
        net = ELRClassifier(random_state=0).fit(X, noisy)
        np.testing.assert_allclose(net.transition_matrix_, matrix, atol=0.1)
        assert net.regularizers_["elr"].watch_.transition.one_way == 0.0

    def test_digits_turned_into_the_next(self):
        X, y = load_digits(return_X_y=True)
        X, X_test, y, y_test = train_test_split(X, y, train_size=0.6, random_state=0)
        noisy, wrong, matrix = make_label_noise(
            y, rate=0.4, kind="pair", random_state=0
        )
        net = ELRClassifier(random_state=0).fit(X, noisy)
        assert np.abs(net.transition_matrix_ - matrix).mean() < 0.03
        assert label_issue_auroc(wrong, net.label_quality_) > 0.98
        assert net.score(X_test, y_test) > 0.9


def test_no_matrix_without_elr_or_time():
    X, y = load_digits(return_X_y=True)
    for options in ({"strength": 0, "max_epochs": 12}, {"max_epochs": 5}):
        net = ELRClassifier(random_state=0, **options).fit(X[:300], y[:300])
        assert net.transition_matrix_ is None
