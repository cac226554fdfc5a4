"""Inside scikit-learn's tools, and with parts of its own."""

import re

import numpy as np
import pandas as pd
import pytest
from plain import PLAIN
from sklearn import config_context
from sklearn.base import clone
from sklearn.calibration import CalibratedClassifierCV
from sklearn.compose import TransformedTargetRegressor
from sklearn.datasets import make_blobs
from sklearn.ensemble import (
    AdaBoostClassifier,
    BaggingClassifier,
    StackingClassifier,
    VotingClassifier,
)
from sklearn.experimental import enable_halving_search_cv  # noqa: F401
from sklearn.feature_selection import SequentialFeatureSelector
from sklearn.frozen import FrozenEstimator
from sklearn.inspection import partial_dependence, permutation_importance
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import (
    GridSearchCV,
    HalvingGridSearchCV,
    TunedThresholdClassifierCV,
    cross_val_predict,
    cross_validate,
    learning_curve,
)
from sklearn.multiclass import OneVsRestClassifier
from sklearn.multioutput import MultiOutputRegressor
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import MinMaxScaler
from sklearn.utils import estimator_html_repr

from skreg import ELRClassifier, RegularizedClassifier, RegularizedRegressor
from skreg.regularizers import ELR, LabelSmoothing, Mixup, NormLoss

X, CODES = make_blobs(90, n_features=3, centers=3, cluster_std=1.2, random_state=3)
LABELS = np.array(["ant", "bee", "cat"])[CODES]
VALUES = X @ [1.0, 0.5, -1.0]
SMALL = {
    "hidden_layer_sizes": (8,),
    "max_epochs": 12,
    "lr": 0.02,
    "random_state": 0,
}
CLASSIFIER = RegularizedClassifier(**SMALL)
REGRESSOR = RegularizedRegressor(**SMALL)


# Parts and their names


def test_parts_are_named_like_steps_of_make_pipeline():
    own = ("mine", LabelSmoothing(strength=0.3))
    parts = [Mixup(), ELR(strength=2), own, Mixup(strength=1)]
    params = RegularizedClassifier(regularizers=parts).get_params()
    assert params["mixup-1"] is parts[0]
    assert params["elr"] is parts[1]
    assert params["mine"] is own[1]
    assert params["mixup-2__strength"] == 1
    assert params["elr__strength"] == 2
    assert params["mine__strength"] == 0.3
    shallow = RegularizedClassifier(regularizers=parts).get_params(deep=False)
    assert not any("mixup" in name or "__" in name for name in shallow)


def test_the_names_are_those_of_the_fitted_parts_and_of_their_losses():
    classifier = RegularizedClassifier(
        regularizers=[("a", NormLoss()), NormLoss(), ELR()], **SMALL
    ).fit(X, LABELS)
    assert list(classifier.regularizers_) == ["a", "normloss", "elr"]
    assert {"a", "normloss", "elr", "train_loss"} <= classifier.history_.keys()
    preset = ELRClassifier(**SMALL).fit(X, LABELS)
    assert list(preset.regularizers_) == ["elr", "weightaverage", "swapnoise"]


def test_parameters_of_parts_can_be_set():
    part = ELR()
    estimator = RegularizedClassifier(regularizers=[part, Mixup()], **SMALL)
    estimator.set_params(elr__strength=5, mixup__strength=0.7, lr=0.5)
    assert (part.strength, estimator.lr) == (5, 0.5)
    estimator.fit(X, LABELS)
    fitted = estimator.regularizers_["elr"]
    assert fitted is not part
    assert fitted.strength == 5
    assert not hasattr(part, "table_")


def test_parts_can_be_replaced_under_their_name():
    estimator = RegularizedClassifier(regularizers=[ELR(), ("mine", Mixup())], **SMALL)
    original = estimator.regularizers
    estimator.set_params(elr=NormLoss(), elr__strength=7, mine=LabelSmoothing())
    params = estimator.get_params()
    assert isinstance(params["elr"], NormLoss)
    assert params["elr__strength"] == 7
    assert isinstance(params["mine"], LabelSmoothing)
    assert isinstance(original[0], ELR), "the list that was passed has changed"
    estimator.set_params(
        regularizers=[Mixup()], mixup__strength=0.4, hidden_layer_sizes=(2,)
    )
    assert estimator.get_params()["mixup__strength"] == 0.4


def test_clones_have_parts_of_their_own():
    estimator = RegularizedClassifier(regularizers=[ELR(), ("m", Mixup())], **SMALL)
    copied = clone(estimator).set_params(elr__strength=9)
    assert estimator.get_params()["elr__strength"] == "auto"
    assert copied.get_params()["elr"] is not estimator.get_params()["elr"]
    assert not hasattr(clone(estimator.fit(X, LABELS)), "net_")


