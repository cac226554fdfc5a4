"""Tables on the screen, ready to be pasted into a Markdown file."""

from collections.abc import Sequence


class Table:
    """Prints a heading, then every row as soon as it is known.

    Parameters
    ----------
    title : str
        What the figures are.
    columns : sequence of str
        Their names.
    """

    def __init__(self, title: str, columns: Sequence[str]) -> None:
        self.widths = [max(len(name), 5) for name in columns]
        print(f"\n{title}\n")
        self.row(*columns)
        self.row(*("-" * width for width in self.widths))

    def row(self, *cells: object) -> None:
        """Print one row; floats get two decimals."""
        texts = (f"{c:.2f}" if isinstance(c, float) else str(c) for c in cells)
        padded = (t.rjust(w) for t, w in zip(texts, self.widths, strict=True))
        print("|", " | ".join(padded), "|", flush=True)
