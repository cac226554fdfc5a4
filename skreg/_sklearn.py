"""The one door to what scikit-learn keeps private.

Its conventions cannot be met without a few names that carry an underscore or live in
underscored modules. They are imported here and nowhere else, so that a release which
moves one of them is answered in one place.
"""

from sklearn.base import _fit_context as fit_context
from sklearn.utils import _safe_indexing as safe_indexing
from sklearn.utils._optional_dependencies import (
    check_matplotlib_support,
    check_pandas_support,
)
from sklearn.utils._param_validation import (
    HasMethods,
    Interval,
    Options,
    RealNotInt,
    StrOptions,
    validate_params,
)
from sklearn.utils.validation import (
    _check_feature_names_in as check_feature_names_in,
)
from sklearn.utils.validation import (
    _check_sample_weight as check_sample_weight,
)
from sklearn.utils.validation import (
    _num_samples as num_samples,
)

__all__ = [
    "HasMethods",
    "Interval",
    "Options",
    "RealNotInt",
    "StrOptions",
    "check_feature_names_in",
    "check_matplotlib_support",
    "check_pandas_support",
    "check_sample_weight",
    "fit_context",
    "num_samples",
    "safe_indexing",
    "validate_params",
]
