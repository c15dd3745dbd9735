"""Frozen dataclasses that are made several times as fast: a visit has sixty fields, and each fact and each message makes one.

What `dataclass` writes for a frozen class sets each field by a call past the class's own refusal. Here an instance is, while
it is being made, of a twin that refuses nothing, so that its fields are set as those of any object. Nobody sees it before it
is of its own class, and from then on it is as frozen as any.
"""

from __future__ import annotations

from dataclasses import MISSING, Field, fields
from typing import Any, TypeVar

T = TypeVar("T")

_TO_COME = object()
"""Stands for a default that is made anew each time."""


def quick(kind: type[T]) -> type[T]:
    """Have the instances of a class made, and written out, quickly; nothing else about it changes.

    Args:
        kind: a dataclass, frozen and with slots, that derives from no other class; all its fields are handed to its making.

    Raises:
        TypeError: at once, for another class; and whenever one of a class derived from it is made.
    """
    every: tuple[Field[Any], ...] = fields(kind)  # type: ignore[arg-type]
    slots = vars(kind).get("__slots__")
    if kind.__bases__ != (object,) or not slots or any(not f.init or f.kw_only for f in every):
        raise TypeError(f"{kind.__name__} cannot be made quickly")
    names: dict[str, Any] = {
        "_twin": type(kind.__name__, (), {"__slots__": slots}),
        "_kind": kind,
        "_become": vars(object)["__class__"].__set__,
        "_to_come": _TO_COME,
    }
    given, lines = ["self"], ["_become(self, _twin)"]
    for each in every:
        name = each.name
        if each.default_factory is not MISSING:
            names[f"_new_{name}"] = each.default_factory
            given.append(f"{name}=_to_come")
            lines.append(f"self.{name} = _new_{name}() if {name} is _to_come else {name}")
        else:
            if each.default is not MISSING:
                names[f"_default_{name}"] = each.default
            given.append(name if each.default is MISSING else f"{name}=_default_{name}")
            lines.append(f"self.{name} = {name}")
    lines.append("self.__class__ = _kind")
    if hasattr(kind, "__post_init__"):
        lines.append("self.__post_init__()")
    written = f"def __init__({', '.join(given)}):\n " + "\n ".join(lines)
    exec(written, names)  # noqa: S102 - of the names of our own fields, as `dataclass` itself does
    made = names["__init__"]
    made.__qualname__ = f"{kind.__qualname__}.__init__"
    made.__annotations__ = kind.__init__.__annotations__
    kind.__init__ = made  # type: ignore[method-assign]
    # Against an instance that holds itself a dataclass guards its repr. What is frozen cannot come to hold itself.
    kind.__repr__ = getattr(kind.__repr__, "__wrapped__", kind.__repr__)  # type: ignore[method-assign]
    return kind
