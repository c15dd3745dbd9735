"""The plain covert alarm: something in us is broken, and it may be a call for help. People are told to act on it as on one.

It leans on as little as possible: no rules, no state of the alarm. Nothing of it reaches the worker's side (covert rule 12).
"""

from __future__ import annotations

import logging
from datetime import datetime

from bot.domain.duress_facts import How
from bot.domain.message import Message, Priority, Secrecy, To
from bot.ports import Due, Outgoing, Tx
from bot.service import apart, gate, waking
from bot.service.plain_alarm import RESPONDERS
from bot.service.pulse import back_off

log = logging.getLogger(__name__)

KEY = "duress.plain"


def broken(tx: Tx, *, subject_id: str, heard: bool, now: datetime) -> None:
    """Take what cannot be processed out of the way for a while and, the first time, tell everybody who may be told.

    Args:
        subject_id: of something overheard (`heard`), or of a covert alarm.
    """
    if heard:
        times = tx.overheard.failed(subject_id, now=now, pause=back_off)
        whose = tx.overheard.whose(subject_id)
    else:
        rows: Due = tx.duresses
        times = rows.failed(subject_id, now=now, pause=back_off)
        whose = _whose(tx, subject_id)
    if times > 1:
        return
    if whose is None:
        log.error("finding covert.lost: something cannot even be read")
        return
    if not heard and _is_drill(tx, subject_id):
        return  # nobody is to take a rehearsal for something real
    tell(tx, *whose, occasion=subject_id, now=now)


def tell(tx: Tx, team_id: str, about: str, *, occasion: str, now: datetime) -> None:
    """Tell everybody with a role on the team's ladders, but those kept apart. Once for each occasion."""
    roster = tx.rosters.roster(team_id, worker_id=about, roles=RESPONDERS, people=(about,))
    away = apart.of(tx, about, team_id, None, now)
    told = roster.of_the_team((*roster.holding(RESPONDERS), *roster.cover[:1]))
    messages = [_message(team_id, who, about, f"covert:{occasion}") for who in dict.fromkeys(told)]
    tx.outbox.add(waking.beside(tx, gate.admitted(messages, away), now=now), now=now)


def instead(tx: Tx, row: Outgoing, *, now: datetime) -> None:
    """Tell the reader of a covert message that cannot be shown what they need to know at least."""
    if row.person_id is None or row.key == KEY:
        return
    whose = _whose(tx, row.duress_id or "")
    if whose is None or _is_drill(tx, row.duress_id or ""):
        return
    message = _message(row.team_id, row.person_id, whose[1], f"covert:{row.duress_id}:unshown")
    tx.outbox.add(waking.beside(tx, [message], now=now), now=now)


def _whose(tx: Tx, duress_id: str) -> tuple[str, str] | None:
    """Return (team, worker) of a covert alarm, from its journal: its row may be what is broken."""
    for entry in tx.journal.read(duress_id)[:1]:
        fact = entry.fact
        return getattr(fact, "team_id", ""), getattr(fact, "about", "")
    return None


def _is_drill(tx: Tx, duress_id: str) -> bool:
    return any(
        getattr(entry.fact, "how", None) is How.DRILL for entry in tx.journal.read(duress_id)[:1]
    )


def _message(team_id: str, who: str, about: str, occasion: str) -> Message:
    return Message(
        key=KEY,
        to=To(team_id, who),
        priority=Priority.DURESS,
        dedupe=f"{occasion}:{who}",
        fields={"worker": about},
        secrecy=Secrecy.RESPONDERS,
    )
