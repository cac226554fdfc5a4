"""Real tables that travel with the package, and wrong labels made to measure."""

from skreg.datasets._ar_process import make_ar_process
from skreg.datasets._imbalanced import make_imbalanced_regression
from skreg.datasets._redundant_columns import make_redundant_columns
from skreg.datasets._series import load_newark_temperature, load_sunspots
from skreg.datasets._tables import load_abalone, load_adult, load_letter
from skreg.datasets._wrong_labels import make_label_noise

__all__ = [
    "load_abalone",
    "load_adult",
    "load_letter",
    "load_newark_temperature",
    "load_sunspots",
    "make_ar_process",
    "make_imbalanced_regression",
    "make_label_noise",
    "make_redundant_columns",
]
