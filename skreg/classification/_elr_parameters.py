"""The parameters of ELRClassifier, and what its fit leaves behind: data, not code."""

from __future__ import annotations

from numbers import Integral, Real
from typing import Annotated

from .._parameters import Doc, Interval, StrOptions
from .._types import Array, Booleans, Floats

Strength = Annotated[
    float | str,
    StrOptions({"auto"}),
    Interval(Real, 0, None, closed="left"),
    Doc(
        "float or 'auto'",
        "Factor of the penalty; 0 equals the plain net of the same parameters, "
        "bit for bit. 'auto' is 5 for up to 10 classes, less for more (3 for "
        "26), as long as a fifth of the labels are contradicted by the averaged "
        "predictions, and falls to 0 with their share. It is down to 0.3 of that "
        "where the inputs of many rows are so alike that labels are learnt slowly.",
    ),
]
Beta = Annotated[
    float | str,
    StrOptions({"auto"}),
    Interval(Real, 0, 1, closed="left"),
    Doc("float or 'auto'", "Momentum of the averaged predictions; 'auto' is 0.85."),
]
ClassAdjustment = Annotated[
    float,
    Interval(Real, 0, 1, closed="both"),
    Doc(
        "float",
        "How far the averages make up for a lower confidence in a class that lost "
        "labels to another one, or is rare: 0 not at all, 1 entirely. More is "
        "better where labels went wrong in one direction, 0 where a rare class "
        "is hard and labels went wrong evenly.",
    ),
]
ForwardCorrection = Annotated[
    float | str,
    StrOptions({"auto"}),
    Interval(Real, 0, 1, closed="both"),
    Doc(
        "float or 'auto'",
        "How far a label is replaced by the classes that it may stand for, by the "
        "prediction and the transition matrix, after about a dozen epochs: 0 not "
        "at all, 1 entirely. 'auto' is 1, down to 0 where the inputs of many "
        "rows are alike. Mixed rows (`mixup_alpha`) keep their labels.",
    ),
]
NNetworks = Annotated[
    int,
    Interval(Integral, 1, None, closed="left"),
    Doc(
        "int",
        "Nets that refine each other's targets, trained as one: each remembers "
        "the predictions of another, and predictions are their mean. ELR+ has 2. "
        "Not to be combined with `n_members`, whose nets are independent.",
    ),
]
EmaDecay = Annotated[
    float | str | None,
    StrOptions({"auto"}),
    Interval(Real, 0, 1, closed="left"),
    None,
    Doc(
        "float, 'auto' or None",
        "Momentum, a step, of the moving average of the weights that predicts in "
        "their place; None keeps the weights themselves. A number also lets it "
        "teach the other nets, as in ELR+. 'auto' is 0.99 (less for fewer than "
        "1,000 steps), and None at strength 0, with `early_stopping` and with a "
        "`WeightAverage` in `regularizers`.",
    ),
]
MixupAlpha = Annotated[
    float,
    Interval(Real, 0, None, closed="left"),
    Doc(
        "float",
        "Parameter of `Mixup`: rows, labels and averaged predictions are mixed "
        "in pairs. ELR+ has 1; 0 mixes nothing.",
    ),
]
SwapRate = Annotated[
    float | str,
    StrOptions({"auto"}),
    Interval(Real, 0, 1, closed="left"),
    Doc(
        "float or 'auto'",
        "Share of the inputs that `SwapNoise` replaces by those of other rows, "
        "against the memorising of rows; 0 is none. 'auto' is up to 0.15, as far "
        "as predictions bear it, and 0 at strength 0, with `early_stopping` and "
        "with a `SwapNoise` in `regularizers`.",
    ),
]

# -- What a fit leaves behind ----------------------------------------------------------
Targets = Annotated[
    Floats,
    Doc(
        "ndarray of shape (n_samples, n_classes)",
        "Averaged predictions for the training rows; rows sum to 1.",
    ),
]
LabelQuality = Annotated[
    Floats,
    Doc(
        "ndarray of shape (n_samples,)",
        "Trust in the given label, in [0, 1]; low is suspicious. Its probability "
        "by the averages of all epochs, and by where wrong labels come from.",
    ),
]
LabelIssues = Annotated[
    Booleans,
    Doc(
        "ndarray of bool of shape (n_samples,)",
        "Rows of which another label is the most likely one, by `targets_` and by "
        "where wrong labels come from.",
    ),
]
SuggestedLabels = Annotated[
    Array,
    Doc("ndarray of shape (n_samples,)", "The most likely labels."),
]
LabelNoiseRate = Annotated[
    float,
    Doc(
        "float",
        "Share in `label_issues_` of the training rows of positive weight, in [0, 1].",
    ),
]
TransitionMatrix = Annotated[
    Floats | None,
    Doc(
        "ndarray of shape (n_classes, n_classes) or None",
        "Estimated noise: row i has the probabilities of the labels that rows of "
        "class i got. Rows count by their weights, `class_weight` included. None "
        "at strength 0 and after less than a dozen epochs.",
    ),
]
