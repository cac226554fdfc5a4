"""What ELR's own settings are worth, against fixed ones.

``python -m benchmarks.noisy_labels_auto`` is the study behind the constants in
``skreg/regularizers/_elr_auto.py`` and ``swap_noise.py``. Run it anew when the
defaults of the nets change.
"""

from ._noise_grid import run
from .noisy_labels import elr

SETTINGS = {
    "auto": elr(),
    "swap 0": elr(swap_rate=0),
    "swap .15": elr(swap_rate=0.15),
    "correct 0": elr(forward_correction=0),
    "correct 1": elr(forward_correction=1),
    "adjust 0": elr(class_adjustment=0),
    "adjust 1": elr(class_adjustment=1),
    "0": elr(strength=0),
    "1/.9": elr(strength=1, beta=0.9),
    "3/.7": elr(strength=3, beta=0.7),
    "3/.8": elr(strength=3, beta=0.8),
    "3/.9": elr(strength=3, beta=0.9),
    "5/.85": elr(strength=5, beta=0.85),
}

if __name__ == "__main__":
    run("noisy_labels_auto.jsonl", SETTINGS)
