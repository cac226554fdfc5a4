"""What fits leave: saved as arrays, numbers and text, and put back on failure."""

from ._forms import from_plain, to_plain
from ._savable import Savable
from ._unchanged import unchanged_on_failure

__all__ = ["Savable", "from_plain", "to_plain", "unchanged_on_failure"]
