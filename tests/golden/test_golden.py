"""The published numbers are reproduced, and a difference would be seen."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from golden.check import check, main

HERE = Path(__file__).parent
FILES = sorted([*HERE.glob("*/*.npz"), *HERE.glob("*/*.json")])


def test_all_recorded_files_agree() -> None:
    assert FILES
    command = [sys.executable, str(HERE / "check.py"), *map(str, FILES)]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    lines = result.stdout.splitlines()
    assert result.returncode == 0, result.stdout + result.stderr
    assert len(lines) == len(FILES)
    assert all("ok max_abs_err=" in line for line in lines)


@pytest.mark.parametrize("key", ["loss", "grad_logits", "target_after"])
def test_a_tampered_file_differs(tmp_path: Path, key: str) -> None:
    golden = dict(np.load(HERE / "elr" / "elr_basic_c3_f64.npz"))
    golden[key] = golden[key] + 1e-8
    path = tmp_path / "elr" / "tampered.npz"
    path.parent.mkdir()
    np.savez(path, **golden)
    agrees, line = check(path)
    assert not agrees
    assert f"{key}[0] differs by 1.000e-08" in line


@pytest.mark.parametrize(
    ("name", "key", "change"),
    [
        ("bmse_01", "gai_grad_pred", 1e-8),
        ("fds_01", "ep2_smooth_out_f32", 1e-3),
        ("lds_w_03_sqrtinv_gauss5", "weights_f32", 1e-4),
        ("metrics_01", "shot_metrics_balanced__low__l1", 1e-4),
        ("ranksim_02", "grad_features_f32", 1e-3),
        ("denseweight_01", "query_weights", 0.02),
    ],
)
def test_a_tampered_file_of_imbalance_differs(tmp_path, name, key, change) -> None:
    golden = dict(np.load(HERE / "conr" / f"{name}.npz"))
    golden[key] = golden[key] + np.asarray(change, golden[key].dtype)
    path = tmp_path / "conr" / "tampered.npz"
    path.parent.mkdir()
    np.savez(path, **golden)
    agrees, line = check(path)
    assert not agrees
    assert "differs by" in line


def test_unknown_files_are_not_recognised(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "elr" / "other.npz"
    path.parent.mkdir()
    np.savez(path, kind="other", logits=np.zeros(3))
    text = tmp_path / "notes.json"
    text.write_text("{}")
    assert main([str(path), str(text), str(tmp_path / "absent.npz")]) == 1
    assert capsys.readouterr().out.count("not recognised") == 3
