"""What README and guide show is executed, and the figures are the demo's."""

import re
import textwrap
from pathlib import Path

import matplotlib as mpl
import pytest

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()
DEMO = (ROOT / "examples" / "plot_noisy_labels.py").read_text()


PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def code_blocks(page):
    """Return the Python of a page, from lists and definitions too."""
    fenced = r"^( *)```python\n(.*?)^\1```"
    found = re.findall(fenced, page.read_text(), flags=re.DOTALL | re.MULTILINE)
    return [textwrap.dedent(block) for _, block in found]


@pytest.mark.parametrize(
    "page", [p for p in PAGES if code_blocks(p)], ids=lambda page: page.stem
)
def test_code_blocks_run(page):
    namespace = {}
    for block in code_blocks(page):
        exec(compile(block, page.name, "exec"), namespace)


def test_table_and_quality_are_those_of_the_demo():
    mpl.use("agg")
    cells = re.split(r"^# %%$", DEMO, flags=re.MULTILINE)
    setup, table, quality = cells[1], cells[2], cells[5]
    namespace = {"BLUE": "b", "ORANGE": "r"}
    for cell in (setup, table, quality):
        exec(compile(cell, "demo", "exec"), namespace)

    rows = re.findall(r"^\| ([\w -]+) \| (0\.\d+) \| [\d.]+ \|$", README, re.MULTILINE)
    shown = {name: float(accuracy) for name, accuracy in rows}
    # Matrix products differ in the last bits from one processor to the next.
    assert namespace["table"]["accuracy"].to_dict() == pytest.approx(shown, abs=0.015)

    wrong, found = re.search(r"(\d+) % are\s+wrong, and (\d+) %", README).groups()
    flagged, is_wrong = namespace["flagged"], namespace["is_wrong"]
    assert is_wrong[flagged].mean() == pytest.approx(int(wrong) / 100, abs=0.02)
    assert flagged[is_wrong].mean() == pytest.approx(int(found) / 100, abs=0.02)
