"""What README and guide show is executed, and the figures are the demo's."""

import re
import textwrap
from pathlib import Path

import matplotlib as mpl
import pytest

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()
DEMO = (ROOT / "examples" / "plot_noisy_labels.py").read_text()


PAGES = sorted((ROOT / "docs").rglob("*.md"))
# A printed number, not one within the name of a model or of a file.
NUMBER = r"(?<![\w.=(])-?\d+\.\d+(?![\w.)])"


def code_blocks(page):
    """Return the Python of a page, from lists and definitions too."""
    fenced = r"^( *)```python\n(.*?)^\1```"
    found = re.findall(fenced, page.read_text(), flags=re.DOTALL | re.MULTILINE)
    return [textwrap.dedent(block) for _, block in found]


def printed_numbers(page, capsys):
    """Execute a page; yield each block and the numbers that it prints."""
    mpl.use("agg")
    namespace = {}
    for block in code_blocks(page):
        exec(compile(block, page.name, "exec"), namespace)
        out = capsys.readouterr().out
        yield block, [float(number) for number in re.findall(NUMBER, out)]


@pytest.mark.parametrize(
    "page", [p for p in PAGES if code_blocks(p)], ids=lambda page: page.stem
)
def test_code_blocks_print_what_their_comments_say(page, capsys):
    """As in ``print(score)  # about 0.93``; other blocks only have to run."""
    for block, printed in printed_numbers(page, capsys):
        said = " ".join(re.findall(r"# about (.+)$", block, flags=re.MULTILINE))
        if said:
            expected = [float(number) for number in re.findall(NUMBER, said)]
            # Long fits differ from one processor to the next.
            assert printed == pytest.approx(expected, abs=0.05), block


def test_readme_examples_show_their_gains(capsys):
    blocks = printed_numbers(ROOT / "README.md", capsys)
    wrong, mixed, regularizers, rare, series = (printed for _, printed in blocks)
    forest, plain, elr, precision, recall = wrong
    assert forest < plain < elr - 0.03
    assert precision > 0.85
    assert recall > 0.8
    trees, net = mixed
    assert trees < net - 0.005
    both, none = regularizers
    assert none < both - 0.1
    errors = [number for number in rare if number != 0.5]  # a balance
    even, mean = errors[::2], errors[1::2]
    assert even == sorted(even, reverse=True)
    assert mean == sorted(mean)
    assert even[-1] < 0.8 * even[0]
    assert series[0] > series[1] - 0.01


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
