"""Code that runs in a process of its own, where nothing has been imported."""

import os
import subprocess
import sys


def run_elsewhere(code, folder):
    """Run code in a folder; it has to end well and to say nothing."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        cwd=folder,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
