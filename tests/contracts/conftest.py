"""Nothing outside an estimator changes, in any contract."""

from estimator.conftest import unchanged_globals

__all__ = ["unchanged_globals"]
