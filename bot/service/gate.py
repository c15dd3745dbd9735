"""The one gate that every message passes: it knows who can see a place, and lets nothing through that they must not see.

Rules address alarms rightly by themselves; the gate is the second lock, so that a mistake in one of them stays a finding
in the log and never becomes a leak (covert rule 7, 12, 14).
"""

from __future__ import annotations

import logging
from collections.abc import Iterable

from bot.domain.message import Message, Secrecy

log = logging.getLogger(__name__)


def admits(message: Message, away: frozenset[str]) -> bool:
    """Return whether a message may be shown where it is going.

    Args:
        message: ordinary ones always may: they are rendered from the visit's face alone.
        away: the worker's side of the visit it speaks of; empty when it speaks of none.
    """
    if message.secrecy is Secrecy.ORDINARY:
        return True
    return not message.to.channel and message.to.person_id not in away


def admitted(messages: Iterable[Message], away: frozenset[str]) -> tuple[Message, ...]:
    """Return the messages that may go, in order; one that may not is left out and named in the log by its key."""
    passed = []
    for message in messages:
        if admits(message, away):
            passed.append(message)
        else:
            log.error("finding gate.refused: a message %s was stopped", message.key)
    return tuple(passed)
