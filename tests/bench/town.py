"""Teams with people out alone, written through the real store: what every measurement begins with."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from bot.clock import SystemClock, SystemIds
from bot.domain import facts as f
from bot.domain.facts import VisitFact
from bot.domain.message import Message, Priority
from bot.domain.notices import to_channel, to_person, to_worker
from bot.domain.people import Person, Role, Team, TeamEntry, Way
from bot.domain.policy import Policy
from bot.domain.visit import Visit, next_deadline, rebuilt
from bot.packs import loader
from bot.ports import Tx
from bot.sealing import Keyring
from storage.store import SqliteStore

PLATFORM = "bench"
AT_ONCE = 1000
"""Visits of one transaction while a town is built."""
KEYS = bytes(range(32))
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Town:
    """How many teams of which size.

    Attributes:
        teams: each of `people` people; the first one has `largest`.
    """

    teams: int
    people: int
    largest: int = 0

    def sizes(self) -> Iterator[tuple[int, int]]:
        """Yield (number of the team, people in it)."""
        for number in range(self.teams):
            yield number, max(self.people, self.largest) if number == 0 else self.people

    def workers(self) -> Iterator[tuple[str, str, str]]:
        """Yield (team, worker, buddy) for everybody but the managers: team after team."""
        for number, size in self.sizes():
            field = size - MANAGERS
            for n in range(field):
                yield _team(number), _person(number, n), _person(number, (n + 1) % field)


MANAGERS = 2
"""In each team: a team manager and a head of service."""


def keyring() -> Keyring:
    """Return keys; the same ones every time."""
    return Keyring([KEYS], SystemIds())


def open_sqlite(path: Path) -> SqliteStore:
    """Return the real store on a file."""
    return SqliteStore(path, keyring(), SystemIds())


def address(person_id: str) -> str:
    """Return where somebody is reached."""
    return f"{person_id}@{PLATFORM}"


def _team(number: int) -> str:
    return f"t{number:05}"


def _person(team: int, number: int) -> str:
    return f"p{team:05}.{number:03}"


def entries(town: Town) -> Iterator[tuple[TeamEntry, Policy, str]]:
    """Yield every team with its policy, as a team file would describe it."""
    policy: Policy | None = None
    for number, size in town.sizes():
        people = [
            Person(
                who, f"Person {who}", _team(number), (Way(PLATFORM, address(who)),), "07700 900123"
            )
            for who in (_person(number, n) for n in range(size))
        ]
        *workers, manager, head = (person.id for person in people)
        entry = TeamEntry(
            Team(
                _team(number),
                f"Team {number}",
                "Europe/London",
                Way(PLATFORM, f"#{_team(number)}"),
                (r"CASE\d{1,9}",),
                "waltham-forest",
            ),
            tuple(people),
            {
                Role.WORKER: tuple(workers),
                Role.TEAM_MANAGER: (manager,),
                Role.HEAD_OF_SERVICE: (head,),
            },
            {who: workers[(n + 1) % len(workers)] for n, who in enumerate(workers)},
            (workers[0],),
        )
        # One procedure, read once: none of them has adjusted it.
        policy = policy or loader.effective(entry, None)
        yield entry, policy, loader.encode(policy)


async def settle_teams(store: Any, town: Town) -> Policy:
    """Write the teams; return the rules that all of them have."""
    every = list(entries(town))
    for start in range(0, len(every), 50):
        some = every[start : start + 50]

        def work(tx: Tx, some: Sequence[tuple[TeamEntry, Policy, str]] = some) -> None:
            for entry, policy, content in some:
                tx.rosters.replace(entry, policy, content=content)

        await store.run(work, name="teams")
    return every[0][1]


async def overdue(store: Any, count: int, teams: int) -> None:
    """Have `count` visits in `teams` teams be overdue now, and nobody has noticed yet."""
    town = Town(teams, max(-(-count // teams), 2) + MANAGERS)
    policy = await settle_teams(store, town)
    ended = now() - HOUR
    await send_out(store, town, policy, count, lambda n: ended + n * MINUTE / count)


async def send_out(
    store: Any, town: Town, policy: Policy, count: int, end_at: Callable[[int], datetime]
) -> list[str]:
    """Put `count` workers out alone, each with a buddy, with the journal and the messages that led there.

    Args:
        end_at: when the visit with this number ends; visits go round the teams, worker by worker.

    Returns:
        The ids of the visits.
    """
    by_team: dict[str, list[tuple[str, str, str]]] = {}
    for each in town.workers():
        by_team.setdefault(each[0], []).append(each)
    longest = max(len(each) for each in by_team.values())
    order = [who[n] for n in range(longest) for who in by_team.values() if n < len(who)]
    ids = SystemIds()
    made: list[str] = []
    for start in range(0, count, AT_ONCE):
        some = [
            (ids.new("v"), *order[n % len(order)], end_at(n))
            for n in range(start, min(start + AT_ONCE, count))
        ]

        def work(tx: Tx, some: Sequence[tuple[str, str, str, str, datetime]] = some) -> None:
            for visit_id, team, worker, buddy, end in some:
                _one(tx, policy, visit_id, team=team, worker=worker, buddy=buddy, end=end)

        await store.run(work, name="out")
        made += [each[0] for each in some]
    return made


def _one(
    tx: Tx, policy: Policy, visit_id: str, *, team: str, worker: str, buddy: str, end: datetime
) -> None:
    at = end - HOUR
    case = f"CASE{abs(hash(visit_id)) % 10**6}"
    facts: list[tuple[VisitFact, str | None]] = [
        (
            f.VisitRequested(
                visit_id, team, worker, case, at, end, at + 5 * MINUTE, policy.digest, False
            ),
            worker,
        ),
        (f.CoverAsked((buddy,), None), None),
        (f.CoverAccepted(buddy), buddy),
        (f.Nudged(), None),
    ]
    visit = rebuilt((fact, at) for fact, _ in facts)
    assert visit is not None
    for fact, by in facts:
        tx.journal.append(visit_id, fact, at=at, by=by)
    tx.visits.save(visit, next_deadline(visit, policy))
    tx.outbox.add(_said(visit, worker, buddy), now=at)


def _said(visit: Visit, worker: str, buddy: str) -> list[Message]:
    ask = Priority.REMINDER
    return [
        to_channel(visit, "visit.card"),
        to_worker(visit, "visit.mine", Priority.REPLY, once="mine"),
        to_person(visit, buddy, "cover.ask", ask, once=f"cover:{buddy}"),
        to_person(visit, buddy, "visit.watch", Priority.REPLY, once=f"watch:{buddy}"),
    ]


def all_sent(path: Path) -> None:
    """Have everything in the outbox of a closed database stand as sent: posted, shown, and live."""
    sealed = posted_to()
    connection = sqlite3.connect(path)
    connection.create_function("sealed", 3, sealed)
    connection.execute(
        "UPDATE outbox SET shown = wanted, state = 'sent', digest = 'x', ref = 'm' || id,"
        " ref_way = sealed(id, person_id, team_id)"
    )
    connection.commit()
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


def posted_to() -> Callable[[int, str | None, str], bytes]:
    """Return what seals where a message was posted to, from its id, person and team."""
    sealer = keyring().sealer()

    def sealed(row_id: int, person: str | None, team: str) -> bytes:
        where = address(person) if person else f"#{team}"
        return sealer.seal(f'["{PLATFORM}", "{where}"]', place=f"outbox/{row_id}/ref_way")

    return sealed


def now() -> datetime:
    """Return the present instant."""
    return SystemClock().now()


__all__ = [
    "HOUR",
    "MINUTE",
    "PLATFORM",
    "Town",
    "address",
    "all_sent",
    "keyring",
    "now",
    "open_sqlite",
    "overdue",
    "posted_to",
    "send_out",
    "settle_teams",
]
