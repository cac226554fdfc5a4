"""Load a shipped series: one record describes it, one reader serves them all."""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.utils import Bunch

from .._checks import checked, flag
from .._sklearn import check_pandas_support
from ._tables import _FOLDER


@dataclass(frozen=True)
class _Series:
    """Where a series is, when it starts and how far its values are apart."""

    name: str
    loader: str
    start: str
    frequency: str


_SUNSPOTS = _Series("sunspots_monthly", "load_sunspots", "1749-01-01", "MS")
_NEWARK = _Series(
    "newark_temperature_hourly", "load_newark_temperature", "2013-01-01 01:00", "h"
)


@checked(return_y=flag, as_frame=flag)
def load_sunspots(*, return_y: bool = False, as_frame: bool = False) -> Any:
    """Load the monthly sunspot numbers (one series, a cycle of about 11 years).

    =================   ===========================
    Values                                    2,820
    From, to            January 1749, December 1983
    Range                                0 to 253.8
    Missing values                             none
    =================   ===========================

    Parameters
    ----------
    return_y : bool, default=False
        Whether to return the series alone instead of a Bunch.
    as_frame : bool, default=False
        Whether the series is a pandas Series with its months. Needs pandas.

    Returns
    -------
    data : :class:`~sklearn.utils.Bunch`
        Dictionary-like, with the attributes

        target : ndarray or Series of shape (2820,)
            The series, oldest value first.
        DESCR : str
            Description, source and licence.
    y : ndarray or Series if ``return_y=True``
        The series alone.

    Examples
    --------
    >>> from skreg.datasets import load_sunspots
    >>> load_sunspots(return_y=True)[:3]
    array([58. , 62.6, 70. ])
    """
    return _load(_SUNSPOTS, return_y=return_y, as_frame=as_frame)


@checked(return_y=flag, as_frame=flag)
def load_newark_temperature(*, return_y: bool = False, as_frame: bool = False) -> Any:
    """Load the hourly temperatures at Newark airport in 2013 (one series).

    =================   ==========================
    Values                                   8,730
    From, to            1 January, 30 December 2013
    Unit                        degrees Fahrenheit
    Missing values         none (gaps interpolated)
    =================   ==========================

    Parameters
    ----------
    return_y : bool, default=False
        Whether to return the series alone instead of a Bunch.
    as_frame : bool, default=False
        Whether the series is a pandas Series with its hours. Needs pandas.

    Returns
    -------
    data : :class:`~sklearn.utils.Bunch`
        Dictionary-like, with the attributes

        target : ndarray or Series of shape (8730,)
            The series, oldest value first.
        DESCR : str
            Description, source and licence.
    y : ndarray or Series if ``return_y=True``
        The series alone.

    Examples
    --------
    >>> from skreg.datasets import load_newark_temperature
    >>> load_newark_temperature().target[:4]
    array([39.02, 39.02, 39.02, 39.92])
    """
    return _load(_NEWARK, return_y=return_y, as_frame=as_frame)


def _load(series: _Series, *, return_y: bool, as_frame: bool) -> Any:
    with (
        (_FOLDER / f"{series.name}.csv.gz").open("rb") as packed,
        gzip.open(packed, "rt", encoding="utf-8") as file,
    ):
        header = file.readline().strip()
        y: Any = np.array([float(line) for line in file])
    if as_frame:
        pd = check_pandas_support(f"{series.loader} with as_frame=True")
        times = pd.date_range(series.start, periods=len(y), freq=series.frequency)
        y = pd.Series(y, index=times, name=header)
    if return_y:
        return y
    text = (_FOLDER / f"{series.name}.md").read_text(encoding="utf-8")
    return Bunch(target=y, DESCR=text)
