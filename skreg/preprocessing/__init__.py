"""From a messy table to the one float matrix that a net can read."""

from ._encoder import TabularEncoder

__all__ = ["TabularEncoder"]
