"""What ELRClassifier says about the labels, and how well it learns from them."""

import warnings
from functools import cache

import numpy as np
import pandas as pd
import pytest
from scipy.stats import spearmanr
from sklearn.compose import ColumnTransformer
from sklearn.datasets import load_digits, load_wine
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import cross_val_predict, train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skreg import ELRClassifier, RegularizedClassifier
from skreg.datasets import load_adult, make_label_noise
from skreg.metrics import label_issue_auroc, memorized_fraction, recovered_fraction
from skreg.regularizers import NestedDropout, WeightAverage

X, Y = load_wine(return_X_y=True)
NAMES = np.array(["barolo", "grignolino", "barbera"])[Y]
NOISY, WRONG, _ = make_label_noise(NAMES, rate=0.3, exact=True, random_state=1)
COLUMNS = ["is_label_issue", "label_quality", "given_label", "predicted_label"]


@pytest.fixture(scope="module")
def fitted():
    return ELRClassifier(random_state=0).fit(X, NOISY)


def test_the_table_of_issues(fitted):
    issues = fitted.find_label_issues()
    assert issues.columns.tolist() == COLUMNS
    assert issues["given_label"].tolist() == NOISY.tolist()
    best = fitted.suggested_labels_
    assert issues["predicted_label"].tolist() == best.tolist()
    assert issues["is_label_issue"].equals(pd.Series(best != NOISY))
    assert np.mean(fitted.classes_[fitted.targets_.argmax(axis=1)] == best) > 0.9
    assert issues["label_quality"].between(0, 1).all()
    assert fitted.label_noise_rate_ == issues["is_label_issue"].mean()
    np.testing.assert_allclose(fitted.targets_.sum(axis=1), 1)


def test_wrong_labels_are_found_and_put_right(fitted):
    assert label_issue_auroc(WRONG, fitted.label_quality_) > 0.95
    assert np.mean(fitted.suggested_labels_ == NAMES) > 0.9
    assert fitted.label_noise_rate_ == pytest.approx(0.3, abs=0.08)
    predicted = fitted.predict(X)
    assert memorized_fraction(NAMES, NOISY, predicted) < 0.25
    assert recovered_fraction(NAMES, NOISY, predicted) > 0.75


def test_in_a_pipeline_with_frames_and_weights():
    frame = pd.DataFrame(X).add_prefix("c").assign(name=NOISY)
    scale = ColumnTransformer([("n", StandardScaler(), frame.columns[:-1])])
    pipeline = make_pipeline(scale, ELRClassifier(random_state=0, max_epochs=60))
    weight = np.where(np.arange(len(X)) % 10 == 0, 0.0, 1.0)
    pipeline.fit(
        frame.drop(columns="name"), frame["name"], elrclassifier__sample_weight=weight
    )
    issues = pipeline[-1].find_label_issues()
    # Rows of weight 0 are judged too, by the net that has not seen them.
    assert len(issues) == len(X)
    assert np.isfinite(issues["label_quality"]).all()
    assert np.mean(issues["predicted_label"] == NAMES) > 0.85


def test_out_of_sample_probabilities_rank_labels_too():
    net = ELRClassifier(random_state=0, max_epochs=50)
    p = cross_val_predict(net, X, NOISY, cv=3, method="predict_proba")
    quality = p[np.arange(len(X)), np.unique(NOISY, return_inverse=True)[1]]
    assert label_issue_auroc(WRONG, quality) > 0.9


def test_issues_need_a_fit():
    with pytest.raises(NotFittedError):
        ELRClassifier().find_label_issues()


class TestLostClasses:
    X = np.random.default_rng(0).normal(size=(300, 3))
    y = np.where(np.arange(300) < 15, "rare", "common")

    def test_a_class_taken_for_noise_is_named(self):
        with pytest.warns(UserWarning, match=r"classes \['rare'\].*strength \(now 5\)"):
            ELRClassifier(strength=5, beta=0.7, random_state=0).fit(self.X, self.y)

    @pytest.mark.parametrize(
        "options",
        [
            {"strength": 0},
            {"class_weight": "balanced", "strength": 1},
            {"max_epochs": 5},  # too early to say
        ],
    )
    def test_silent_otherwise(self, options):
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            ELRClassifier(random_state=0, **options).fit(self.X, self.y)

    def test_fewer_than_ten_rows_may_be_lost(self):
        y = np.where(np.arange(300) < 5, "rare", "common")
        ELRClassifier(strength=5, beta=0.7, random_state=0).fit(self.X, y)


