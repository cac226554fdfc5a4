"""Bins with one row, targets far off, rows without label, wrong sizes."""

import matplotlib as mpl
import numpy as np
import pytest

from skreg.inspection import EmbeddingDisplay, ImbalanceDisplay, LabelIssuesDisplay
from skreg.model_selection import BalancedShuffleSplit

mpl.use("agg")
RNG = np.random.default_rng(0)


def test_a_bin_with_one_row_is_not_certain():
    y = np.array([0.0, 0.1, 0.2, 0.3, 5.0, 10.0])
    display = ImbalanceDisplay.from_predictions(y, y + RNG.normal(size=6), n_bins=3)
    assert (display.deviation > 0).all()
    alone = ImbalanceDisplay.from_predictions(
        [1.0, 2.0, 3.0], [1.0, 3.0, 5.0], n_bins=3
    )
    assert (alone.deviation > 0).all()


def test_far_targets_leave_the_picture_readable():
    y = RNG.normal(size=400)
    y[0], y[1] = 1e6, -1e6
    display = ImbalanceDisplay.from_predictions(y, np.zeros(400), y_train=y)
    assert np.abs(display.edges).max() < 10
    assert (np.diff(display.edges) > 0).all()
    assert display.n_train[0] == display.n_train[-1] == 1


@pytest.mark.parametrize(
    "y",
    [
        np.array([0, 1, -1, 0]),
        np.array([0.0, 1.0, np.nan, 0.0]),
        np.array(["a", "b", -1, "a"], dtype=object),
        np.array(["a", "b", None, "a"], dtype=object),
    ],
)
def test_rows_without_label_are_no_class(y):
    display = EmbeddingDisplay(np.eye(4), y=y).plot()
    labels = [text.get_text() for text in display.ax_.get_legend().get_texts()]
    assert labels[0] == "unlabelled"
    assert len(labels) == 3


def test_signs_are_classes():
    display = EmbeddingDisplay(np.eye(4), y=[-1, 1, 1, -1]).plot()
    labels = [text.get_text() for text in display.ax_.get_legend().get_texts()]
    assert labels == ["-1", "1"]


def test_sizes():
    with pytest.raises(ValueError, match="is_label_issue has 2"):
        LabelIssuesDisplay([0.5, 0.2, 0.1], [True, False])
    with pytest.raises(ValueError, match="bins=1000000000 must be"):
        LabelIssuesDisplay([0.5, 0.2], [True, False]).plot(bins=10**9)
    for n_splits in (0, -1, 2.5):
        with pytest.raises(ValueError, match="n_splits="):
            next(BalancedShuffleSplit(n_splits=n_splits).split(np.eye(4), range(4)))
