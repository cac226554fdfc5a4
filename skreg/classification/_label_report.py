"""What is known of the training labels after a fit."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .._types import Array, Booleans, Floats, Integers


@dataclass(frozen=True, kw_only=True)
class LabelReport:
    """Trust in every training label.

    Attributes
    ----------
    targets : ndarray of shape (n_samples, n_classes)
        Averaged predictions.
    quality : ndarray of shape (n_samples,)
        Trust in the given labels, in [0, 1].
    best : ndarray of shape (n_samples,)
        Indices of the most likely classes.
    is_issue : ndarray of bool of shape (n_samples,)
        Whether another class than the given one is the most likely.
    """

    targets: Floats
    quality: Floats
    best: Integers
    is_issue: Booleans

    def noise_rate(self, counted: Integers) -> float:
        """Share of the rows whose label is not believed in, of those that count."""
        return float(self.is_issue[counted].mean())


def judge_labels(
    given: Array,
    averages: Floats,
    judged: Floats,
    trust: Floats | None,
    unseen: Booleans,
) -> LabelReport:
    """Return what averaged predictions say of labels.

    Parameters
    ----------
    given : ndarray of shape (n_samples,)
        Class indices of the labels.
    averages : ndarray of shape (n_samples, n_classes)
        Averaged predictions; those of the net for rows never visited.
    judged : ndarray of shape (n_samples, n_classes)
        Probabilities of the classes, by the label, too. For rows never visited, the
        averages take their place.
    trust : ndarray of shape (n_samples,) or None
        Trust in the labels. For rows never visited, and where it is NaN, it is the
        share of the averages on the given label; None is that for all rows.
    unseen : ndarray of bool of shape (n_samples,)
        Rows never visited.
    """
    likely = np.where(unseen[:, np.newaxis], averages, judged)
    best = likely.argmax(axis=1)
    quality = averages[np.arange(len(averages)), given]
    if trust is not None:
        trusted = ~(unseen | np.isnan(trust))
        quality[trusted] = trust[trusted]
    return LabelReport(
        targets=averages, quality=quality, best=best, is_issue=best != given
    )
