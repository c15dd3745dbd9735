"""The effective policy as one canonical text: stored once per digest, and read later without the pack."""

from __future__ import annotations

import hashlib
import json
from dataclasses import fields
from datetime import time, timedelta
from typing import Any

from bot.domain.errors import InvariantBroken
from bot.domain.people import Role
from bot.domain.policy import LADDERS, Audience, Policy, Since, Source, Step, Task
from bot.packs.fields import LISTS, MONTHS

FORMAT = 1
"""Raised when a stored text can no longer be read by older code."""

_PLAIN = (
    *("name", "title", "version", "digest", "private_from_no_answer", "home_always"),
    *("second_extension_confirmed", "late_extension_confirmed"),
    *("address_needed", "phone_charged", "check_questions"),
    *("threat_agreed", "unplanned_by_phone", "changes_told", "late_by_voice"),
    *("check_in_offered", "asked_always", "daylight_at", *MONTHS.values()),
)
_LISTS = tuple(LISTS.values())
_CLOCKS = ("routine_from", "routine_until", "late_after", "day_over_by")
_ADDED = (
    *("home_always", "home_within", "home", "home_overdue_after"),
    *("second_extension_confirmed", "late_extension_confirmed", "digest_at"),
    *("confirm_before", "address_needed", "phone_charged", *_LISTS, *_CLOCKS),
    *("threat_agreed", "unplanned_by_phone", "changes_told", "late_by_voice"),
    *("duress", "check_wait", "check_questions", "unsure", "asked_always"),
    *("check_in_offered", "daylight_at"),
    *MONTHS.values(),
    "wake_after",
)
"""Younger than the first stored texts, which lack them: they then have the defaults of `Policy`."""
_DURATIONS = tuple(
    each.name
    for each in fields(Policy)
    if each.name not in {*_PLAIN, *LADDERS, *_LISTS, *_CLOCKS, "sources"}
)


def digest_of(policy: Policy) -> str:
    """Return the sha256 in hex of everything in `policy` but its digest; the order of keys plays no part."""
    content = _content(policy)
    del content["digest"]
    return hashlib.sha256(_canonical(content).encode()).hexdigest()


def encode(policy: Policy) -> str:
    """Return `policy` as canonical JSON: the same text for the same policy. `decode` gives it back."""
    return _canonical(_content(policy))


def decode(text: str) -> Policy:
    """Return the policy that `encode` wrote.

    Raises:
        InvariantBroken: the text is of a newer format, or was not written by `encode`.
    """
    try:
        content = json.loads(text)
        if content["format"] > FORMAT:
            raise InvariantBroken("a stored policy has a newer format than this version reads")
        return _policy(content)
    except (ValueError, KeyError, TypeError, AttributeError) as fault:
        raise InvariantBroken("a stored policy cannot be read") from fault


def _canonical(content: dict[str, Any]) -> str:
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=True)


def _content(policy: Policy) -> dict[str, Any]:
    return {
        "format": FORMAT,
        **{name: getattr(policy, name) for name in _PLAIN},
        **{name: _seconds(getattr(policy, name)) for name in _DURATIONS},
        **{name: [_step(step) for step in getattr(policy, name)] for name in LADDERS},
        **{name: list(getattr(policy, name)) for name in _LISTS},
        **{name: _wall(getattr(policy, name)) for name in _CLOCKS},
        "sources": {
            key: {"clause": each.clause, "assumed": each.assumed, "adjusted": each.adjusted}
            for key, each in policy.sources.items()
        },
    }


def _policy(content: dict[str, Any]) -> Policy:
    older = {name for name in _ADDED if name not in content}
    values: dict[str, Any] = {name: content[name] for name in _PLAIN if name not in older}
    values |= {name: _length(content[name]) for name in _DURATIONS if name not in older}
    values |= {
        name: tuple(_to_step(step) for step in content[name])
        for name in LADDERS
        if name not in older
    }
    values |= {name: tuple(content[name]) for name in _LISTS if name not in older}
    values |= {name: _to_wall(content[name]) for name in _CLOCKS if name not in older}
    sources = {key: Source(**each) for key, each in content["sources"].items()}
    return Policy(**values, sources=sources)


def _seconds(length: timedelta | None) -> int | float | None:
    if length is None:
        return None
    seconds = length.total_seconds()
    return int(seconds) if seconds.is_integer() else seconds


def _length(seconds: float | None) -> timedelta | None:
    return None if seconds is None else timedelta(seconds=seconds)


def _wall(at: time | None) -> str | None:
    return None if at is None else f"{at:%H:%M}"


def _to_wall(word: str | None) -> time | None:
    return None if word is None else time.fromisoformat(word)


def _step(step: Step) -> dict[str, Any]:
    return {
        "id": step.id,
        "task": step.task.value,
        "audience": [member.value for member in step.audience],
        "wait": _seconds(step.wait),
        "clause": step.clause,
        **({} if step.since is Since.ENTRY else {"since": step.since.value}),
    }


def _to_step(content: dict[str, Any]) -> Step:
    return Step(
        id=content["id"],
        task=Task(content["task"]),
        audience=tuple(to_member(word) for word in content["audience"]),
        wait=timedelta(seconds=content["wait"]),
        clause=content["clause"],
        since=Since(content.get("since", Since.ENTRY)),
    )


def to_member(word: str) -> Role | Audience:
    """Return the role or audience that a pack calls `word`. Raises ValueError for neither."""
    return Audience(word) if word in set(Audience) else Role(word)
