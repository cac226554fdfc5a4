"""The histogram of label quality."""

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib import pyplot as plt
from sklearn.datasets import load_wine
from sklearn.exceptions import NotFittedError
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skreg import ELRClassifier, RegularizedClassifier
from skreg.datasets import make_label_noise
from skreg.inspection import LabelIssuesDisplay

mpl.use("agg")
X, Y = load_wine(return_X_y=True)
NOISY, WRONG, _ = make_label_noise(Y, rate=0.2, exact=True, random_state=0)


@pytest.fixture(scope="module")
def fitted():
    return make_pipeline(StandardScaler(), ELRClassifier(random_state=0)).fit(X, NOISY)


@pytest.fixture(autouse=True)
def close_figures():
    yield
    plt.close("all")


def heights(patches):
    return [round(patch.get_height()) for patch in patches]


def test_bars_count_the_rows(fitted):
    display = LabelIssuesDisplay.from_estimator(fitted, bins=10)
    trusted, suspicious = map(heights, display.patches_)
    quality, issues = fitted[-1].label_quality_, fitted[-1].label_issues_
    assert suspicious == np.histogram(quality[issues], 10, (0, 1))[0].tolist()
    assert trusted == np.histogram(quality[~issues], 10, (0, 1))[0].tolist()
    texts = [text.get_text() for text in display.ax_.get_legend().get_texts()]
    assert texts[1] == f"label issue ({issues.sum()})"
    # Told apart without colour, too.
    assert [bars[0].get_hatch() for bars in display.patches_] == [None, "////"]


def test_known_wrong_labels_and_given_axes(fitted):
    _, ax = plt.subplots()
    display = LabelIssuesDisplay.from_estimator(
        fitted[-1], is_wrong=WRONG, ax=ax, alpha=0.5
    )
    assert display.ax_ is ax
    assert display.figure_ is ax.figure
    assert sum(heights(display.patches_[1])) == WRONG.sum()
    assert display.patches_[0][0].get_alpha() == 0.5


def test_errors(fitted):
    with pytest.raises(NotFittedError):
        LabelIssuesDisplay.from_estimator(ELRClassifier())
    plain = RegularizedClassifier(max_epochs=1).fit(X, Y)
    with pytest.raises(TypeError, match="RegularizedClassifier has no label_quality_"):
        LabelIssuesDisplay.from_estimator(plain)
    with pytest.raises(ValueError, match="inconsistent numbers of samples"):
        LabelIssuesDisplay.from_estimator(fitted, is_wrong=WRONG[1:])
