"""The classifier and the regressor."""

import pickle

import numpy as np
import pytest
import sklearn
import torch
from sklearn.base import clone
from sklearn.ensemble import RandomForestClassifier
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.model_selection import GridSearchCV, cross_validate
from sklearn.pipeline import make_pipeline
from sklearn.svm import LinearSVC

from skreg import RegularizedClassifier
from skreg.pretraining import TJEPAClassifier, TJEPARegressor, TJEPATransformer
from skreg.regularizers import NestedDropout


@pytest.fixture(scope="module")
def labels(mixed):
    return np.where(mixed["size"] + (mixed["colour"] == "red") > 0.3, "yes", "no")


@pytest.fixture
def fitted(small, mixed):
    return TJEPATransformer(**small).fit(mixed)


def test_heads_learn(small, mixed, labels, fitted):
    net = RegularizedClassifier(hidden_layer_sizes=(16,), max_epochs=10)
    for head in ("kernel", "linear", net, RandomForestClassifier(20, random_state=0)):
        net = TJEPAClassifier(pretrained=fitted, head=head, random_state=0)
        assert net.fit(mixed, labels).score(mixed, labels) > 0.9
        assert net.transformer_ is fitted
        assert net.predict_proba(mixed).shape == (200, 2)
        assert list(net.classes_) == ["no", "yes"]


@pytest.mark.parametrize("how", ["partial", "full"])
def test_fine_tuning_trains_what_it_says(mixed, labels, fitted, how):
    before = pickle.dumps(fitted)
    head = RegularizedClassifier(hidden_layer_sizes=(16,), max_epochs=15, lr=0.01)
    net = TJEPAClassifier(pretrained=fitted, finetune=how, head=head, random_state=0)
    net.fit(mixed, labels)
    assert net.score(mixed, labels) > 0.95
    assert pickle.dumps(fitted) == before
    trained = net.head_.net_.module_.encoder
    start = fitted.module_.target_encoder
    moved = {
        name
        for name, weight in trained.state_dict().items()
        if not torch.equal(weight, start.state_dict()[name])
    }
    assert any(name.startswith("trunk.layers.0") for name in moved)
    assert any(name.startswith("tokenizer") for name in moved) == (how == "full")
    again = pickle.loads(pickle.dumps(net))
    np.testing.assert_array_equal(again.predict(mixed), net.predict(mixed))


def test_fine_tuning_takes_one_hidden_layer_as_a_number(mixed, labels, fitted):
    head = RegularizedClassifier(hidden_layer_sizes=7, max_epochs=1)
    net = TJEPAClassifier(pretrained=fitted, finetune="full", head=head)
    assert net.fit(mixed, labels).head_.net_.module_.net.head.in_features == 7


def test_fine_tuning_with_the_kernel_head_is_a_linear_layer(mixed, labels, fitted):
    net = TJEPAClassifier(pretrained=fitted, finetune="partial").fit(mixed, labels)
    n_latents = fitted.transform(mixed).shape[1]
    assert net.head_.net_.module_.net.head.in_features == n_latents


def test_fine_tuning_in_double_precision_with_features(small, mixed, labels):
    encoder = TJEPATransformer(dtype="float64", **small)
    head = RegularizedClassifier(max_epochs=1, regularizers=[NestedDropout()])
    net = TJEPAClassifier(pretrained=encoder, finetune="full", head=head)
    fitted = net.fit(mixed, labels).head_
    assert fitted.net_.module_.net.head.weight.dtype == torch.float64
    assert 0 < fitted.regularizers_["nesteddropout"].n_prefix_ <= 256


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"head": "nope"}, "'head' parameter of TJEPAClassifier"),
        ({"head": Ridge()}, "is not a classifier"),
        ({"head": LinearSVC(), "finetune": "full"}, "is not a RegularizedClassifier"),
        ({"pretrained": TJEPATransformer(output="tokens")}, "'tokens'"),
        ({"head": make_pipeline(LinearSVC())}, "takes no sample_weight"),
    ],
)
def test_wrong_heads_are_refused_before_training(
    mixed, labels, monkeypatch, wrong, words
):
    monkeypatch.setattr(TJEPATransformer, "_pretrain", None)
    net = TJEPAClassifier(**wrong)
    with pytest.raises(ValueError, match=words):
        net.fit(mixed, labels, sample_weight=np.ones(200))
    assert not hasattr(net, "n_features_in_")


def test_rows_without_labels(small, mixed, labels):
    """They are learnt from by the encoder, and by it alone."""
    codes = (labels == "yes").astype(int)
    encoder = TJEPATransformer(**small)
    marked = TJEPAClassifier(pretrained=encoder, random_state=0)
    for dtype in (int, float):
        marked.fit(mixed, np.where(np.arange(200) < 60, codes, -1).astype(dtype))
        assert marked.n_labeled_ == 60
        assert list(marked.classes_) == [0, 1]
    apart = TJEPAClassifier(pretrained=encoder, random_state=0)
    apart.fit(mixed[:60], labels[:60], X_unlabeled=mixed[60:])
    with pytest.raises(ValueError, match="Numbers were expected in column 'size'"):
        apart.fit(mixed, labels, X_unlabeled=mixed.assign(size="large"))
    expected = clone(encoder).fit(mixed).transform(mixed)
    for net in (marked, apart):
        found = net.transformer_.transform(mixed)
        np.testing.assert_array_equal(found, expected)
    with pytest.raises(ValueError, match="no labelled row"):
        TJEPAClassifier().fit(mixed, np.full(200, -1))
    with pytest.raises(ValueError, match="code the two as 0 and 1"):
        TJEPAClassifier(pretrained=encoder).fit(
            mixed, np.where(np.arange(200) < 34, 1, -1)
        )


