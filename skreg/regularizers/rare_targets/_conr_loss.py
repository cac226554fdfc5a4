"""The loss of ConR as a function of tensors."""

from __future__ import annotations

from numbers import Integral, Real

import torch
from torch import Tensor

from ..._parameters import Interval, StrOptions
from .._precision import at_least_single
from ._contrast import FORMS, Pairs, contrast

# 32 MB in single precision; several arrays of this size are alive at a time.
MAX_PAIRS = 2**23
_RANGES = {
    "window": Interval(Real, 0, None, closed="left"),
    "temperature": Interval(Real, 0, None, closed="neither"),
    "push": Interval(Real, 0, None, closed="left"),
    "self_weight": Interval(Real, 0, 1, closed="both"),
    "form": StrOptions(set(FORMS)),
    "max_pairs": Interval(Integral, 1, None, closed="left"),
}


def conr_loss(
    features: Tensor,
    y: Tensor,
    y_pred: Tensor,
    *,
    window: float,
    temperature: float,
    push: float,
    weights: Tensor | float | None = None,
    counts: Tensor | None = None,
    self_weight: float = 0.5,
    form: str = "paper",
    max_pairs: int = MAX_PAIRS,
) -> Tensor:
    r"""Contrastive loss for regression: pull close labels together, push mix-ups apart.

    Row j is a positive of anchor i if their labels differ by at most the window, and
    a negative if their labels differ by more but their predictions do not. With
    :math:`s_{ij}` the cosine of their features over the temperature and :math:`w_i`
    the weight of the anchor,

    .. math::
        Z_i &= \sum_{j \in P_i} e^{s_{ij}}
               + \sum_{j \in M_i} w_i e^{\eta |y_i - y_j|} e^{s_{ij}} \\
        L &= \frac1n \sum_{i: M_i \ne \emptyset} \frac{w_i}{|P_i|}
             \sum_{j \in P_i} (\log Z_i - s_{ij})

    Anchors without a positive or without a negative contribute 0. The loss is a sum
    of logarithms, without exponentials that could overflow, and it is computed in
    blocks, gradient included, so that a large batch needs little memory.

    Parameters
    ----------
    features : Tensor of shape (..., n, n_hidden)
        What the last layer gets; leading axes are models of their own. The only
        argument that gets a gradient, and that once.
    y : Tensor of shape (n,), (n, n_targets) or (..., n, n_targets)
        Labels. Their distance is the Euclidean one over ``sqrt(n_targets)``.
    y_pred : Tensor
        Predictions, of the shapes of y.
    window : float
        Distance up to which labels, or predictions, are close; at least 0, in units
        of y.
    temperature : float
        Divisor of the cosines, positive.
    push : float
        :math:`\eta`, by which negatives count more the further their labels are
        apart; at least 0, per unit of y.
    weights : Tensor of shape (n,), (n, 1) or (..., n), or float, default=None
        :math:`w_i`, at least 0, usually larger for rare labels. None means 1.
    counts : Tensor of shape (n,), (n, 1) or (..., n), default=None
        Sample weights, at least 0: a row of weight k counts like k rows. None means
        1.
    self_weight : float, default=0.5
        In [0, 1], how much an anchor counts as its own positive. 0 takes the rows as
        they are; one half equals two copies of every row, which the published code
        needs, up to a constant of ``log(2)`` an active anchor; 1 equals very many.
    form : {'paper', 'scalar', 'dense'}, default='paper'
        The formula above, or what published code computes. For single labels
        ('scalar') it also adds 1 to :math:`Z_i` for every row that is not in
        :math:`P_i`. For maps ('dense', to be averaged first) it does so too, pushes
        by :math:`\eta w_i |y_i - y_j|` without exponential, divides by
        :math:`|P_i| + 1` and leaves the factor :math:`w_i` out.
    max_pairs : int, default=2**23
        Pairs that are in memory at the same time, at least 1.

    Returns
    -------
    loss : Tensor of shape (...)
        At least 0 for weights of 1; a mean over all rows, active or not.

    Raises
    ------
    ValueError
        If a parameter is out of range or shapes do not fit.

    References
    ----------
    .. [1] M. Keramati, L. Meng, R. D. Evans. "ConR: Contrastive Regularizer for Deep
       Imbalanced Regression", ICLR 2024.

    Examples
    --------
    >>> import torch
    >>> from skreg.regularizers import conr_loss
    >>> features = torch.tensor([[1.0, 0.0], [0.9, 0.1], [0.8, 0.6]])
    >>> y, y_pred = torch.tensor([0.0, 0.1, 3.0]), torch.tensor([0.0, 0.2, 0.1])
    >>> conr_loss(features, y, y_pred, window=0.2, temperature=0.2, push=0.5)
    tensor(1.3045)
    """
    _check(
        window=window,
        temperature=temperature,
        push=push,
        self_weight=self_weight,
        form=form,
        max_pairs=max_pairs,
    )
    with torch.autocast(features.device.type, enabled=False):
        features = at_least_single(features)
        y, y_pred = _columns(features, y=y, y_pred=y_pred)
        pairs = Pairs(
            y=y,
            y_pred=y_pred,
            weights=_vector("weights", weights, features),
            counts=_vector("counts", counts, features),
            window=window,
            temperature=temperature,
            push=push,
            self_weight=self_weight,
            form=FORMS[form],
        )
        return contrast(features, pairs, max_pairs)


def _check(**options: float | str) -> None:
    for name, value in options.items():
        if not _RANGES[name].is_satisfied_by(value):
            raise ValueError(f"{name} must be {_RANGES[name]}, got {value!r}.")


def _columns(features: Tensor, **given: Tensor) -> list[Tensor]:
    """Return values of the rows with an axis of targets."""
    matrices, n_rows = [], features.shape[-2]
    for name, values in given.items():
        matrix = values.unsqueeze(-1) if values.ndim == 1 else values
        if matrix.ndim < 2 or matrix.shape[-2] != n_rows:
            raise ValueError(
                f"{name} has shape {tuple(values.shape)}, but features has {n_rows} "
                f"rows; give ({n_rows},) or ({n_rows}, n_targets)."
            )
        matrices.append(matrix.detach().to(features.dtype))
    if len({matrix.shape[-1] for matrix in matrices}) > 1:
        shapes = {name: tuple(values.shape) for name, values in given.items()}
        raise ValueError(
            f"y and y_pred must have the same number of targets, got {shapes}; give "
            "one prediction for each target."
        )
    return matrices


def _vector(
    name: str, values: Tensor | float | None, features: Tensor
) -> Tensor | None:
    """Return one number a row, None if none are given."""
    n_rows = features.shape[-2]
    if values is None:
        return None
    if not isinstance(values, Tensor) or not values.ndim:
        return features.new_full((n_rows,), float(values))
    vector = values.detach().to(features)
    vector = vector.squeeze(-1) if vector.shape == (n_rows, 1) else vector
    if vector.shape[-1] != n_rows:
        raise ValueError(
            f"{name} has shape {tuple(values.shape)}, but features has {n_rows} rows; "
            f"give ({n_rows},)."
        )
    return vector
