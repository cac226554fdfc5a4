"""Methods for labels of which a part is wrong."""

from ._elr_loss import elr_loss
from .co_teaching import CoTeaching, forget_rate_at, small_loss_rows
from .elr import ELR
from .elr_plus import elr_plus_loss, elr_plus_targets
from .pskd import PSKD, pskd_targets

__all__ = [
    "ELR",
    "PSKD",
    "CoTeaching",
    "elr_loss",
    "elr_plus_loss",
    "elr_plus_targets",
    "forget_rate_at",
    "pskd_targets",
    "small_loss_rows",
]
