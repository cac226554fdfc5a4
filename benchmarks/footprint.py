"""Memory of a large fit and time of the import, each in processes of their own."""

import subprocess
import sys
from statistics import median

# The peak is read twice: after the imports and a small fit, and after the large one.
# Only Linux tells it of a process alone; getrusage counts the one that started it too.
MEMORY = """
import numpy as np
from skreg import RegularizedClassifier
def peak():
    lines = open("/proc/self/status").read().splitlines()
    return next(int(l.split()[1]) * 1024 for l in lines if l.startswith("VmHWM"))
def fit(n, **options):
    X = np.random.default_rng(0).standard_normal((n, 50), dtype=np.float32)
    y = X[:, 0] > 0
    RegularizedClassifier(batch_size=1024, max_epochs=1, **options).fit(X, y)
    return X.nbytes
fit(2000)
before = peak()
data = fit(1_000_000, early_stopping={early_stopping})
print((peak() - before) / data)
"""

PEERS = (
    "import torch, skorch, sklearn.base, sklearn.model_selection, sklearn.callback, "
    "scipy.optimize"
)
IMPORT = f"""
import time
{PEERS}
start = time.perf_counter()
import skreg
print(time.perf_counter() - start)
"""


def run(code: str) -> float:
    """Return the number that a script prints."""
    command = [sys.executable, "-c", code]
    result = subprocess.run(command, capture_output=True, text=True, check=True)
    return float(result.stdout)


def report_footprint() -> None:
    """Print memory and import time."""
    print("\nPeak memory of a fit on 1,000,000 x 50 float32, the table included")
    for early_stopping in (False, True):
        peak = run(MEMORY.format(early_stopping=early_stopping))
        print(f"  {peak:.2f} times the table, early_stopping={early_stopping}")
    seconds = median(run(IMPORT) for _ in range(5))
    print(f"\nimport skreg, after torch, skorch, scikit-learn: {seconds:.3f} s")
