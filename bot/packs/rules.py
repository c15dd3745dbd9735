"""Where two values of a pack contradict each other. Reads values only; who is told, and where, is decided elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.packs.fields import DURATIONS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


@dataclass(frozen=True, slots=True)
class _Order:
    smaller: str
    larger: str
    may_be_equal: bool
    meaning: str


_ORDERS = (
    _Order(
        "visit.reminder_before", "visit.check_in_extends", False,
        "After a bare \"ok\" the reminder would come at once.",
    ),
    _Order(
        "visit.check_in_extends", "visit.extension_longest", True,
        "A bare \"ok\" would add more than one extension may.",
    ),
    _Order(
        "visit.extension_longest", "visit.longest", True,
        "One extension would be longer than the longest visit.",
    ),
)  # fmt: skip


def contradictions(values: Mapping[str, Any]) -> Iterator[tuple[str, str, str, str]]:
    """Yield (key, other key, meaning, remedy) for every pair of durations, or of times of day, in the wrong order.

    Args:
        values: by the attribute of `Policy`; what is missing is not compared.
    """
    begins, ends = values.get("routine_from"), values.get("routine_until")
    if begins is not None and ends is not None and begins >= ends:
        meaning = "Routine hours would end before they begin."
        key, other = "hours.routine_from", "hours.routine_until"
        yield key, other, meaning, f"Make {key} earlier than {other}."
    if values.get("daylight_for") and not (values.get("daylight_at") and values.get("day_over_by")):
        key, other = "ratings.daylight", "ratings.daylight_at"
        meaning = "Nobody could say when it is light, or when such a visit has to be over."
        remedy = f'Add {other}, such as "51.54 -0.14", and ratings.day_over_by, such as "16:00".'
        yield key, other, meaning, remedy
    for order in _ORDERS:
        small = values.get(DURATIONS[order.smaller].field)
        large = values.get(DURATIONS[order.larger].field)
        if (
            small is None
            or large is None
            or small < large
            or (order.may_be_equal and small == large)
        ):
            continue
        relation = "no longer than" if order.may_be_equal else "shorter than"
        remedy = f"Make {order.smaller} {relation} {order.larger}."
        yield order.smaller, order.larger, order.meaning, remedy
