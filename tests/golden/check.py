"""Compare skreg with values recorded from the published implementations.

``python tests/golden/check.py FILE...`` recognises each file by its folder and its
keys, prints ``FILE: ok max_abs_err=...`` or what differs, and exits with 1 if a file
differs or is not recognised.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).parent))

import arnet_cases
import conr_cases
import elr_cases
import imbalance_cases
import noise_cases
import tjepa_cases

Golden = Mapping[str, Any]
# What a case yields: a name, our value and the recorded one.
Case = Callable[[Golden], Iterator[tuple[str, Any, Any]]]

# Relative and absolute tolerance by the precision of the recording.
TOLERANCES = {"float64": (1e-10, 1e-12), "float32": (1e-5, 5e-6)}


@dataclass(frozen=True)
class Checker:
    """A case and how to know its files: folder, kind and keys."""

    folder: str
    kind: str
    keys: frozenset[str]
    case: Case

    def fits(self, path: Path, golden: Golden) -> bool:
        """Whether this is the checker of a file."""
        kind = str(golden["kind"]) if "kind" in golden else ""
        return (
            path.resolve().parent.name == self.folder
            and kind == self.kind
            and self.keys <= set(golden)
        )


CHECKERS = [
    Checker(folder, kind, frozenset(keys.split()), case)
    for folder, cases in {
        "arnet": arnet_cases.CASES,
        "conr": conr_cases.CASES + imbalance_cases.CASES,
        "elr": elr_cases.CASES + noise_cases.CASES,
        "tjepa": tjepa_cases.CASES,
    }.items()
    for kind, keys, case in cases
]


def check(path: Path) -> tuple[bool, str]:
    """Return whether a file agrees, and a line that says so or how it differs."""
    try:
        golden = read(path)
    except (OSError, ValueError) as error:
        return False, f"{path}: not recognised ({error})"
    found = [checker for checker in CHECKERS if checker.fits(path, golden)]
    if not found:
        return False, f"{path}: not recognised (keys: {', '.join(sorted(golden))})"
    rtol, atol = TOLERANCES[precision(golden)]
    worst, differences = 0.0, []
    for name, ours, theirs in found[0].case(golden):
        ours, theirs = np.asarray(ours, float), np.asarray(theirs, float)
        if ours.shape != theirs.shape:
            differences.append(f"{name} has shape {ours.shape}, not {theirs.shape}")
            continue
        worst = max(worst, float(np.max(np.abs(ours - theirs), initial=0.0)))
        if not np.allclose(ours, theirs, rtol=rtol, atol=atol):
            differences.append(f"{name} differs by {np.abs(ours - theirs).max():.3e}")
    if differences:
        return False, f"{path}: {'; '.join(differences)}"
    return True, f"{path}: ok max_abs_err={worst:.3e}"


def read(path: Path) -> Golden:
    """Return the arrays of a file; a list in JSON goes by the name of its file."""
    if path.suffix == ".json":
        return {path.stem: json.loads(path.read_text()), "dtype": "float64"}
    return dict(np.load(path, allow_pickle=False))


def precision(golden: Golden) -> str:
    """Return the precision of a recording: as it says, else that of its arrays."""
    if "dtype" in golden:
        return str(golden["dtype"])
    if any(key.endswith("_f64") for key in golden):
        return "float64"
    coarse = any(values.dtype == np.float32 for values in golden.values())
    return "float32" if coarse else "float64"


def main(arguments: list[str]) -> int:
    """Check files; return 1 if one differs or is not recognised."""
    if not arguments:
        print(__doc__)
        return 1
    outcomes = [check(Path(argument)) for argument in arguments]
    for _, line in outcomes:
        print(line)
    return 0 if all(agrees for agrees, _ in outcomes) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