def test_regression_with_missing_targets(small, mixed):
    y = mixed["size"].to_numpy() * 3 + 5
    y_few = np.where(np.arange(200) < 100, y, np.nan)
    encoder = TJEPATransformer(**small)
    for how, least in {"frozen": 0.9, "full": 0.8}.items():
        net = TJEPARegressor(pretrained=encoder, finetune=how, random_state=0)
        net.fit(mixed, y_few)
        assert net.n_labeled_ == 100
        assert net.score(mixed, y) > least
    both = TJEPARegressor(pretrained=encoder).fit(mixed, np.c_[y_few, -y])
    assert both.predict(mixed).shape == (200, 2)
    with pytest.raises(ValueError, match="no labelled row"):
        net.fit(mixed, np.full(200, np.nan))
    with pytest.raises(ValueError, match="infinity"):
        net.fit(mixed, np.full(200, np.inf))


def test_weights_reach_encoder_and_head(small, mixed, labels):
    weight = np.where(np.arange(200) < 120, 1.0, 0.0)
    encoder = TJEPATransformer(**small)
    weighted, fewer = (TJEPAClassifier(pretrained=encoder) for _ in range(2))
    weighted.set_params(random_state=0).fit(mixed, labels, sample_weight=weight)
    fewer.set_params(random_state=0).fit(mixed[:120], labels[:120])
    np.testing.assert_allclose(
        weighted.predict_proba(mixed), fewer.predict_proba(mixed), rtol=1e-4
    )


def test_a_class_without_weight_is_no_class(mixed, labels, fitted):
    three = np.where(np.arange(200) < 20, "other", labels)
    net = TJEPAClassifier(pretrained=fitted)
    net.fit(mixed, three, sample_weight=(three != "other").astype(float))
    assert list(net.classes_) == ["no", "yes"] == list(net.head_.classes_)


def test_rows_without_labels_weigh_one(small, mixed, labels):
    encoder = TJEPATransformer(**small)
    net = TJEPAClassifier(pretrained=encoder, random_state=0)
    net.fit(mixed[:120], labels[:120], X_unlabeled=mixed[120:], sample_weight=4.0)
    weight = np.where(np.arange(200) < 120, 4.0, 1.0)
    expected = TJEPAClassifier(pretrained=encoder, random_state=0)
    expected.fit(mixed, labels, sample_weight=weight)
    np.testing.assert_array_equal(
        net.transformer_.transform(mixed), expected.transformer_.transform(mixed)
    )


def test_a_search_keeps_a_frozen_transformer(small, mixed, labels, fitted):
    kept = TJEPAClassifier(pretrained=FrozenEstimator(fitted), random_state=0)
    search = GridSearchCV(kept, {"head": ["linear", RandomForestClassifier(5)]}, cv=2)
    search.fit(mixed, labels)
    assert search.best_estimator_.transformer_ is fitted
    learnt = TJEPAClassifier(pretrained=TJEPATransformer(**small), random_state=0)
    grid = {"pretrained__max_epochs": [0, 1]}
    found = GridSearchCV(learnt, grid, cv=2).fit(mixed, labels).best_estimator_
    assert found.transformer_.n_iter_ == found.pretrained.max_epochs
    head = make_pipeline(FrozenEstimator(fitted), LogisticRegression(max_iter=1000))
    assert head.fit(mixed, labels).score(mixed, labels) > 0.9


def test_metadata_is_routed(small, mixed, labels):
    net = TJEPAClassifier(pretrained=TJEPATransformer(**small), random_state=0)
    with sklearn.config_context(enable_metadata_routing=True):
        net.set_fit_request(X_unlabeled=True)
        params = {"X_unlabeled": mixed[:50]}
        scores = cross_validate(net, mixed[:150], labels[:150], cv=2, params=params)
    assert scores["test_score"].min() > 0.6


def test_other_columns_and_other_objects_are_refused(mixed, labels, fitted):
    net = TJEPAClassifier(pretrained=fitted)
    with pytest.raises(ValueError, match="X has 5 features"):
        net.fit(mixed.drop(columns="same"), labels)
    with pytest.raises(ValueError, match="pretrained"):
        TJEPAClassifier(pretrained="all").fit(mixed, labels)
    with pytest.raises(TypeError, match="holds a LinearSVC"):
        TJEPAClassifier(pretrained=FrozenEstimator(LinearSVC())).fit(mixed, labels)


def test_heads_without_probabilities(mixed, labels, fitted):
    net = TJEPAClassifier(pretrained=fitted, head=LinearSVC()).fit(mixed, labels)
    assert not hasattr(net, "predict_proba")
    assert net.score(mixed, labels) > 0.9


def test_a_single_class(mixed, fitted):
    net = TJEPAClassifier(pretrained=fitted).fit(mixed, np.zeros(200, int))
    np.testing.assert_array_equal(net.predict_proba(mixed), np.ones((200, 1)))