def digits_score(noise, classifier):
    """Return the accuracy on right labels after training on partly wrong ones."""
    X, y = load_digits(return_X_y=True)
    X, X_test, y, y_test = train_test_split(
        X, y, train_size=700, random_state=0, stratify=y
    )
    y, *_ = make_label_noise(y, rate=noise, random_state=0)
    return classifier.fit(X, y).score(X_test, y_test)


@cache
def plain_score(noise):
    return digits_score(noise, RegularizedClassifier(random_state=0))


class TestAutomaticSettings:
    def test_far_above_the_plain_net_on_wrong_labels(self):
        elr = digits_score(0.4, ELRClassifier(random_state=0))
        assert elr > plain_score(0.4) + 0.09
        assert elr > 0.92

    def test_nothing_lost_on_right_labels(self):
        elr = digits_score(0.0, ELRClassifier(random_state=0))
        assert elr > plain_score(0.0) - 0.01


def test_nested_dropout_helps_a_net_that_memorises():
    options = {"lr": 3e-3, "weight_decay": 0.1, "dropout": 0.15, "random_state": 0}
    plain = digits_score(0.4, RegularizedClassifier(**options))
    nested = [NestedDropout(sigma=0.05)]
    net = RegularizedClassifier(regularizers=nested, **options)
    assert digits_score(0.4, net) > plain + 0.02


def test_averaged_weights_help_a_net_that_memorises():
    options = {"lr_schedule": "constant", "weight_decay": 0.0, "random_state": 0}
    net = RegularizedClassifier(numeric_embedding=None, wide=False, **options)
    plain = digits_score(0.4, net)
    net.set_params(regularizers=[WeightAverage(decay=0.998)])
    assert digits_score(0.4, net) > plain + 0.01


def test_a_class_that_lost_labels_to_another_is_kept():
    # Two in five of the rich are called poor, and nobody the other way.
    X, y = load_adult(return_X_y=True, as_frame=True)
    X, y_right = X[:1500], np.asarray(y[:1500])
    poor, rich = np.unique(y_right)
    y, _, _ = make_label_noise(
        y_right, rate=0.4, kind="pair", flips={rich: poor}, random_state=0
    )
    options = {"max_epochs": 30, "random_state": 0}
    recall = []
    for adjustment in (0.0, 0.5, 1.0):
        net = ELRClassifier(class_adjustment=adjustment, **options).fit(X, y)
        recall.append(np.mean(net.predict(X)[y_right == rich] == rich))
    assert (np.diff(recall) > 0.1).all()


@pytest.mark.parametrize("before", [0.0, 0.2, 1.0])
@pytest.mark.parametrize("after", [0.0, 0.7])
def test_going_on_with_another_adjustment(before, after):
    net = ELRClassifier(class_adjustment=before, warm_start=True, max_epochs=6)
    net.set_params(random_state=0).fit(X, NOISY)
    net.set_params(class_adjustment=after).fit(X, NOISY)
    assert net.n_iter_ == 12
    confidence = net.regularizers_["elr"].watch_.confidence
    assert confidence.power == after
    assert (confidence.divisor.numpy().std() > 0) == (after > 0)


def test_quality_is_the_mean_over_epochs_of_the_share_on_the_given_label():
    shares, given = [], np.unique(NOISY, return_inverse=True)[1]

    def remember(net):
        values = net.chain.named[0][1].table_.values
        shares.append((values / values.sum(-1, keepdim=True)).numpy().copy())

    options = {"random_state": 0, "max_epochs": 12, "batch_size": len(X) // 2}
    options["class_adjustment"] = 0  # it is taken out of the share
    options["forward_correction"] = 0
    net = ELRClassifier(**options, callbacks=[remember]).fit(X, NOISY)
    elr = net.regularizers_["elr"]
    kept = np.stack(shares)[-elr.watch_.transition.n_judged :]
    assert len(kept) >= 10
    mean = np.average(kept, axis=0, weights=np.arange(1, len(kept) + 1))
    beliefs = elr.watch_.transition.beliefs.numpy()
    np.testing.assert_allclose(beliefs, mean, rtol=1e-4, atol=1e-6)
    share = mean[np.arange(len(X)), given]  # even noise: the matrix says little
    assert spearmanr(net.label_quality_, share).statistic > 0.98
    # Without the rules nothing is noted: the share of the averages themselves.
    plain = ELRClassifier(strength=0, **options).fit(X, NOISY)
    share = plain.targets_[np.arange(len(X)), given]
    np.testing.assert_array_equal(plain.label_quality_, share)
