"""
A hundred labels and thousands of rows: do the rows help?
=========================================================

Labels are expensive, rows are not. T-JEPA (a joint-embedding predictive architecture
for tables) learns from the rows alone: from some columns of a row, an encoder predicts
what another encoder makes of the hidden ones. Whether that helps is seen beside two
others: the same encoder with random weights, which is a good expansion of the features
already, and a plain net that learns from the labelled rows alone.
"""

# %%
# Twenty views of three factors
# -----------------------------
# Pretraining is for columns that depend on the same causes, as sensors and survey items
# do. The table is made for that: twenty noisy columns depend on three hidden factors,
# and so do four classes. Of 6,000 rows, 100 have a label; 3,000 more are for the test.
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skreg import RegularizedClassifier, TJEPAClassifier, TJEPATransformer
from skreg.datasets import make_redundant_columns
from skreg.inspection import EmbeddingDisplay

X, y = make_redundant_columns(9000, random_state=0)
X, X_test, y, y_test = X[:6000], X[6000:], y[:6000], y[6000:]
known = np.arange(len(y)) < 100
y_few = np.where(known, y, -1)  # -1 stands for "no label"

# %%
# Encoders, trained and not
# -------------------------
# By default the encoder also has to predict random features of the whole row, so that
# it forgets nothing. Where many columns depend on few factors, forgetting their noise
# is an advantage: ``kernel_weight=0`` allows it, as in the published method, with
# standardised targets and larger shares of hidden columns.
encoders = {
    "untrained encoder": TJEPATransformer(max_epochs=0),
    "T-JEPA": TJEPATransformer(
        target_norm="batch",
        kernel_weight=0,
        context_share=(0.3, 0.6),
        target_share=(0.2, 0.4),
        max_epochs=20,
    ),
}
fitted, accuracy = {}, {}
for name, encoder in encoders.items():
    net = TJEPAClassifier(pretrained=encoder, random_state=0).fit(X, y_few)
    fitted[name], accuracy[name] = net, net.score(X_test, y_test)
for name, rival in {
    "plain net": RegularizedClassifier(random_state=0),
    "logistic regression": make_pipeline(StandardScaler(), LogisticRegression(C=0.1)),
    "boosting": HistGradientBoostingClassifier(random_state=0),
}.items():
    accuracy[name] = rival.fit(X[known], y[known]).score(X_test, y_test)
print(pd.Series(accuracy, name="accuracy").sort_values().round(3).to_string())

# %%
# Three tables that are made with other seeds show how much that varies: with seed 1 the
# encoder gains three points over the plain net again, with seed 2 it loses three.
#
# What the embeddings look like
# -----------------------------
# Rows of the test along the two main directions of two embeddings. Without training,
# noise and factors are mixed; the trained encoder has kept the factors.
figure, axes = plt.subplots(1, 2, figsize=(10, 4.5), layout="constrained")
for ax, name in zip(axes, ("untrained encoder", "T-JEPA"), strict=True):
    EmbeddingDisplay.from_estimator(fitted[name], X_test[:1000], y_test[:1000], ax=ax)
    ax.set_title(f"{name}: accuracy {accuracy[name]:.2f}")

# %%
# On other tables pretraining makes no difference or costs a little: the user guide has
# the figures. Run as a script, the example keeps its picture.
if "__file__" in globals():
    path = Path("demo_output") / "few_labels.png"
    path.parent.mkdir(exist_ok=True)
    figure.savefig(path, dpi=120)
    print(f"picture: {path.resolve()}")
