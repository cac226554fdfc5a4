"""Indices of pandas, and empty series and frames, as arrays and names."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import numpy as np

from .._sklearn import check_pandas_support

_NO_TIME = timedelta(0)
_TIMES = {"DatetimeIndex": "M8", "TimedeltaIndex": "m8"}


def is_of_pandas(value: Any) -> bool:
    """Whether pandas made a value."""
    return type(value).__module__.partition(".")[0] == "pandas"


def is_pandas(value: Any) -> bool:
    """Whether a value can be written down here without a loss."""
    if not is_of_pandas(value):
        return False
    if type(value).__name__ in ("Series", "DataFrame"):
        return len(value) == 0
    return _is_plain_index(value)


def pack_pandas(value: Any) -> dict[str, Any]:
    """Return what a value is made of."""
    kind = type(value).__name__
    if kind == "MultiIndex":
        names, codes = list(value.names), [np.asarray(c) for c in value.codes]
        return {"kind": kind, "names": names, "codes": codes, "levels": [*value.levels]}
    if kind == "Series":
        return {"kind": kind, "name": value.name}
    if kind == "DataFrame":
        return {"kind": kind, "columns": value.columns}
    return {"kind": kind, "name": value.name, **_content(value)}


def unpack_pandas(content: Mapping[str, Any]) -> Any:
    """Return the pandas object that was packed."""
    pd = check_pandas_support("A forecaster that was fitted to pandas objects")
    kind = content["kind"]
    if kind == "Series":
        return pd.Series([], name=content["name"], dtype=np.float64)
    if kind == "DataFrame":
        return pd.DataFrame([], columns=content["columns"], dtype=np.float64)
    return _index(pd, content)


def _is_plain_index(value: Any) -> bool:
    """Whether an index comes back as it is: some have frequencies without a name."""
    if type(value).__name__ not in (*_TIMES, "PeriodIndex", "RangeIndex", "Index"):
        return type(value).__name__ == "MultiIndex" and all(
            map(_is_plain_index, value.levels)
        )
    pd = check_pandas_support("This")
    try:
        twin = _index(
            pd, {"kind": type(value).__name__, "name": None} | _content(value)
        )
    except (ValueError, TypeError, KeyError):
        return False
    freq = getattr(value, "freq", None)
    same_type = str(twin.dtype) == str(value.dtype)
    return bool(
        same_type and twin.equals(value) and getattr(twin, "freq", None) == freq
    )


def _content(index: Any) -> dict[str, Any]:
    kind = type(index).__name__
    if kind == "RangeIndex":
        return {"start": index.start, "stop": index.stop, "step": index.step}
    if kind == "Index":
        return {"values": np.asarray(index), "dtype": str(index.dtype)}
    if kind == "PeriodIndex":
        return {"values": index.asi8, "freq": index.freqstr}
    content = {"values": index.asi8, "unit": index.unit, "freq": _parts(index.freq)}
    if getattr(index, "tz", None) is not None:
        content["tz"] = str(index.tz)
    return content


def _parts(freq: Any) -> dict[str, Any] | None:
    """Return what a frequency is made of; not all have a name."""
    if freq is None:
        return None
    # A calendar is what follows from the holidays.
    kwds = {k: v for k, v in freq.kwds.items() if k != "calendar" and v != _NO_TIME}
    options = {"n": freq.n, "normalize": freq.normalize, **kwds}
    return {"kind": type(freq).__name__, "options": options}


def _frequency(pd: Any, parts: Mapping[str, Any] | None) -> Any:
    if parts is None:
        return None
    made = getattr(pd.offsets, parts["kind"])
    if not issubclass(made, pd.offsets.BaseOffset):
        raise ValueError(f"{parts['kind']!r} is no frequency.")
    return made(**parts["options"])


def _index(pd: Any, content: Mapping[str, Any]) -> Any:
    if content["kind"] == "MultiIndex":
        return pd.MultiIndex(**{k: content[k] for k in ("levels", "codes", "names")})
    kind, name = content["kind"], content["name"]
    if kind == "RangeIndex":
        steps = content["start"], content["stop"], content["step"]
        return pd.RangeIndex(*steps, name=name)
    values = content["values"]
    if kind == "Index":
        return pd.Index(values, dtype=content["dtype"], name=name)
    if kind == "PeriodIndex":
        return pd.PeriodIndex.from_ordinals(values, freq=content["freq"], name=name)
    freq = _frequency(pd, content["freq"])
    times = np.asarray(values).view(f"{_TIMES[kind]}[{content['unit']}]")
    if kind == "TimedeltaIndex":
        return pd.TimedeltaIndex(times, freq=freq, name=name)
    index = pd.DatetimeIndex(times, name=name)
    if "tz" in content:
        index = index.tz_localize("UTC").tz_convert(content["tz"])
    return pd.DatetimeIndex(index, freq=freq, name=name)
