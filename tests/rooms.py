"""The rooms of skreg: who imports whom, in levels, and a picture of it.

``python tests/rooms.py`` draws the picture of ``docs/development/architecture.md``.
"""

import ast
import textwrap
from collections import defaultdict
from collections.abc import Iterator
from functools import cache, partial
from html import escape
from itertools import pairwise, product
from math import fsum
from pathlib import Path
from random import Random

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "skreg"
PICTURE = ROOT / "docs" / "development" / "images" / "rooms.svg"
FILES = sorted(PACKAGE.rglob("*.py"))
# From the ground up; a package may import from its own level and below.
LEVELS = [
    {"_sklearn", "_types", "_checks"},
    {"_fitted_state"},
    {"_parameters", "modules", "preprocessing", "datasets", "autoregression"},
    {"metrics", "inspection", "model_selection"},
    {"regularizers"},
    {"_training"},
    {"targets"},
    {"_estimator"},
    {"classification", "regression"},
    {"forecasting", "pretraining"},
    {"persistence", "sktime"},
    {"__init__"},
]

# -- Imports ---------------------------------------------------------------------------


def room(path: Path) -> str:
    """Return the part of skreg that a file belongs to."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def level(name: str) -> int:
    return next(i for i, rooms in enumerate(LEVELS) if name in rooms)


def imported_rooms(path: Path, tree: ast.Module) -> set[str]:
    """Return the parts of skreg that a file imports."""
    found = set()
    for node in ast.walk(tree):
        if not isinstance(node, ast.ImportFrom):
            continue
        parts = (node.module or "").split(".")
        if node.level:
            here = ["skreg", *path.relative_to(PACKAGE).parts]
            parts = [*here[: -node.level], *filter(None, parts)]
        if parts[0] == "skreg":
            names = parts[1:2] or [alias.name for alias in node.names]
            found.update(names)
    return {name for name in found if any(name in rooms for rooms in LEVELS)}


@cache
def imports() -> dict[str, set[str]]:
    """Return what every room imports."""
    found: dict[str, set[str]] = {room(path): set() for path in FILES}
    for path in FILES:
        found[room(path)] |= imported_rooms(path, ast.parse(path.read_text()))
    return {name: others - {name} for name, others in found.items()}


def reached(start: set[str]) -> set[str]:
    """Return the rooms that some rooms import, directly or through others."""
    found: set[str] = set()
    waiting = sorted(start)
    while waiting:
        name = waiting.pop()
        new = imports()[name] - found
        found |= new
        waiting += sorted(new)
    return found


@cache
def arrows() -> list[tuple[str, str]]:
    """Return the imports that do not follow from others: a -> b -> c covers a -> c."""
    return [
        (name, other)
        for name, others in sorted(imports().items())
        for other in sorted(others - reached(others))
    ]


def caption(name: str) -> str:
    """Return the first line of what a room says of itself, without markup."""
    path = PACKAGE if name == "__init__" else PACKAGE / name
    path = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    text = ast.get_docstring(ast.parse(path.read_text())) or ""
    first = text.split("\n")[0].split(". Needs")[0].replace("`", "").rstrip(".")
    own = first.lower().startswith(("skreg: ", f"{name.strip('_')}: "))
    return first.split(": ", 1)[1].capitalize() if own else first


# -- Layout: rows of boxes, and of points where arrows pass between them ---------------

WIDTH, MARGIN, GAP, LINE = 1000, 12, 22, 18
# Orders from which a good one is looked for, besides the alphabet.
N_STARTS = 24
# An arrow passes a row at a point (arrow, row); a box is the name of a room.
Node = str | tuple[tuple[str, str], int]


@cache
def chains() -> list[list[Node]]:
    """Return for every arrow down the stairs the nodes that it visits."""
    found: list[list[Node]] = []
    for upper, lower in arrows():
        passed = range(level(upper) - 1, level(lower), -1)
        if level(upper) > level(lower):
            found.append([upper, *(((upper, lower), row) for row in passed), lower])
    return found


def row_of(node: Node) -> int:
    """Return the row of a box, or of a point that an arrow passes."""
    return level(node) if isinstance(node, str) else node[1]


def neighbours() -> dict[Node, list[Node]]:
    found: dict[Node, list[Node]] = defaultdict(list)
    for chain in chains():
        for one, other in pairwise(chain):
            found[one].append(other)
            found[other].append(one)
    return found


def box_width(row: list[Node]) -> float:
    boxes = sum(isinstance(node, str) for node in row)
    free = WIDTH - 2 * MARGIN - GAP * (len(row) - 1)
    return min(270.0, free / boxes)


def spaced(row: list[Node], wish: dict[Node, float]) -> dict[Node, float]:
    """Return places close to those that are wished for, in this order, apart."""
    half = [box_width(row) / 2 if isinstance(n, str) else 0.0 for n in row]
    offset = [0.0]
    for left, right in pairwise(half):
        offset.append(offset[-1] + left + right + GAP)
    # Neighbours that want to pass each other share a place: isotonic regression, in
    # which boxes give way to arrows.
    blocks: list[list[list[float]]] = []
    for node, shift in zip(row, offset, strict=True):
        times = 1 if isinstance(node, str) else 6
        blocks.append([[wish[node] - shift] * times])
        while len(blocks) > 1 and _middle(blocks[-2]) > _middle(blocks[-1]):
            last = blocks.pop()
            blocks[-1] += last
    flat = [_middle(block) for block in blocks for _ in block]
    low, high = MARGIN + half[0], WIDTH - MARGIN - half[-1] - offset[-1]
    return {
        node: shift + min(max(place, low), high)
        for node, shift, place in zip(row, offset, flat, strict=True)
    }


def _mean(values: list[float]) -> float:
    return fsum(values) / len(values)


def _middle(block: list[list[float]]) -> float:
    return _mean([value for values in block for value in values])


def cost(rows: list[list[Node]]) -> float:
    """Return how much arrows cross, and how far apart siblings that import are."""
    place = {node: i for row in rows for i, node in enumerate(row)}
    lines: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for chain in chains():
        for pair in pairwise(chain):
            lines[row_of(pair[0])].append((place[pair[0]], place[pair[1]]))
    crossings = sum(
        (a[0] - b[0]) * (a[1] - b[1]) < 0
        for pairs in lines.values()
        for i, a in enumerate(pairs)
        for b in pairs[:i]
    )
    apart = sum(abs(place[a] - place[b]) - 1 for a, b in arrows() if _are_level(a, b))
    return crossings + 4.0 * apart + lean(even(rows))


def lean(x: dict[Node, float]) -> float:
    """Return how far arrows go sideways, in widths of the picture."""
    steps = [pair for chain in chains() for pair in pairwise(chain)]
    return fsum(abs(x[one] - x[other]) for one, other in steps) / WIDTH


def even(rows: list[list[Node]]) -> dict[Node, float]:
    """Return places at equal distances."""
    return {
        node: WIDTH * (i + 1) / (len(row) + 1)
        for row in rows
        for i, node in enumerate(row)
    }


def _are_level(one: str, other: str) -> bool:
    return level(one) == level(other)


def starts() -> Iterator[list[list[Node]]]:
    """Yield rows in the order of the alphabet, and shuffled."""
    rows: list[list[Node]] = [sorted(rooms) for rooms in LEVELS]
    for chain in chains():
        for node in chain[1:-1]:
            rows[row_of(node)].append(node)
    yield rows
    shuffle = Random(0).shuffle
    for _ in range(N_STARTS):
        other = [list(row) for row in rows]
        for row in other:
            shuffle(row)
        yield other


def improved(rows: list[list[Node]]) -> list[list[Node]]:
    """Return the rows from the ground up, moved about until nothing is better."""
    best, is_better = cost(rows), True
    while is_better:
        is_better = False
        for row in rows:
            for i, j in product(range(len(row)), repeat=2):
                before = list(row)
                row.insert(j, row.pop(i))
                if cost(rows) < best - 1e-9:
                    best, is_better = cost(rows), True
                else:
                    row[:] = before
    return rows


def placed(rows: list[list[Node]]) -> dict[Node, float]:
    """Return where along the rows every node is."""
    x, links = even(rows), neighbours()
    for _ in range(60):
        for row in [*rows, *reversed(rows)]:
            wish = {
                n: _mean([x[m] for m in links[n] for _ in range(_pull(n, m))] or [x[n]])
                for n in row
            }
            x |= spaced(row, wish)
    return x


def layout() -> tuple[list[list[Node]], dict[Node, float]]:
    """Return the best rows that are found, and where along them every node is."""
    found = [(rows, placed(rows)) for rows in map(improved, starts())]
    return min(found, key=lambda pair: cost(pair[0]) + 3 * lean(pair[1]))


def _pull(one: Node, other: Node) -> int:
    """Return how much a link wants to be straight, most between two rows it passes."""
    return 1 + 4 * (not isinstance(one, str)) * (not isinstance(other, str))


# -- Drawing ---------------------------------------------------------------------------

# Alone, the picture follows the reader's system; inside a page, the page's theme.
STYLE = """
svg.rooms { --ink: #1f2937; --soft: #5b6472; --line: #9aa5b4; --box: #ffffff;
  --edge: #c3cad4; --public: #eaf2fd; --strong: #2f6fc4; max-width: 100%;
  height: auto; font-family: system-ui, "Segoe UI", "Helvetica Neue", sans-serif; }
