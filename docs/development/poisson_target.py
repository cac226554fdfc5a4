"""A loss of one's own as one object: counts with a logarithmic link."""

import numpy as np
from sklearn.metrics import d2_tweedie_score

from skreg.targets import NumericTarget


class PoissonTarget(NumericTarget):
    """Counts; the net learns the logarithm of their rate over the mean rate."""

    def __init__(self, max_ratio=1000.0):
        self.max_ratio = max_ratio  # the highest rate, in mean rates

    def read(self, y):
        counts = super().read(y)
        if (counts < 0).any():
            raise ValueError(
                f"y has {(counts < 0).sum()} negative numbers, but PoissonTarget is "
                "for counts; drop these rows, or use loss='squared_error'."
            )
        return counts

    def scale(self, encoded, weight):
        mean = np.average(encoded, axis=0, weights=weight)
        self.spread_ = np.where(mean > 0, mean, 1.0)

    def criterion(self, output, target, /, *, reduction="none"):
        losses = (output.exp() - target * output).mean(-1)
        return losses.mean(-1) if reduction == "mean" else losses

    def link(self, values):
        return values.log()

    def inverse_link(self, output):
        return output.exp().clamp(max=self.max_ratio)

    def score(self, y, prediction, weight):
        return d2_tweedie_score(y, prediction, sample_weight=weight, power=1)
