"""How ELR sets itself: the rule behind ``"auto"`` for strength, beta and eps.

The constants are measured by ``benchmarks/noisy_labels_auto.py``; measure them anew
when the defaults of the nets change.
"""

from __future__ import annotations

import math

# Momentum of the averages.
BETA = 0.85
# Factor of the penalty where many labels are contradicted and learnt fast: for few
# classes, for many, and at least. More classes are learnt later, and what is protected
# before it is learnt stays wrong.
FEW_CLASSES, FEW_STRENGTH = 10, 5.0
MANY_CLASSES, MANY_STRENGTH = 26, 3.0
LEAST_STRENGTH = 2.0
# Share of contradicted labels from which on the factor is full.
FULL_FROM = 0.2
# Rows of a class that speak about a row beside itself. Up to the first number of them,
# single labels are memorised so fast that protection is full; from the second on,
# so slowly that more than the last number, a share of it, does harm: the penalty keeps
# what is not learnt yet, the correction makes the net surer of its own mistakes.
PENALTY_RANGE = 55.0, 165.0, 0.3
CORRECTION_RANGE = 8.0, 60.0, 0.0
# Probability that is left to all classes together, when the term pushes no more:
# where labels are wrong, and where so few are contradicted (up to the first share,
# from the second on) that these are rather open cases.
OPEN, WIDE_OPEN = 0.1, 0.4
WIDE_UNTIL, OPEN_FROM = 0.18, 0.26
# Visits of a row that are averaged before its penalty acts.
WARM_UP = 3


def full_strength(n_classes: int) -> float:
    """Return the factor of the penalty while many labels are contradicted.

    Parameters
    ----------
    n_classes : int
        Number of classes.

    Examples
    --------
    >>> from skreg.regularizers.noisy_labels._elr_auto import full_strength
    >>> [round(full_strength(n), 1) for n in (2, 10, 26, 100)]
    [5.0, 5.0, 3.0, 2.0]
    """
    many = math.log(n_classes / FEW_CLASSES) / math.log(MANY_CLASSES / FEW_CLASSES)
    strength = FEW_STRENGTH + (MANY_STRENGTH - FEW_STRENGTH) * many
    return min(FEW_STRENGTH, max(LEAST_STRENGTH, strength))


def automatic_eps(n_classes: int, share: float = 1.0) -> float:
    """Return the bound of probabilities beyond which the term acts no more.

    A prediction that the term pushed up to 0.9999 costs nine nats where it is wrong,
    and some are: with this bound it costs three, at hardly any price in accuracy.

    Parameters
    ----------
    n_classes : int
        Number of classes.
    share : float, default=1.0
        Share of the labels that are contradicted, in [0, 1].

    Examples
    --------
    >>> from skreg.regularizers.noisy_labels._elr_auto import automatic_eps
    >>> automatic_eps(2), automatic_eps(10), automatic_eps(10, share=0.05)
    (0.05, 0.01, 0.04)
    """
    few = (OPEN_FROM - share) / (OPEN_FROM - WIDE_UNTIL)
    return (OPEN + (WIDE_OPEN - OPEN) * min(max(few, 0.0), 1.0)) / n_classes


def share_by_overlap(
    n_alike: float, fast_until: float, slow_from: float, least: float
) -> float:
    """Return the share of the protection that is needed where labels are learnt slowly.

    Parameters
    ----------
    n_alike : float
        Rows of a class that speak about a row beside itself: rows per class times
        their overlap.
    fast_until, slow_from : float
        Numbers of such rows up to which it is 1, and from which on it is `least`.
    least : float
        The least share.

    Examples
    --------
    >>> from skreg.regularizers.noisy_labels import _elr_auto as auto
    >>> bounds = auto.PENALTY_RANGE
    >>> shares = [auto.share_by_overlap(n, *bounds) for n in (0, 50, 100, 1e3)]
    >>> [round(share, 2) for share in shares]
    [1.0, 1.0, 0.62, 0.3]
    """
    if n_alike <= fast_until:
        return 1.0
    slow = math.log(n_alike / fast_until) / math.log(slow_from / fast_until)
    return 1.0 - (1.0 - least) * min(slow, 1.0)
