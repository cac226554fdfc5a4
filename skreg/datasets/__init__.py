"""Real tables that travel with the package, for examples, tests and benchmarks."""

from skreg.datasets._tables import load_abalone, load_adult, load_letter

__all__ = ["load_abalone", "load_adult", "load_letter"]
