"""A fit that goes on notices what only a new net can have."""

import copy
import pickle

import numpy as np
import pytest
import torch
from torch import nn

from skreg import RegularizedClassifier, RegularizedRegressor, TJEPATransformer

X = np.random.default_rng(0).normal(size=(120, 3))
LABELS = (X[:, 0] > 0).astype(int)


def classifier(**params):
    return RegularizedClassifier(
        warm_start=True, max_epochs=1, hidden_layer_sizes=(8,), **params
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("hidden_layer_sizes", (16,)),
        ("hidden_layer_sizes", (8, 8)),
        ("activation", "tanh"),
        ("dropout", 0.3),
        ("scaling", "standard"),
        ("min_frequency", 3),
        ("numeric_embedding", None),
        ("embedding_width", 3),
        ("n_bins", 5),
        ("wide", False),
        ("module", "resnet"),
        ("module", nn.Linear),
        ("n_members", 3),
    ],
)
@pytest.mark.parametrize("way", ["fit", "partial_fit"])
def test_what_changed_is_named(name, value, way):
    net = pickle.loads(pickle.dumps(classifier().fit(X, LABELS)))
    before = net.predict_proba(X)
    net.set_params(**{name: value})
    with pytest.raises(ValueError, match=rf"{name} was .* now\..*warm_start=False"):
        getattr(net, way)(X, LABELS)
    assert np.array_equal(net.predict_proba(X), before)
    assert net.set_params(warm_start=False).fit(X, LABELS).n_iter_ == 1


@pytest.mark.parametrize(
    "same",
    [[8], np.array([8]), 8, np.int64(8)],
    ids=["list", "array", "number", "numpy's"],
)
def test_the_same_in_other_words_is_no_change(same):
    net = classifier().fit(X, LABELS).set_params(hidden_layer_sizes=same)
    assert net.fit(X, LABELS).n_iter_ == 2


def test_what_may_change_is_taken():
    net = classifier().fit(X, LABELS)
    net.set_params(lr=1e-3, batch_size=16, label_smoothing=0.1, max_epochs=2)
    assert net.fit(X, LABELS).n_iter_ == 3


def two_layers(n_inputs, n_outputs):
    return nn.Sequential(nn.Linear(n_inputs, 4), nn.Linear(4, n_outputs))


@pytest.mark.parametrize("module", [two_layers, nn.Linear, nn.Linear(3, 2)])
def test_modules_of_users_go_on(module):
    net = classifier(module=module).fit(X, LABELS)
    for copied in (copy.deepcopy(net), pickle.loads(pickle.dumps(net))):
        assert copied.fit(X, LABELS).n_iter_ == 2


def test_another_module_of_the_same_class_is_noticed():
    with torch.random.fork_rng():
        narrow, wider = two_layers(3, 2), nn.Sequential(nn.Linear(3, 9), nn.ReLU())
    net = classifier(module=narrow).fit(X, LABELS)
    with pytest.raises(ValueError, match="module was Sequential"):
        net.set_params(module=wider).fit(X, LABELS)


def test_targets_stay_scaled_or_not():
    net = RegularizedRegressor(warm_start=True, max_epochs=1).fit(X, X[:, 0])
    with pytest.raises(ValueError, match="standardize_target was True"):
        net.set_params(standardize_target=False).fit(X, X[:, 0])


def test_transformers_notice_it_too():
    net = TJEPATransformer(warm_start=True, max_epochs=1).fit(X)
    with pytest.raises(ValueError, match="hidden_dim was 32 when"):
        net.set_params(hidden_dim=16).fit(X)


def test_new_labels_are_told_in_words_of_both_ways():
    net = classifier().fit(X, LABELS)
    with pytest.raises(ValueError, match=r"labels \[2\].*fit anew with warm_start=Fal"):
        net.fit(X, LABELS + 1)
