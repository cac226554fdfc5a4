"""
How sure is the net about this row?
===================================

The age of an abalone is counted in the rings of its shell, which takes a knife. From
lengths and weights it can only be guessed, and not equally well for all: young ones
grow fast, old ones hardly. A net that learns quantiles tells how wide the guess must
be.
"""

# %%
# Three quantiles from one net
# ----------------------------
# ``loss="quantile"`` learns several levels at once, and they never cross. Between the
# 5 % and the 95 % quantile, nine of ten new animals should lie.

import matplotlib.pyplot as plt
import numpy as np
from sklearn.model_selection import train_test_split

from skreg import RegularizedRegressor
from skreg.datasets import load_abalone

X, y = load_abalone(return_X_y=True, as_frame=True)
X, X_test, y, y_test = train_test_split(X, y, random_state=0)
net = RegularizedRegressor(
    loss="quantile", quantiles=(0.05, 0.5, 0.95), n_members=4, random_state=0
)
low, middle, high = net.fit(X, y).predict(X_test).T
inside = (low <= y_test) & (y_test <= high)
print(f"inside the interval: {inside.mean():.0%} of the test rows")

# %%
# Wide where it must be
# ---------------------
# Sorted by the median, the interval grows from a few rings to more than ten. A single
# error bar for all would be far too wide for the young and too narrow for the old.

order = np.argsort(middle)
rank = np.arange(len(order))
fig, ax = plt.subplots(figsize=(8, 4), layout="constrained")
ax.fill_between(
    rank, low[order], high[order], alpha=0.3, label="5 % to 95 %", color="tab:blue"
)
ax.plot(rank, middle[order], color="tab:blue", label="median")
ax.scatter(rank, np.asarray(y_test)[order], s=4, color="0.2", label="counted rings")
ax.set(xlabel="test rows, sorted by the predicted median", ylabel="rings")
legend = ax.legend(loc="upper left")

# %%
# Does it hold in every part?
# ---------------------------
# Coverage over all rows may hide that one group is always missed. Here it is close to
# 90 % in every fifth of the predictions.

fifth = np.searchsorted(np.quantile(middle, [0.2, 0.4, 0.6, 0.8]), middle)
coverage = [inside[fifth == part].mean() for part in range(5)]
width = [(high - low)[fifth == part].mean() for part in range(5)]
fig, (left, right) = plt.subplots(1, 2, figsize=(8, 3), layout="constrained")
left.bar(range(1, 6), coverage, color="tab:blue")
left.axhline(0.9, color="0.2", linestyle="--")
left.set(ylim=(0, 1), xlabel="fifth of the predictions", ylabel="share inside")
right.bar(range(1, 6), width, color="tab:blue")
right.set(xlabel="fifth of the predictions", ylabel="mean width, rings")
plt.show()
