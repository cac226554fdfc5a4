"""Kernel features as targets beside the hidden columns."""

import numpy as np
import pytest
import torch
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from skreg.datasets import load_letter
from skreg.metrics import embedding_diversity
from skreg.modules import KernelHead, TokenLayout
from skreg.modules._jepa import MaskedRows
from skreg.pretraining import TJEPATransformer
from skreg.pretraining._kernel_prediction import KernelPrediction
from skreg.regularizers import Step

LAYOUT = TokenLayout(n_numeric=3, cardinalities=[4], missing_codes=[0])


@pytest.fixture
def rows():
    random = np.random.default_rng(0)
    codes = random.integers(1, 4, size=(300, 1))
    table = np.hstack([random.normal(size=(300, 3)), codes])
    return torch.from_numpy(table.astype(np.float32))


def test_products_of_features_are_the_gaussian_kernel(rows):
    torch.manual_seed(0)
    head = KernelHead(LAYOUT, rows, n_latents=2, n_features=50_000)
    cosines = head(rows[:20]) / head.scale + head.mean
    found = 2 * cosines @ cosines.T / 50_000
    onehot = torch.nn.functional.one_hot(rows[:, 3].long(), 4)
    coded = torch.cat([rows[:, :3], onehot], 1)
    distances = torch.cdist(coded, coded).square()
    median = distances[~torch.eye(300, dtype=torch.bool)].median()
    expected = torch.exp(-distances[:20, :20] / (8 * median))
    # The width is learnt of a part of all pairs.
    torch.testing.assert_close(found, expected, rtol=0, atol=0.02)


def test_features_of_rows_that_are_all_alike(rows):
    head = KernelHead(LAYOUT, rows[:1].expand(50, -1), n_latents=2)
    assert torch.isfinite(head(rows)).all()
    assert head(rows[:1]).abs().max() < 1e-3


def test_the_penalty_is_the_weighted_error_of_whole_rows(small, rows):
    encoder = TJEPATransformer(**small).fit(rows.numpy())
    jepa = encoder.module_
    weight = torch.tensor([1.0, 0.0, 3.0])
    inputs = torch.from_numpy(encoder._encode(rows.numpy()[:3]))
    nothing = torch.zeros(3, 1, dtype=torch.long)
    masked = MaskedRows(inputs, nothing, nothing.unsqueeze(0))
    step = Step(
        module=jepa,
        inputs=masked,
        target=inputs,
        index=torch.arange(3),
        weight=weight,
        progress=0.0,
        generator=torch.Generator(),
        n_outputs=8,
    )
    latents = jepa.context_encoder(inputs).flatten(1)
    error = (jepa.kernel.predict(latents) - jepa.kernel(inputs)).square().mean(1)
    expected = (error * weight).mean()
    torch.testing.assert_close(KernelPrediction().penalty(step), expected)
    assert encoder.history_["kernel_prediction"][-1] > 0


def test_weight_zero_is_the_method_as_published(small, mixed):
    plain = TJEPATransformer(kernel_weight=0, **small).fit(mixed)
    assert plain.module_.kernel is None
    assert "kernel_prediction" not in plain.history_
    small = {**small, "max_epochs": 0}
    embeddings = [
        TJEPATransformer(kernel_weight=weight, **small).fit_transform(mixed)
        for weight in (0, 1)
    ]  # the control is the same
    np.testing.assert_array_equal(*embeddings)
    with pytest.raises(ValueError, match="kernel_weight"):
        TJEPATransformer(kernel_weight=-1).fit(mixed)
    with pytest.raises(ValueError, match="kernel_weight asks for a layer"):
        plain.set_params(warm_start=True, kernel_weight=1.0).fit(mixed)


def test_the_embedding_is_richer_than_the_untrained_one():
    X, y = load_letter(return_X_y=True)
    scores, ranks = [], []
    for epochs in (0, 7):
        encoder = TJEPATransformer(max_epochs=epochs, batch_size=64, random_state=0)
        embedding = encoder.fit(X[:3000]).transform(X[:8000])
        ranks.append(embedding_diversity(embedding[:500])["effective_rank"])
        embedding = StandardScaler().fit_transform(embedding)
        head = LogisticRegression(C=0.03, max_iter=1000).fit(embedding[:1000], y[:1000])
        scores.append(head.score(embedding[1000:], y[1000:8000]))
    # Without the kernel, it is worse by half a point.
    assert scores[1] > scores[0] + 0.005
    assert ranks[1] > 1.2 * ranks[0]
