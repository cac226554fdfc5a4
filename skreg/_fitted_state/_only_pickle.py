"""What a file of skops cannot hold, and says so when it is written."""

from __future__ import annotations

import sys
from types import FunctionType
from typing import Any

from sklearn.base import BaseEstimator
from torch import Tensor, nn

from ._pandas_objects import is_of_pandas

# How classes save themselves that do not say how.
_USUAL = (object.__getstate__, BaseEstimator.__getstate__)


class OnlyPickle:
    """A value that goes into pickles, as far as they can hold it.

    Parameters
    ----------
    value : object
        For instance a function without a name.
    """

    def __init__(self, value: Any) -> None:
        self.value = value

    def __reduce_ex__(self, protocol: Any) -> Any:
        return OnlyPickle, (self.value,)

    def __reduce__(self) -> Any:
        """Refuse: pickles and copies ask ``__reduce_ex__``, skops asks here."""
        raise TypeError(_reason(self.value))


def is_found_by_name(value: Any) -> bool:
    """Whether a function or class is what its module has under its name."""
    module = sys.modules.get(value.__module__ or "")
    return getattr(module, value.__name__, None) is value


def holds_tensors(value: Any) -> bool:
    """Whether an object of a user's class keeps tensors or modules in attributes."""
    inner = getattr(value, "__dict__", None)
    if not isinstance(inner, dict) or type(value).__getstate__ not in _USUAL:
        return False
    return any(isinstance(part, (Tensor, nn.Module)) for part in inner.values())


def _reason(value: Any) -> str:
    where = getattr(value, "__module__", None) or type(value).__module__
    if is_of_pandas(value):
        return (
            f"a file of skops cannot hold a {type(value).__name__} of pandas, which "
            "the estimator has learnt; fit it to arrays, or to a table with a plain "
            "index and plain columns, or use a pickle."
        )
    if not isinstance(value, (FunctionType, type)):
        return (
            f"a {type(value).__name__} of {where} keeps tensors, which a file of skops "
            "cannot hold; let the class derive from skreg.regularizers.Regularizer, or "
            "give it __getstate__ and __setstate__ that turn them into arrays and back."
        )
    return (
        f"a file of skops cannot hold {value.__qualname__!r} of {where}: a loader "
        "would not find it by that name. Define it at the top level of a module, with "
        "def or class; pickles of cloudpickle can hold it as it is."
    )
