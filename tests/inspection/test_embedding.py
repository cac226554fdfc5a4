"""The picture shows the embedding that the estimator makes."""

import matplotlib as mpl
import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skreg.inspection import EmbeddingDisplay
from skreg.pretraining import TJEPAClassifier, TJEPATransformer

mpl.use("agg")


@pytest.fixture
def rows():
    yield np.random.default_rng(0).normal(size=(60, 4)) * [5, 3, 1, 0.1]
    mpl.pyplot.close("all")


def test_main_directions_of_a_plain_transformer(rows):
    y = np.arange(60) % 3
    scaler = StandardScaler(with_std=False).fit(rows)
    display = EmbeddingDisplay.from_estimator(scaler, rows, y)
    for axis, column in enumerate((0, 1)):
        ours = abs(display.coordinates[:, axis])
        cosine = ours @ abs(scaler.transform(rows)[:, column])
        assert cosine > 0.97 * np.linalg.norm(ours) * np.linalg.norm(
            scaler.transform(rows)[:, column]
        )
    variances = np.linalg.svd(scaler.transform(rows), compute_uv=False) ** 2
    np.testing.assert_allclose(display.shares, (variances / variances.sum())[:2])
    shares = variances / variances.sum()
    rank = np.exp(-(shares * np.log(shares)).sum())
    assert display.diversity["effective_rank"] == pytest.approx(rank)
    assert display.ax_.get_title() == f"{rank:.1f} of 4 directions in use"
    texts = [text.get_text() for text in display.ax_.get_legend().get_texts()]
    assert texts == ["0", "1", "2"]
    assert sum(len(c.get_offsets()) for c in display.ax_.collections) == 60


def test_numbers_get_a_scale_and_plain_points_nothing(rows):
    figure = EmbeddingDisplay(rows, y=rows[:, 0]).plot().figure_
    assert [ax.get_ylabel() for ax in figure.axes][1] == "target"
    plain = EmbeddingDisplay(rows).plot()
    assert plain.ax_.get_legend() is None
    assert EmbeddingDisplay(np.tile(rows, (50, 1))).coordinates.shape == (2000, 2)
    assert EmbeddingDisplay(np.ones((5, 3))).plot().shares.tolist() == [0, 0]


def test_what_holds_a_transformer_is_accepted(rows):
    y = (rows[:, 0] > 0).astype(int)
    encoder = TJEPATransformer(max_epochs=1, random_state=0).fit(rows)
    expected = EmbeddingDisplay.from_estimator(encoder, rows).coordinates
    net = TJEPAClassifier(pretrained=encoder).fit(rows, y)
    display = EmbeddingDisplay.from_estimator(net, rows, y)
    np.testing.assert_array_equal(display.coordinates, expected)
    frames = encoder.set_output(transform="pandas")
    again = EmbeddingDisplay.from_estimator(frames, rows, ax=display.ax_)
    assert again.figure_ is display.figure_
    with pytest.raises(TypeError, match="has no transform"):
        EmbeddingDisplay.from_estimator(LogisticRegression().fit(rows, y), rows)
    scaled = make_pipeline(StandardScaler()).fit(rows)
    assert EmbeddingDisplay.from_estimator(scaled, rows).shares.sum() < 0.8
