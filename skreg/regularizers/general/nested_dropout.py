"""Nested dropout: features in the order of their importance, and only the first."""

from __future__ import annotations

from numbers import Real
from typing import Annotated, Any, ClassVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from ..._parameters import Doc, Interval, field, parameters
from ...modules._layers import find_head
from .._base import Regularizer
from .._fit_state import FitInfo
from .._requirements import Requirement

# Prefixes longer than nearly all drawn ones would use features hardly ever trained.
_KEPT_QUANTILE = 0.95


def prefix_distribution(
    n_features: int, sigma: float, mu: float = 0.0
) -> NDArray[np.float64]:
    r"""Return the probabilities of keeping the first k features.

    Parameters
    ----------
    n_features : int
        Number of features K.
    sigma : float
        Width of the law in features; without a factor 1/2 in the exponent, so
        :math:`\sqrt 2` times a standard deviation.
    mu : float, default=0.0
        Its centre, in features.

    Returns
    -------
    probabilities : ndarray of shape (n_features,)
        Proportional to :math:`\exp(-((k - \mu) / \sigma)^2)` for k = 1, ..., K.

    References
    ----------
    .. [1] Y. Chen, X. Shen, S. X. Hu, J. A. K. Suykens. "Boosting Co-teaching with
       Compression Regularization for Label Noise", CVPR Workshops 2021.

    Examples
    --------
    >>> from skreg.regularizers import prefix_distribution
    >>> prefix_distribution(3, sigma=2.0).round(3)
    array([0.622, 0.294, 0.084])
    """
    k = np.arange(1, n_features + 1)
    # Relative to the largest: a narrow law far from 1..K would vanish altogether.
    exponent = -(((k - mu) / sigma) ** 2)
    mass: NDArray[np.float64] = np.exp(exponent - exponent.max())
    return mass / mass.sum()


@parameters
class NestedDropout(Regularizer):
    """Train on random prefixes of the last hidden features, predict with one.

    In every batch only the first k features reach the last layer, with a new k that
    is small more often than large. The features become ordered by importance, and
    the last ones, which would serve to memorise single rows, are not used for
    prediction.

    Parameters
    ----------
    {parameters}

    Attributes
    ----------
    {attributes}

    Notes
    -----
    The published code picks the prefix for prediction by validation accuracy. Here
    it is the length that 95 % of the drawn ones do not exceed, which needs no right
    labels; `prefix` sets another.

    References
    ----------
    .. [1] Y. Chen, X. Shen, S. X. Hu, J. A. K. Suykens. "Boosting Co-teaching with
       Compression Regularization for Label Noise", CVPR Workshops 2021.

    Examples
    --------
    >>> from sklearn.datasets import load_wine
    >>> from skreg import RegularizedClassifier
    >>> from skreg.regularizers import NestedDropout
    >>> X, y = load_wine(return_X_y=True)
    >>> net = RegularizedClassifier(regularizers=[NestedDropout()], random_state=0)
    >>> net.fit(X, y).score(X, y) > 0.95
    True
    >>> net.regularizers_["nesteddropout"].n_prefix_ < 256
    True
    """

    requires: ClassVar[frozenset[Requirement]] = frozenset({Requirement.FEATURES})

    sigma: Annotated[
        float,
        Interval(Real, 0, None, closed="neither"),
        Doc(
            "float",
            "Width of the law of the prefixes as a share of the last hidden layer. "
            "Published: 0.2, and 0.02 for many wrong labels.",
        ),
    ] = 0.2
    prefix: Annotated[
        float | None,
        Interval(Real, 0, 1, closed="right"),
        None,
        Doc(
            "float or None",
            "Share of the features used in prediction; None takes the length that "
            "95 % of the drawn prefixes do not exceed.",
        ),
    ] = None

    n_prefix_: Annotated[int, Doc("int", "Number of features that predict.")] = field(
        init=False
    )
    tail_: Annotated[
        Tensor,
        Doc("Tensor", "Weights of the other features, for going on with a fit."),
    ] = field(init=False)

    def setup(self, info: FitInfo) -> None:
        """Find the last layer and the law of the prefixes."""
        head = find_head(info.module)
        weight = getattr(head, "weight", None)
        if not isinstance(weight, Tensor):
            raise ValueError(
                "NestedDropout: the last layer of the module has no weight matrix; "
                "end it with a torch.nn.Linear."
            )
        n_features = weight.shape[-1]
        law = prefix_distribution(n_features, self.sigma * n_features)
        self._cumulated = law.cumsum()
        self._random: Any = info.random
        self._positions = torch.arange(n_features, device=info.device)
        kept = 1 + int(np.searchsorted(self._cumulated, _KEPT_QUANTILE))
        if self.prefix is not None:
            kept = max(1, round(self.prefix * n_features))
        self.n_prefix_ = min(kept, n_features)

    def resume(self, info: FitInfo) -> None:
        """Put back the weights that prediction does without."""
        tail, kept = self.tail_, self.n_prefix_
        self.setup(info)
        with torch.no_grad():
            self._weight(info.module)[..., kept:].copy_(tail)

    def transform_module(self, module: nn.Module) -> nn.Module:
        """Cut the input of the last layer."""
        head = find_head(module)
        assert head is not None
        self._handle = head.register_forward_pre_hook(self._cut)
        return module

    def finish(self, module: nn.Module) -> nn.Module:
        """Let the last layer ignore the other features by itself."""
        self._handle.remove()
        with torch.no_grad():
            unused = self._weight(module)[..., self.n_prefix_ :]
            self.tail_ = unused.cpu().clone()
            unused.zero_()
        del self._handle, self._random, self._positions, self._cumulated
        return module

    def _cut(self, head: nn.Module, args: tuple[Tensor]) -> tuple[Tensor]:
        kept = self._draw() if head.training else self.n_prefix_
        return (args[0] * (self._positions < kept),)

    def _draw(self) -> int:
        return 1 + int(np.searchsorted(self._cumulated[:-1], self._random.random()))

    def _weight(self, module: nn.Module) -> Tensor:
        weight = getattr(find_head(module), "weight", None)
        assert isinstance(weight, Tensor)
        return weight
