"""
My labels are partly wrong: can I still learn from them?
========================================================

Twenty-six letters are to be told apart by sixteen numbers measured on their printed
images. Forty percent of the training labels have been replaced by another letter; the
labels of the test set are right. How well do the usual classifiers learn, and can we
say afterwards which labels were wrong?

The table ships with skreg (Letter Recognition, UCI, CC BY 4.0, see
:func:`skreg.datasets.load_letter`).
"""

# %%
# A table with wrong labels
# -------------------------
# Wrong labels are drawn evenly among the other twenty-five letters. Nothing tells the
# classifiers which ones they are.
print("Loading the libraries ...", flush=True)  # torch takes some seconds

import time
import warnings
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from sklearn.callback import ProgressBar
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import GridSearchCV, train_test_split
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skreg import ELRClassifier, RegularizedClassifier
from skreg.datasets import load_letter, make_label_noise
from skreg.inspection import LabelIssuesDisplay
from skreg.metrics import memorized_fraction

X, y = load_letter(return_X_y=True)
X_train, X_test, y_right, y_test = train_test_split(
    X, y, train_size=4_000, test_size=5_000, stratify=y, random_state=0
)

y_train, is_wrong, _ = make_label_noise(y_right, rate=0.4, exact=True, random_state=0)
n_wrong = is_wrong.sum()
print(f"{len(y_train):,} training rows, {n_wrong:,} with a wrong label", flush=True)

# %%
# The usual classifiers, and one made for this
# --------------------------------------------
# All of them with default settings, in pipelines. MLP is a multilayer perceptron, ELR
# early-learning regularization.
classifiers = {
    "HistGradientBoosting": HistGradientBoostingClassifier(random_state=0),
    "scikit-learn MLP": MLPClassifier(random_state=0),
    "plain net": RegularizedClassifier(random_state=0),
    "ELRClassifier": ELRClassifier(random_state=0),
}

# On wrong labels scikit-learn's MLP does not converge, which is no news here.
warnings.simplefilter("ignore", ConvergenceWarning)
rows, fitted = [], {}
for name, classifier in classifiers.items():
    pipeline = make_pipeline(StandardScaler(), classifier)
    start = time.perf_counter()
    fitted[name] = pipeline.fit(X_train, y_train)
    seconds = time.perf_counter() - start
    accuracy = pipeline.score(X_test, y_test)
    rows.append({"classifier": name, "accuracy": accuracy, "fit seconds": seconds})
    print(f"{name}: trained in {seconds:.1f} s", flush=True)

table = pd.DataFrame(rows).set_index("classifier")
print(table.round({"accuracy": 3, "fit seconds": 1}), flush=True)

# %%
# Strengths can be searched for as in any estimator, although the default finds its own
# and a search gains nothing here. With labels that are wrong evenly, accuracy on
# held-out noisy labels ranks settings roughly like accuracy on right ones, but much
# lower and closer together. Estimators of skreg report their progress to the callbacks
# of scikit-learn, such as this bar.
pipeline = make_pipeline(StandardScaler(), ELRClassifier(max_epochs=40, random_state=0))
grid = {"elrclassifier__strength": [0, 1, 3]}
search = GridSearchCV(pipeline, grid, cv=3, n_jobs=2)
search.set_callbacks(ProgressBar(max_propagation_depth=0))
search.fit(X_train, y_train)
found = pd.DataFrame(search.cv_results_)[["param_elrclassifier__strength"]].assign(
    noisy_accuracy=search.cv_results_["mean_test_score"].round(3)
)
print(found.to_string(index=False))
print(f"refitted with {search.best_params_}: {search.score(X_test, y_test):.3f}")

# %%
# What happens during training
# ----------------------------
# ``partial_fit`` does one pass over the rows. Every net first learns the right labels.
# The plain one then starts to memorise the wrong ones and forgets what it knew;
# early-learning regularization holds on to it.


def curves(classifier):
    """Return accuracy on new rows and the share of wrong labels memorised."""
    X_scaled = StandardScaler().fit(X_train)
    Z_train, Z_test = X_scaled.transform(X_train), X_scaled.transform(X_test)
    records = []
    for _ in range(classifier.max_epochs):
        classifier.partial_fit(Z_train, y_train)
        predicted = classifier.predict(Z_train)
        memorised = memorized_fraction(y_right, y_train, predicted)
        learnt = np.mean(predicted[~is_wrong] == y_train[~is_wrong])
        records.append((classifier.score(Z_test, y_test), learnt, memorised))
    return np.array(records).T


BLUE, ORANGE, GREY = "#0072B2", "#D55E00", "#666666"
curves_of = {
    "plain net": curves(RegularizedClassifier(random_state=0)),
    "ELRClassifier": curves(ELRClassifier(random_state=0)),
}
curve_figure, axes = plt.subplots(
    1, 2, figsize=(9, 3.8), sharey=True, layout="constrained"
)
for axis, (name, (test, learnt, memorised)) in zip(
    axes, curves_of.items(), strict=True
):
    epochs = np.arange(1, len(test) + 1)
    axis.plot(epochs, test, color=GREY, ls="--", label="accuracy on new rows")
    axis.plot(epochs, learnt, color=BLUE, label="right labels learnt")
    marked = {"marker": "o", "markersize": 3, "markevery": 4}
    axis.plot(epochs, memorised, color=ORANGE, label="wrong labels memorised", **marked)
    axis.set(title=name, xlabel="epoch", ylim=(0, 1.02))
    axis.spines[["top", "right"]].set_visible(False)
    axis.grid(axis="y", alpha=0.3)
axes[0].set_ylabel("share of rows")
legend = axes[1].legend(loc="center right", frameon=False)

# %%
# Which labels are wrong?
# -----------------------
# The averaged predictions give every training label a quality between 0 and 1, and
# suggest another label where they believe in one. The rows to look at first are those
# of the lowest quality.
elr = fitted["ELRClassifier"][-1]
issues = elr.find_label_issues().assign(right_label=y_right)
print(issues.sort_values("label_quality").head(8).round(3).to_string())

quality_figure, axis = plt.subplots(figsize=(7, 3.8), layout="constrained")
display = LabelIssuesDisplay.from_estimator(elr, is_wrong=is_wrong, ax=axis)
axis.set_title("Quality of 4,000 training labels")
axis.spines[["top", "right"]].set_visible(False)

flagged = elr.label_issues_
right_suggestions = elr.suggested_labels_ == y_right
print(f"{flagged.sum():,} labels are flagged as issues:")
print(f"  {is_wrong[flagged].mean():.0%} of these are wrong,")
print(f"  {flagged[is_wrong].mean():.0%} of the wrong ones are among them")
print(f"  {right_suggestions[is_wrong].mean():.0%} of the wrong ones are put right")

# %%
# Run as a script, the example keeps its pictures.
if "__file__" in globals():
    folder = Path("demo_output")
    folder.mkdir(exist_ok=True)
    for stem, figure in [("curves", curve_figure), ("quality", quality_figure)]:
        path = folder / f"noisy_labels_{stem}.png"
        figure.savefig(path, dpi=120)
        print(f"picture: {path.resolve()}")