def test_one_part_in_two_estimators_stays_apart():
    part = ELR()
    first, second = (
        RegularizedClassifier(regularizers=[part], **SMALL | {"random_state": seed})
        for seed in (0, 1)
    )
    first.fit(X, LABELS)
    table = first.regularizers_["elr"].table_.numpy()
    second.fit(X[::-1], LABELS[::-1])
    np.testing.assert_array_equal(first.regularizers_["elr"].table_.numpy(), table)


# Searches


@pytest.mark.parametrize("n_jobs", [1, 2])
def test_grid_over_the_parameters_of_a_part(n_jobs):
    search = GridSearchCV(
        RegularizedClassifier(regularizers=[NormLoss()], **PLAIN, **SMALL),
        {"normloss__strength": [0, 1e5], "normloss": [NormLoss(include_head=True)]},
        cv=2,
        n_jobs=n_jobs,
        error_score="raise",
    ).fit(X, LABELS)
    assert search.best_params_["normloss__strength"] == 0
    assert search.best_estimator_.regularizers_["normloss"].strength == 0
    assert search.best_estimator_.regularizers_["normloss"].include_head is True
    assert np.ptp(search.cv_results_["mean_test_score"]) > 0.1
    assert search.classes_.tolist() == ["ant", "bee", "cat"]


def test_grid_over_whole_parts():
    search = GridSearchCV(
        make_pipeline(MinMaxScaler(), RegularizedClassifier(**SMALL)),
        {"regularizedclassifier__regularizers": [None, [ELR()], [("m", Mixup())]]},
        cv=2,
        error_score="raise",
    ).fit(X, LABELS)
    assert len(search.cv_results_["mean_test_score"]) == 3
    replaced = GridSearchCV(
        RegularizedClassifier(regularizers=[ELR()], **SMALL),
        {"elr": [LabelSmoothing(), Mixup()], "elr__strength": [0.1, 0.2]},
        cv=2,
        error_score="raise",
    ).fit(X, LABELS)
    assert len(replaced.cv_results_["mean_test_score"]) == 4


def test_halving_by_epochs():
    search = HalvingGridSearchCV(
        CLASSIFIER,
        {"lr": [1e-6, 0.02]},
        resource="max_epochs",
        factor=2,
        min_resources=4,
        max_resources=8,
        cv=2,
        error_score="raise",
    ).fit(X, LABELS)
    assert search.best_params_ == {"lr": 0.02, "max_epochs": 8}
    assert search.best_estimator_.n_iter_ == 8


# Tools


def test_pipelines_and_cross_validation():
    pipeline = make_pipeline(MinMaxScaler(), CLASSIFIER)
    expected = cross_val_predict(pipeline, X, LABELS, cv=3, method="predict_proba")
    assert expected.shape == (90, 3)
    np.testing.assert_allclose(expected.sum(axis=1), 1)
    scores = cross_validate(
        pipeline,
        X,
        LABELS,
        cv=3,
        scoring=["accuracy", "roc_auc_ovr", "neg_log_loss"],
        error_score="raise",
    )
    assert (expected.argmax(axis=1) == CODES).mean() == pytest.approx(
        scores["test_accuracy"].mean()
    )
    assert scores["test_roc_auc_ovr"].min() > 0.9


def test_frames_keep_their_names_through_a_pipeline():
    frame = pd.DataFrame(X, columns=["a", "b", "c"])
    scaler = MinMaxScaler().set_output(transform="pandas")
    pipeline = make_pipeline(scaler, CLASSIFIER).fit(frame, LABELS)
    assert pipeline[-1].feature_names_in_.tolist() == ["a", "b", "c"]
    with pytest.raises(ValueError, match="feature names"):
        pipeline.predict(frame[["b", "a", "c"]])


META = {
    "calibrated": CalibratedClassifierCV(CLASSIFIER, cv=2),
    "temperature": CalibratedClassifierCV(CLASSIFIER, method="temperature", cv=2),
    "stacking": StackingClassifier(
        [("net", CLASSIFIER), ("linear", LogisticRegression())], cv=2
    ),
    "voting": VotingClassifier(
        [("net", CLASSIFIER), ("linear", LogisticRegression())], voting="soft"
    ),
    "bagging": BaggingClassifier(CLASSIFIER, n_estimators=3, random_state=0),
    "boosting": AdaBoostClassifier(CLASSIFIER, n_estimators=3, random_state=0),
    "one versus rest": OneVsRestClassifier(CLASSIFIER),
}


@pytest.mark.parametrize("meta", META.values(), ids=META)
def test_classifiers_of_classifiers(meta):
    fitted = clone(meta).fit(X[::2], LABELS[::2])
    assert fitted.score(X[1::2], LABELS[1::2]) > 0.85
    assert fitted.classes_.tolist() == ["ant", "bee", "cat"]
    np.testing.assert_allclose(fitted.predict_proba(X).sum(axis=1), 1)


