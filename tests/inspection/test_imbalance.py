"""The picture shows the errors of the bins, and the training rows behind them."""

import matplotlib as mpl
import numpy as np
import pytest
from sklearn.linear_model import LinearRegression

from skreg.datasets import make_imbalanced_regression
from skreg.inspection import ImbalanceDisplay
from skreg.metrics import shot_groups

mpl.use("agg")


@pytest.fixture(autouse=True)
def close():
    yield
    mpl.pyplot.close("all")


def test_points_are_the_errors_of_the_bins():
    X, y = make_imbalanced_regression(600, random_state=0)
    model = LinearRegression().fit(X[:400], y[:400])
    display = ImbalanceDisplay.from_estimator(
        model, X[400:], y[400:], y_train=y[:400], n_bins=8
    )
    edges = np.linspace(y[:400].min(), y[:400].max(), 9)
    bins = np.clip(np.searchsorted(edges, y[400:], side="right") - 1, 0, 7)
    errors = np.abs(model.predict(X[400:]) - y[400:])
    x, shown = display.line_.get_xydata().T
    occupied = np.unique(bins)
    centers = (edges[:-1] + edges[1:]) / 2
    np.testing.assert_allclose(x, centers[occupied])
    np.testing.assert_allclose(shown, [errors[bins == b].mean() for b in occupied])
    first = errors[bins == 0]
    assert display.deviation[0] == pytest.approx(first.std() / len(first) ** 0.5)
    assert np.isnan(display.error[np.setdiff1d(np.arange(8), occupied)]).all()
    np.testing.assert_array_equal(display.n_train, np.histogram(y[:400], edges)[0])
    assert display.density_ax_.patches[0].get_data().values.tolist() == (
        display.n_train.tolist()
    )
    assert display.ax_.get_legend().get_texts()[0].get_text() == "LinearRegression"


def test_rare_bins_are_hollow():
    y = make_imbalanced_regression(600, random_state=0)[1]
    display = ImbalanceDisplay.from_predictions(y, 0 * y, n_bins=10, name="zero")
    groups = shot_groups(y, y_train=y, thresholds="auto", n_bins=10)
    hollow = display.ax_.lines[-1]
    assert hollow.get_markerfacecolor() == "white"
    assert hollow.get_color() == display.line_.get_color()
    rare = y[groups == "few"]
    assert len(hollow.get_xdata()) == len(
        np.unique(np.histogram(rare, display.edges)[0].nonzero())
    )


def test_two_models_share_axes_and_density():
    y = make_imbalanced_regression(300, random_state=0)[1]
    first = ImbalanceDisplay.from_predictions(y, 0 * y, name="zero")
    second = ImbalanceDisplay.from_predictions(y, 0 * y + 1, name="one", ax=first.ax_)
    assert second.density_ax_ is first.density_ax_
    assert len(first.figure_.axes) == 2
    names = [text.get_text() for text in first.ax_.get_legend().get_texts()]
    assert names == ["zero", "one"]
    assert first.line_.get_color() != second.line_.get_color()
    assert first.line_.get_marker() != second.line_.get_marker()
    assert second.ax_.lines[-1].get_marker() == second.line_.get_marker()


def test_the_legend_hides_neither_bars_nor_lines():
    y = make_imbalanced_regression(300, random_state=0)[1]
    display = ImbalanceDisplay.from_predictions(y, 0 * y, name="zero")
    display = ImbalanceDisplay.from_predictions(y, y + 1, name="one", ax=display.ax_)
    display.figure_.draw_without_rendering()
    legend = display.ax_.get_legend().get_window_extent()
    bars = display.density_ax_.patches[0].get_window_extent()
    highest = display.ax_.transData.transform([0, display.ax_.dataLim.ymax])[1]
    assert legend.y0 > bars.y1
    assert legend.y0 > highest


def test_constant_targets_and_wrong_input():
    display = ImbalanceDisplay.from_predictions([2.0, 2.0], [1.0, 4.0], n_bins=3)
    assert np.nanmax(display.error) == 1.5
    with pytest.raises(ValueError, match="y_true has 2 rows, but y_pred has 1"):
        ImbalanceDisplay.from_predictions([1.0, 2.0], [1.0])
    with pytest.raises(ValueError, match="y_pred has 2 outputs; give one output"):
        ImbalanceDisplay.from_predictions([1.0], [[1.0, 2.0]])
    with pytest.raises(ValueError, match="Input y_train contains NaN"):
        ImbalanceDisplay.from_predictions([1.0], [1.0], y_train=[np.nan])