@media (prefers-color-scheme: dark) { svg.rooms:root { --ink: #e6eaf0;
  --soft: #a9b3c1; --line: #66717f; --box: #1d232b; --edge: #4a5462;
  --public: #1b2c44; --strong: #6ea8f0; background: #12161b; } }
html[data-theme="dark"] svg.rooms { --ink: #e6eaf0; --soft: #a9b3c1;
  --line: #66717f; --box: #1d232b; --edge: #4a5462; --public: #1b2c44;
  --strong: #6ea8f0; }
.rooms rect { fill: var(--box); stroke: var(--edge); stroke-width: 1.2; }
.rooms .public rect { fill: var(--public); stroke: var(--strong); }
.rooms .name { font: 600 16px ui-monospace, "DejaVu Sans Mono", monospace;
  fill: var(--ink); }
.rooms .text { font-size: 13px; fill: var(--soft); }
.rooms path.arrow { fill: none; stroke: var(--line); stroke-width: 1.5; }
.rooms path.arrow:hover { stroke: var(--strong); stroke-width: 2.5; }
.rooms .head { fill: var(--line); }
"""


def lines_of(name: str, width: float) -> list[str]:
    """Return a caption in as few lines as it takes, of about one length."""
    most = int((width - 12) / 7.3)
    wrapped = partial(textwrap.wrap, caption(name), break_on_hyphens=False)
    rows = wrapped(most)
    even = (wrapped(n) for n in range(most // 2, most))
    return next((r for r in even if len(r) == len(rows)), rows)


def box(name: str, x: float, y: float, width: float, height: float) -> str:
    """Return a room: its name, and what it says of itself."""
    kind = "private" if name.startswith("_") and name != "__init__" else "public"
    title = "skreg" if name == "__init__" else name
    rows = [
        f'<text class="text" x="{x:.1f}" y="{y + 43 + LINE * i:.1f}">{escape(line)}'
        "</text>"
        for i, line in enumerate(lines_of(name, width))
    ]
    return "\n".join(
        [
            f'<g class="{kind}" text-anchor="middle">',
            f'<rect x="{x - width / 2:.1f}" y="{y:.1f}" width="{width:.1f}" '
            f'height="{height:.1f}" rx="7"/>',
            f'<text class="name" x="{x:.1f}" y="{y + 23:.1f}">{title}</text>',
            *rows,
            "</g>",
        ]
    )


def port(
    node: str, other: Node, x: dict[Node, float], peers: list[Node], width: float
) -> float:
    """Return where on the edge of a box an arrow begins or ends."""
    ranked = sorted(peers, key=lambda peer: (x[peer], str(peer)))
    step = min(26.0, 0.8 * width / len(ranked))
    return x[node] + step * (ranked.index(other) - (len(ranked) - 1) / 2)


def curve(points: list[tuple[float, float]]) -> str:
    """Return a path that leaves and reaches all points straight down."""
    (x, y), *others = points
    path = [f"M{x:.1f} {y:.1f}"]
    for to_x, to_y in others:
        middle = (y + to_y) / 2
        path.append(
            f"C{x:.1f} {middle:.1f} {to_x:.1f} {middle:.1f} {to_x:.1f} {to_y:.1f}"
        )
        x, y = to_x, to_y
    return " ".join(path)


def picture() -> str:
    """Return the rooms and their imports as SVG."""
    rows, x = layout()
    widths = [box_width(row) for row in rows]
    steps = [pair for chain in chains() for pair in pairwise(chain)]
    heights = [
        37.0 + LINE * max(len(lines_of(n, w)) for n in row if isinstance(n, str))
        for row, w in zip(rows, widths, strict=True)
    ]
    tops, bottom = [0.0] * len(rows), 8.0
    for i in reversed(range(len(rows))):
        lean = max(
            (abs(x[n] - x[m]) for n, m in steps if row_of(m) == i - 1), default=0
        )
        tops[i], bottom = bottom, bottom + heights[i] + 30 + 0.05 * lean
    height = tops[0] + heights[0] + 10

    def end(node: str, other: Node, *, below: bool) -> tuple[float, float]:
        i, link = level(node), [c for c in chains() if node in (c[0], c[-1])]
        peers = [c[1] for c in link if c[0] == node] if below else []
        peers = peers or [c[-2] for c in link if c[-1] == node]
        y = tops[i] + heights[i] if below else tops[i] - 2
        return port(node, other, x, peers, widths[i]), y

    drawn = []
    for chain in chains():
        first, last = str(chain[0]), str(chain[-1])
        points = [end(first, chain[1], below=True)]
        for node in chain[1:-1]:
            top = tops[row_of(node)]
            points += [(x[node], top), (x[node], top + heights[row_of(node)])]
        points.append(end(last, chain[-2], below=False))
        drawn.append(arrow(first, last, curve(points)))
    for one, other in arrows():
        if _are_level(one, other):
            i = level(one)
            sign = 1 if x[other] > x[one] else -1
            start, stop = (
                x[n] + s * sign * widths[i] / 2 for n, s in ((one, 1), (other, -1))
            )
            y = tops[i] + heights[i] / 2
            drawn.append(
                arrow(one, other, f"M{start:.1f} {y:.1f} H{stop - 2 * sign:.1f}")
            )
    boxes = [
        box(node, x[node], tops[i], widths[i], heights[i])
        for i in reversed(range(len(rows)))
        for node in rows[i]
        if isinstance(node, str)
    ]
    return "\n".join(
        [
            '<svg class="rooms" xmlns="http://www.w3.org/2000/svg" role="img" '
            f'width="{WIDTH}" height="{height:.0f}" '
            f'viewBox="0 0 {WIDTH} {height:.0f}">',
            "<title>The rooms of skreg and their imports, which only go down</title>",
            f"<style>{STYLE}</style>",
            '<defs><marker id="rooms-head" viewBox="0 0 8 8" refX="7" refY="4" '
            'markerWidth="7" markerHeight="7" orient="auto" '
            'markerUnits="userSpaceOnUse">'
            '<path class="head" d="M0 0L8 4L0 8z"/></marker></defs>',
            *drawn,
            *boxes,
            "</svg>\n",
        ]
    )


def arrow(upper: str, lower: str, path: str) -> str:
    title = f"{upper} imports {lower}".replace("__init__", "skreg")
    return (
        f'<path class="arrow" marker-end="url(#rooms-head)" d="{path}"><title>{title}'
        "</title></path>"
    )


if __name__ == "__main__":
    PICTURE.parent.mkdir(parents=True, exist_ok=True)
    PICTURE.write_text(picture())
    print(PICTURE)
