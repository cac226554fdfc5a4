"""Fitted objects as arrays, numbers and text, which no loader can be fooled with."""

from ._forms import from_plain, to_plain
from ._savable import Savable

__all__ = ["Savable", "from_plain", "to_plain"]
