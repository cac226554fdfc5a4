"""
The rare targets matter most: what do they cost?
================================================

The age of an abalone is to be told from its size and weight. Most shells in the table
are around ten years old, the oldest 29. Any net that minimises the mean error makes old
shells too young: there are so few of them. Weights by rarity help them, and harm the
others. Which compromise is best depends on what the errors cost you, so the net offers
every point in between.

The table ships with skreg (Abalone, UCI, CC BY 4.0, see
:func:`skreg.datasets.load_abalone`).
"""

# %%
# A test set in which old shells are not rare
# -------------------------------------------
# Test rows are drawn as evenly over all ages as the table allows. The training rows
# stay as skewed as they are.
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from sklearn.ensemble import HistGradientBoostingRegressor

from skreg import ConRRegressor, RegularizedRegressor
from skreg.datasets import load_abalone
from skreg.inspection import ImbalanceDisplay
from skreg.metrics import shot_metrics
from skreg.model_selection import balanced_test_split
from skreg.preprocessing import label_weights

X, y = load_abalone(return_X_y=True, as_frame=True)
X_train, X_test, y_train, y_test = balanced_test_split(
    X, y, test_size=400, max_share=0.25, random_state=0
)
counts = y_train.value_counts()
print(f"{len(y_train):,} training rows, {counts[10]} of them with 10 rings,")
print(f"{(y_train >= 20).sum()} with 20 or more; in the test {(y_test >= 20).sum()}")

# %%
# Plain nets, trees and weights
# -----------------------------
# Errors are in rings. "all" weighs the test rows as frequent as they are in training,
# "rare" are those in bins of the target with fewer than 20 training rows. LDS, label
# distribution smoothing, makes milder weights than inverse frequencies.
options = {"hidden_layer_sizes": (64, 64), "random_state": 0}
frequency = counts.reindex(y_test.unique(), fill_value=0) / y_test.value_counts()
share = y_test.map(frequency)


def errors(predicted):
    """Return the mean absolute errors on all targets and on the rare ones."""
    rare = shot_metrics(y_test, predicted, y_train=y_train)["few"]
    return {
        "all": np.average(np.abs(predicted - y_test), weights=share),
        "rare": rare,
    }


rivals = {
    "plain net, squared error": RegularizedRegressor(**options),
    "plain net, absolute error": RegularizedRegressor(loss="absolute_error", **options),
    "net with LDS weights": ConRRegressor(reweight="lds", **options),
    "net with inverse weights": ConRRegressor(reweight="inverse", **options),
}
found = {}
for name, rival in rivals.items():
    found[name] = errors(rival.fit(X_train, y_train).predict(X_test))

trees = HistGradientBoostingRegressor(
    loss="absolute_error", categorical_features="from_dtype", random_state=0
)
found["boosting"] = errors(trees.fit(X_train, y_train).predict(X_test))
trees.fit(X_train, y_train, sample_weight=label_weights(y_train, "lds"))
found["boosting with LDS weights"] = errors(trees.predict(X_test))
print(pd.DataFrame(found).T.round(2).to_string())

# %%
# All points in between, from one fit
# -----------------------------------
# With a ``balance``, the net learns a value and the distribution of the target given
# the inputs. In prediction the distribution is tilted towards rare targets, as if all
# ages had been equally frequent (1), or part of the way. Nothing is trained again.
net = ConRRegressor(balance=0, **options).fit(X_train, y_train)
balances = np.linspace(0, 1, 21)
way = pd.DataFrame([errors(net.predict(X_test, balance=b)) for b in balances], balances)
print(way.iloc[::4].round(2).to_string())

BLUE, ORANGE, GREY = "#0072B2", "#D55E00", "#666666"
frontier_figure, axis = plt.subplots(figsize=(7, 4.5), layout="constrained")
axis.plot(way["all"], way["rare"], color=BLUE, lw=2, label="one net, any balance")
for b in (0, 0.25, 0.5, 0.75, 1):
    point = way.loc[balances[np.abs(balances - b).argmin()]]
    axis.plot(*point, "o", color=BLUE)
    axis.annotate(
        f"{b:g}",
        point,
        xytext=(-7, -4),
        textcoords="offset points",
        ha="right",
        va="top",
        color=BLUE,
    )
# The two plain nets are neighbours: their names step aside, up and down.
shift = {"plain net, absolute error": 8, "plain net, squared error": -6}
for name, point in found.items():
    axis.plot(point["all"], point["rare"], "s", color=ORANGE)
    axis.annotate(
        name,
        (point["all"], point["rare"]),
        xytext=(8, shift.get(name, 0)),
        va="center",
        textcoords="offset points",
        color=GREY,
        fontsize=9,
    )
axis.set(xlabel="error on all targets (rings)", ylabel="error on rare targets (rings)")
axis.set_xlim(way["all"].min() - 0.1, found["net with inverse weights"]["all"] + 0.4)
axis.set_ylim(bottom=way["rare"].min() - 0.5)
axis.set_title("Lower left is better")
legend = axis.legend(frameon=False)
axis.spines[["top", "right"]].set_visible(False)

# %%
# Limit the cost instead
# ----------------------
# ``balance="auto"`` takes as much balance as a rise of the error on all targets by
# ``max_cost`` allows. It is found on validation rows.
for max_cost in (0.02, 0.1):
    net.set_params(balance="auto", max_cost=max_cost).fit(X_train, y_train)
    reached = {k: round(float(v), 2) for k, v in errors(net.predict(X_test)).items()}
    print(f"at most {max_cost:.0%} worse: balance {net.balance_:.2f}, errors {reached}")

# %%
# Where the errors are
# --------------------
# Over the range of the target, in front of the number of training rows.
region_figure, axes = plt.subplots(
    1, 3, figsize=(11, 3.8), sharey=True, layout="constrained"
)
for axis, balance in zip(axes, (0, 0.5, 1), strict=True):
    predicted = net.predict(X_test, balance=balance)
    display = ImbalanceDisplay.from_predictions(
        y_test, predicted, y_train=y_train, ax=axis
    )
    axis.set_title(f"balance {balance:g}")
    axis.label_outer()
    if axis is not axes[-1]:
        display.density_ax_.set_ylabel("")
        display.density_ax_.tick_params(labelright=False)

# %%
# Run as a script, the example keeps its pictures.
if "__file__" in globals():
    folder = Path("demo_output")
    folder.mkdir(exist_ok=True)
    figures = {"frontier": frontier_figure, "regions": region_figure}
    for stem, figure in figures.items():
        path = folder / f"rare_targets_{stem}.png"
        figure.savefig(path, dpi=120)
        print(f"picture: {path.resolve()}")
