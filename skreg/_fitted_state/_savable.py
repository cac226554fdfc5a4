"""The base of what saves itself in plain form."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from ._forms import from_plain, to_plain


class Savable:
    """Its state is made of arrays, numbers and text, whoever asks for it.

    Pickles, deep copies and files of skops hold the same. Tensors come back on the
    host, wherever they were.
    """

    speaks_plain: ClassVar[bool] = True

    def __getstate__(self) -> Any:
        return to_plain(super().__getstate__())

    def __setstate__(self, state: Any) -> None:
        self.__dict__.update(from_plain(state))

    def __copy__(self) -> Self:
        twin = type(self).__new__(type(self))
        twin.__dict__.update(self.__dict__)
        return twin