def test_boosting_weighs_the_rows():
    """A booster whose nets ignored the weights would build the same net again."""
    y = np.where(np.arange(90) % 5 == 0, np.roll(LABELS, 1), LABELS)
    boosted = AdaBoostClassifier(CLASSIFIER, n_estimators=2, random_state=0).fit(X, y)
    first, second = (net.predict_proba(X) for net in boosted.estimators_)
    wrong = boosted.estimators_[0].predict(X) != y
    given = np.searchsorted(boosted.classes_, y)[wrong]
    rows = np.flatnonzero(wrong)
    assert second[rows, given].mean() > first[rows, given].mean() + 0.05


def test_frozen_nets_calibrate_and_move_their_threshold():
    two = LABELS != "cat"
    net = clone(CLASSIFIER).fit(X[two], LABELS[two])
    calibrated = CalibratedClassifierCV(FrozenEstimator(net)).fit(X[two], LABELS[two])
    assert calibrated.score(X[two], LABELS[two]) > 0.85
    tuned = TunedThresholdClassifierCV(CLASSIFIER, cv=2, scoring="balanced_accuracy")
    assert tuned.fit(X[two], LABELS[two]).score(X[two], LABELS[two]) > 0.85


def test_regressors_of_regressors():
    transformed = TransformedTargetRegressor(
        REGRESSOR, func=np.sinh, inverse_func=np.arcsinh, check_inverse=False
    ).fit(X, np.arcsinh(VALUES))
    assert transformed.predict(X).shape == (90,)
    assert transformed.score(X, np.arcsinh(VALUES)) > 0.5
    Y = np.stack([VALUES, -VALUES]).T
    several = MultiOutputRegressor(REGRESSOR).fit(X, Y)
    assert several.predict(X).shape == (90, 2)
    one = clone(REGRESSOR).fit(X, VALUES)
    np.testing.assert_array_equal(several.predict(X)[:, 0], one.predict(X))


def test_inspection_finds_the_column_that_matters():
    y = X[:, 1]
    frame = pd.DataFrame(X, columns=["a", "b", "c"])
    net = clone(REGRESSOR).set_params(max_epochs=40).fit(frame, y)
    importance = permutation_importance(net, frame, y, n_repeats=2, random_state=0)
    assert importance.importances_mean.argmax() == 1
    dependence = partial_dependence(net, frame, ["b"], grid_resolution=5)
    assert (np.diff(dependence["average"][0]) > 0).all()
    selector = SequentialFeatureSelector(REGRESSOR, n_features_to_select=1, cv=2)
    assert selector.fit(X, y).get_support().tolist() == [False, True, False]


def test_learning_curve_has_tables_of_many_sizes():
    sizes, _, scores = learning_curve(
        CLASSIFIER, X, LABELS, cv=2, train_sizes=[0.2, 1.0], error_score="raise"
    )
    assert sizes.tolist() == [9, 45]
    assert scores[1].mean() > 0.8


# Routing


def test_weights_are_routed_through_pipelines_and_cross_validation():
    """A class of weight zero is never predicted, nor does it count in the score."""
    weight = np.where(LABELS == "cat", 0.0, 1.0)
    with config_context(enable_metadata_routing=True):
        routed = (
            clone(CLASSIFIER)
            .set_params(max_epochs=30)
            .set_fit_request(sample_weight=True)
            .set_score_request(sample_weight=True)
        )
        pipeline = make_pipeline(MinMaxScaler(), routed)
        fitted = clone(pipeline).fit(X, LABELS, sample_weight=weight)
        assert set(fitted.predict(X)) == {"ant", "bee"}
        scores = cross_validate(
            pipeline, X, LABELS, params={"sample_weight": weight}, cv=2
        )
        assert scores["test_score"].min() > 0.9
        search = GridSearchCV(pipeline, {"regularizedclassifier__lr": [0.02]}, cv=2)
        search.fit(X, LABELS, sample_weight=weight)
        assert search.best_score_ > 0.9
        partial = clone(CLASSIFIER).set_partial_fit_request(
            classes=True, sample_weight=False
        )
        assert partial.get_metadata_routing().partial_fit.requests == {
            "classes": True,
            "sample_weight": False,
        }


# Looks


def test_representations_show_what_was_changed():
    estimator = RegularizedClassifier(
        regularizers=[ELR(strength=2), ("mine", Mixup())], lr=0.5
    )
    assert re.sub(r"\s+", "", repr(estimator)) == (
        "RegularizedClassifier(lr=0.5,regularizers=[ELR(strength=2),('mine',Mixup())])"
    )
    assert repr(RegularizedRegressor()) == "RegularizedRegressor()"
    assert repr(ELRClassifier(beta=0.5)) == "ELRClassifier(beta=0.5)"


@pytest.mark.parametrize("fitted", [False, True], ids=["", "fitted"])
def test_html(fitted):
    estimator = RegularizedClassifier(regularizers=[ELR(strength=2)], **SMALL)
    pipeline = Pipeline([("scale", MinMaxScaler()), ("net", estimator)])
    if fitted:
        pipeline.fit(X, LABELS)
    for shown in (estimator, pipeline):
        html = estimator_html_repr(shown)
        assert "RegularizedClassifier" in html
        assert "ELR(strength=2)" in html
