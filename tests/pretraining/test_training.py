"""What training does to the encoders, and whether it helps."""

import warnings

import numpy as np
import pytest
import torch
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from skreg.datasets import load_letter, make_redundant_columns
from skreg.metrics import embedding_diversity
from skreg.pretraining import RepresentationCollapseWarning, TJEPATransformer
from skreg.regularizers import PSKD, FocalError, Mixup, NestedDropout, NormLoss


class Watch:
    """Keeps both encoders' weights of the last two epochs, as an epoch is a step."""

    def __init__(self):
        self.steps = []

    def __call__(self, net):
        jepa = net.module_
        assert not jepa.target_encoder.training
        assert jepa.context_encoder.training
        assert all(p.grad is None for p in jepa.target_encoder.parameters())
        parts = jepa.target_encoder, jepa.context_encoder
        self.steps.append([flat(part) for part in parts])


def flat(module):
    return torch.cat([p.detach().flatten() for p in module.parameters()])


def test_the_target_encoder_is_the_average_of_the_context_encoder(small, mixed):
    watch = Watch()
    settings = {**small, "max_epochs": 4, "batch_size": 200, "ema": (0.5, 0.9)}
    encoder = TJEPATransformer(callbacks=[watch], **settings).fit(mixed)
    targets, contexts = zip(*watch.steps, strict=True)
    targets = [*targets[1:], flat(encoder.module_.target_encoder)]
    for step in range(1, 4):  # the average of a step is taken when the next begins
        momentum = 0.5 + step / 4 * 0.4
        expected = torch.lerp(targets[step - 1], contexts[step], 1 - momentum)
        torch.testing.assert_close(targets[step], expected, rtol=1e-6, atol=1e-7)
    assert not torch.equal(targets[-1], contexts[-1])


def test_no_epochs_leave_the_untrained_encoder(small, mixed):
    encoder = TJEPATransformer(**{**small, "max_epochs": 0}).fit(mixed)
    parts = encoder.module_.target_encoder, encoder.module_.context_encoder
    assert torch.equal(*map(flat, parts))
    assert encoder.untrained_ == pytest.approx(
        embedding_diversity(encoder.transform(mixed)), rel=1e-4
    )
    assert not encoder.collapsed_
    assert encoder.history_ == {}


def test_gaps_and_constant_columns_are_never_predicted(small):
    X = np.random.default_rng(0).normal(size=(60, 3))
    X[::2, 0] = np.nan
    X[:, 1] = np.nan  # without a single entry
    X[:, 2] = 7.0
    encoder = TJEPATransformer(**{**small, "target_share": (0.3, 0.6)}).fit(X)
    assert encoder.score(X[1::2]) < 0
    assert encoder.score(X[::2]) == 0


@pytest.mark.parametrize("target_norm", [None, "layer", "batch"])
def test_the_loss_falls(small, target_norm):
    X, _ = make_redundant_columns(400, 8, random_state=0)
    settings = {**small, "max_epochs": 8, "lr": 0.01}
    encoder = TJEPATransformer(target_norm=target_norm, **settings).fit(X)
    loss = encoder.history_["train_loss"]
    assert loss[-1] < 0.85 * loss[0]
    assert {"row_std", "effective_rank", "mean_cosine"} <= set(encoder.history_)


def test_regularizers_of_the_library_apply(small, mixed):
    settings = {**small, "regularizers": [NormLoss(strength=1.0)]}
    encoder = TJEPATransformer(**settings).fit(mixed)
    assert "normloss" in encoder.history_
    plain = TJEPATransformer(**small).fit(mixed)
    assert encoder.history_["train_loss"] != plain.history_["train_loss"]


@pytest.mark.parametrize(
    ("method", "words"),
    [
        (Mixup(), "needs targets"),
        (PSKD(), "needs targets"),
        (FocalError(), "needs numeric targets"),
        (NestedDropout(), "needs the features"),
    ],
)
def test_methods_for_targets_and_features_are_refused(small, mixed, method, words):
    with pytest.raises(ValueError, match=words):
        TJEPATransformer(regularizers=[method], **small).fit(mixed)


def test_diversity_of_known_embeddings():
    rows = np.random.default_rng(0).normal(size=(400, 6))
    isotropic = embedding_diversity(rows)
    assert isotropic["effective_rank"] == pytest.approx(6, abs=0.1)
    assert isotropic["row_std"] == pytest.approx(1, abs=0.05)
    assert abs(isotropic["mean_cosine"]) < 0.02
    line = embedding_diversity(rows[:, :1] @ np.ones((1, 900)) + 5)
    assert line["effective_rank"] == pytest.approx(1, abs=1e-6)
    assert line["mean_cosine"] > 0.9
    same = embedding_diversity(np.ones((5, 3)))
    assert (same["row_std"], same["effective_rank"]) == (0.0, 1.0)


@pytest.mark.parametrize("settings", [{"lr": 1.0}, {"ema": (0.0, 0.0), "lr": 0.05}])
def test_collapse_is_warned_of(settings):
    X = load_letter(return_X_y=True)[0][:600]
    encoder = TJEPATransformer(max_epochs=3, random_state=0, **settings)
    with pytest.warns(RepresentationCollapseWarning, match="max_epochs=0"):
        encoder.fit(X)
    assert encoder.collapsed_


@pytest.fixture(scope="module")
def redundant():
    """Encoders of redundant columns, trained and not, for two seeds."""
    found = []
    for seed in range(2):
        X, y = make_redundant_columns(3000, random_state=seed)
        trained = TJEPATransformer(
            target_norm="batch",
            kernel_weight=0,
            context_share=(0.3, 0.6),
            target_share=(0.2, 0.4),
            max_epochs=8,
            lr=3e-3,
            batch_size=64,
            random_state=seed,
        )
        untrained = TJEPATransformer(max_epochs=0, random_state=seed)
        found.append((X, y, trained, untrained))
    return found


def test_rows_without_labels_help_where_columns_are_redundant(redundant):
    gains = []
    for X, y, trained, untrained in redundant:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # and it is not called a collapse
            accuracies = [
                few_labels(e.fit(X[:1500]), X, y) for e in (trained, untrained)
            ]
        gains.append(accuracies[0] - accuracies[1])
        assert not trained.collapsed_
    assert np.mean(gains) > 0.02


def few_labels(encoder, X, y):
    """Accuracy of a linear model on 100 labels, averaged over three draws."""
    embedding = StandardScaler().fit_transform(encoder.transform(X))
    scores = []
    for draw in range(3):
        rows = np.random.default_rng(draw).permutation(1500)[:100]
        head = LogisticRegression(C=0.1, max_iter=1000).fit(embedding[rows], y[rows])
        scores.append(head.score(embedding[1500:], y[1500:]))
    return np.mean(scores)
