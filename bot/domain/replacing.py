"""`dataclasses.replace`, several times as fast: every fact is laid on a visit by it, and a visit has some sixty fields.

What makes it faster is that all fields are read at once and handed over by position, instead of one by one by name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from operator import attrgetter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dataclasses import replace
else:
    from dataclasses import fields

    def replace(value: Any, /, **changes: Any) -> Any:  # noqa: ANN401 - a dataclass, as there
        """Return a copy of a dataclass with these fields changed. Raises TypeError for a field it has not got."""
        read, places = _fields(type(value))
        every = list(read(value))
        try:
            for name, new in changes.items():
                every[places[name]] = new
        except KeyError as unknown:
            raise TypeError(f"no field {unknown}") from None
        return type(value)(*every)

    @cache
    def _fields(kind: type) -> tuple[Callable[[Any], tuple[Any, ...]], Mapping[str, int]]:
        names = [field.name for field in fields(kind)]
        return attrgetter(*names), {name: place for place, name in enumerate(names)}


__all__ = ["replace"]
