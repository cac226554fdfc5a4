"""Load a shipped table: one record describes it, one reader serves them all."""

import csv
import gzip
from dataclasses import dataclass
from importlib import resources
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.utils import Bunch

from .._checks import checked, flag
from .._sklearn import check_pandas_support

_FOLDER = resources.files("skreg.datasets") / "data"
_MISSING = "?"


@dataclass(frozen=True)
class _Table:
    """Where a table is and which of its columns hold words instead of numbers."""

    name: str
    target: str
    categories: frozenset[str] = frozenset()
    is_classification: bool = True


_ABALONE = _Table("abalone", "Rings", frozenset({"Sex"}), is_classification=False)
_LETTER = _Table("letter", "class")
_ADULT = _Table(
    "adult",
    "income",
    frozenset(
        {
            "workclass",
            "education",
            "marital-status",
            "occupation",
            "relationship",
            "race",
            "gender",
            "native-country",
        }
    ),
)


@checked(return_X_y=flag, as_frame=flag)
def load_letter(
    *, return_X_y: bool = False, as_frame: bool = False
) -> Bunch | tuple[Any, Any]:
    """Load the Letter Recognition table (classification, 26 classes).

    =================   ====================
    Classes                               26
    Samples total                     20,000
    Features                              16
    Feature values       0 to 15, no missing
    =================   ====================

    Parameters
    ----------
    return_X_y : bool, default=False
        Whether to return ``(data, target)`` instead of a Bunch.
    as_frame : bool, default=False
        Whether data and target are pandas objects. Needs pandas.

    Returns
    -------
    data : :class:`~sklearn.utils.Bunch`
        Dictionary-like, with the attributes

        data : ndarray or DataFrame of shape (20000, 16)
            The features.
        target : ndarray or Series of shape (20000,)
            The letters, as strings.
        frame : DataFrame of shape (20000, 17) or None
            Features and target together, if ``as_frame=True``.
        feature_names : list of str
            The names of the columns of ``data``.
        target_names : list of str
            The letters, sorted.
        DESCR : str
            Description, source and licence.
    (data, target) : tuple if ``return_X_y=True``
        The two of them alone.

    Examples
    --------
    >>> from skreg.datasets import load_letter
    >>> X, y = load_letter(return_X_y=True)
    >>> X.shape
    (20000, 16)
    >>> print(*y[:5])
    Z P S H H
    """
    return _load(_LETTER, return_X_y=return_X_y, as_frame=as_frame)


@checked(return_X_y=flag, as_frame=flag)
def load_adult(
    *, return_X_y: bool = False, as_frame: bool = False
) -> Bunch | tuple[Any, Any]:
    """Load the Adult table (classification, 2 classes, mixed columns).

    =================   ==================================
    Classes                       2 (37,155 and 11,687)
    Samples total                                48,842
    Features                  6 numbers, 8 categories
    Missing values      6,465, in 3 of the categories
    =================   ==================================

    Parameters
    ----------
    return_X_y : bool, default=False
        Whether to return ``(data, target)`` instead of a Bunch.
    as_frame : bool, default=False
        Whether data and target are pandas objects. Needs pandas.

    Returns
    -------
    data : :class:`~sklearn.utils.Bunch`
        Dictionary-like, with the attributes

        data : ndarray or DataFrame of shape (48842, 14)
            The features. The array is of dtype object, with None for a missing value;
            the frame has columns of dtype category, with NaN.
        target : ndarray or Series of shape (48842,)
            The strings ``<=50K`` and ``>50K``.
        frame : DataFrame of shape (48842, 15) or None
            Features and target together, if ``as_frame=True``.
        feature_names : list of str
            The names of the columns of ``data``.
        target_names : list of str
            The two classes, sorted.
        DESCR : str
            Description, source and licence.
    (data, target) : tuple if ``return_X_y=True``
        The two of them alone.

    Examples
    --------
    >>> from skreg.datasets import load_adult
    >>> X, y = load_adult(return_X_y=True, as_frame=True)
    >>> X.select_dtypes("category").shape
    (48842, 8)
    >>> round((y == ">50K").mean(), 3)
    np.float64(0.239)
    """
    return _load(_ADULT, return_X_y=return_X_y, as_frame=as_frame)


@checked(return_X_y=flag, as_frame=flag)
def load_abalone(
    *, return_X_y: bool = False, as_frame: bool = False
) -> Bunch | tuple[Any, Any]:
    """Load the Abalone table (regression, skewed target).

    =================   ====================
    Targets                          1 to 29
    Samples total                      4,177
    Features            7 numbers, 1 category
    Missing values                      none
    =================   ====================

    Parameters
    ----------
    return_X_y : bool, default=False
        Whether to return ``(data, target)`` instead of a Bunch.
    as_frame : bool, default=False
        Whether data and target are pandas objects. Needs pandas.

    Returns
    -------
    data : :class:`~sklearn.utils.Bunch`
        Dictionary-like, with the attributes

        data : ndarray or DataFrame of shape (4177, 8)
            The features. The array is of dtype object; in the frame ``Sex`` is of
            dtype category.
        target : ndarray or Series of shape (4177,)
            The number of rings.
        frame : DataFrame of shape (4177, 9) or None
            Features and target together, if ``as_frame=True``.
        feature_names : list of str
            The names of the columns of ``data``.
        target_names : list of str
            The name of the target.
        DESCR : str
            Description, source and licence.
    (data, target) : tuple if ``return_X_y=True``
        The two of them alone.

    Examples
    --------
    >>> from skreg.datasets import load_abalone
    >>> abalone = load_abalone(as_frame=True)
    >>> abalone.data.shape
    (4177, 8)
    >>> abalone.target.max()
    np.float64(29.0)
    """
    return _load(_ABALONE, return_X_y=return_X_y, as_frame=as_frame)


def _load(
    table: _Table, *, return_X_y: bool, as_frame: bool
) -> Bunch | tuple[Any, Any]:
    columns = _read_columns(table)
    y: Any = columns.pop(table.target)
    classes = np.unique(y).tolist() if table.is_classification else [table.target]
    if as_frame:
        pd = check_pandas_support(f"load_{table.name} with as_frame=True")
        frame = pd.DataFrame({**columns, table.target: y})
        frame = frame.astype(dict.fromkeys(table.categories, "category"))
        X, y = frame.drop(columns=table.target), frame[table.target]
    else:
        frame, X = None, np.column_stack(list(columns.values()))
    if return_X_y:
        return X, y
    return Bunch(
        data=X,
        target=y,
        frame=frame,
        feature_names=list(columns),
        target_names=classes,
        DESCR=(_FOLDER / f"{table.name}.md").read_text(encoding="utf-8"),
    )


def _read_columns(table: _Table) -> dict[str, NDArray[Any]]:
    """Read the CSV file into one array a column, named and in the file's order."""
    with (
        (_FOLDER / f"{table.name}.csv.gz").open("rb") as packed,
        gzip.open(packed, "rt", encoding="utf-8", newline="") as file,
    ):
        header, *rows = csv.reader(file)
    columns = zip(*rows, strict=True)
    return {
        name: _parse(table, name, words)
        for name, words in zip(header, columns, strict=True)
    }


def _parse(table: _Table, name: str, words: tuple[str, ...]) -> NDArray[Any]:
    if name in table.categories:
        return np.array([None if w == _MISSING else w for w in words], dtype=object)
    if name == table.target and table.is_classification:
        return np.array(words)
    return np.array(words, dtype=np.float64)
