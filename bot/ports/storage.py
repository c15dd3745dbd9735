"""The state: visits, alarms, journal, people, and the transaction that binds them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from bot.domain.duress import Duress
from bot.domain.escalation import Escalation
from bot.domain.facts import Fact
from bot.domain.journal import Entry
from bot.domain.making import quick
from bot.domain.people import Lent, Person, Role, RoomFault, Roster, Team, TeamEntry, Way
from bot.domain.policy import Policy
from bot.domain.visit import Visit
from bot.ports.installs import Installs
from bot.ports.mail import Inbox, Outbox
from bot.ports.placing import Placements
from bot.ports.references import References
from bot.ports.ways import Proofs, Spent, Troubles


@quick
@dataclass(frozen=True, slots=True)
class RosterWanted:
    """What one decision will ask `Rosters.roster` for."""

    team_id: str
    worker_id: str
    roles: tuple[Role, ...]
    people: tuple[str, ...]


class Due(Protocol):
    """What `visits` and `escalations` share: rows with an indexed deadline."""

    def ahead(self, ids: Iterable[str]) -> None:
        """Read these rows at once, locked, so that `get` need not read each; unknown ids are left out."""

    def due_ids(self, now: datetime, limit: int) -> tuple[str, ...]:
        """Return the ids of what `due` would, without reading the rows: one of them may be beyond reading."""

    def failed(self, subject_id: str, *, now: datetime, pause: Callable[[int], timedelta]) -> int:
        """Take a row that cannot be processed out of its batch for `pause(times)`.

        Returns:
            `times`: how often in a row it has failed, from 1; a save counts as success.
        """


class Visits(Due, Protocol):
    """The visits of a transaction. What was saved in it is what it reads."""

    def get(self, visit_id: str) -> Visit | None:
        """Return the visit, locked for this transaction; None when there is none."""

    def whose(self, visit_id: str) -> tuple[str, str, str] | None:
        """Return (team, worker, case reference) without reading the rest of its row; None when there is no such visit."""

    def hold(self, visit_id: str) -> None:
        """Have nobody else change this visit, or an alarm of it, until this transaction ends; it is not read.

        Whoever locks anything else of a visit (a message, an alarm) and the visit as well holds the visit first: two who
        lock in different orders would wait for each other.
        """

    def save(self, visit: Visit, due_at: datetime | None) -> None:
        """Write the visit and the instant at which the engine must look at it next."""

    def open_of(self, worker_id: str) -> tuple[Visit, ...]:
        """Return a worker's open visits by start, locked; may be empty."""

    def ahead_of(self, people: Iterable[str], teams: Iterable[str]) -> None:
        """Read the open visits of these people, and the accompanied ones of these teams, at once.

        So that neither `open_of` nor `beside` need read each.
        """

    def of_day(self, worker_id: str, first: datetime, last: datetime) -> tuple[Visit, ...]:
        """Return a worker's visits, open or not, that start at or after `first` and before `last`, by start; may be empty."""

    def watched_by(self, person_id: str) -> tuple[Visit, ...]:
        """Return the open visits whose buddy somebody is, by start; may be empty."""

    def beside(self, team_id: str, person_id: str) -> tuple[Visit, ...]:
        """Return a team's open visits that somebody is a companion on and has not left yet, by start; may be empty."""

    def accompanied_by(self, team_id: str, person_id: str) -> tuple[Visit, ...]:
        """Return a team's open visits that somebody is or was a companion on, by start; may be empty."""

    def at_cases(self, team_id: str, case_refs: Collection[str]) -> tuple[Visit, ...]:
        """Return a team's open visits with one of these references, by start, to be looked at: not locked; may be empty."""

    def open_in(self, team_id: str, limit: int) -> tuple[Visit, ...]:
        """Return a team's open visits by expected end, at most `limit`, to be shown: not locked; may be empty."""

    def count_open_in(self, team_id: str) -> int:
        """Return how many open visits a team has."""

    def teams_out(self) -> tuple[str, ...]:
        """Return the ids of the teams that have an open visit, in order; read once after an outage."""

    def due(self, now: datetime, limit: int) -> tuple[Visit, ...]:
        """Return visits whose deadline is at or before `now`, earliest first, locked; at most `limit`.

        Those that somebody else has locked are left out: they are being decided on.
        """


class Escalations(Due, Protocol):
    """The alarms of a transaction. What was saved in it is what it reads."""

    def get(self, escalation_id: str) -> Escalation | None:
        """Return the alarm, locked with its visit for this transaction; None when there is none."""

    def save(self, escalation: Escalation) -> None:
        """Write the alarm; its own `due_at` is its deadline."""

    def visit_id(self, escalation_id: str) -> str | None:
        """Return the visit of an alarm without reading the rest of its row; None when there is no such alarm."""

    def open_of(self, visit_id: str) -> tuple[Escalation, ...]:
        """Return a visit's open alarms by opening; may be empty. Who will change one has the visit locked."""

    def ahead_of(self, visit_ids: Iterable[str]) -> None:
        """Read the open alarms of these visits at once, so that `open_of` need not read each."""

    def due(self, now: datetime, limit: int) -> tuple[Escalation, ...]:
        """Return alarms whose deadline is at or before `now`, earliest first, locked with their visits.

        At most `limit`. Those that somebody else has locked, or whose visit, are left out.
        """


class Journal(Protocol):
    """One chain of entries for each visit."""

    def append(
        self, chain: str, fact: Fact, *, at: datetime, by: str | None, note: str = ""
    ) -> None:
        """Write the next entry of a chain; the note is sealed."""

    def ahead(self, chains: Iterable[str]) -> None:
        """Read the ends of these chains at once, so that `append` need not read each."""

    def read(self, chain: str) -> tuple[Entry, ...]:
        """Return a chain, oldest first; empty for an unknown one."""

    def chains(self, after: str, limit: int) -> tuple[str, ...]:
        """Return the ids of chains greater than `after`, in order, at most `limit`; "" begins at the first."""

    def verify(self, chain: str) -> str | None:
        """Return what is wrong with a chain in a few words; None when every link and its length hold."""

    def note(self, entry: Entry) -> str:
        """Return an entry's note in clear, "" when it has none. Raises SealBroken."""

    def anchor(self) -> tuple[int, str]:
        """Return the number of chains and one digest over all their heads, for a place outside the database."""


class Rosters(Protocol):
    """Teams and people."""

    def replace(self, entry: TeamEntry, policy: Policy, *, content: str) -> None:
        """Write a team as its file describes it: people not named in it any more leave it at once.

        What was said in chat stands: who was added there, when somebody leaves or is away, who has taken a duty over.
        Whoever is out is heard until their visit is over.

        Args:
            content: the policy's canonical text, stored once per digest.
        """

    def add(self, person: Person, roles: Iterable[Role]) -> None:
        """Write somebody who joins in chat, with these roles in their team; no team file takes them out again."""

    def save(self, person: Person) -> None:
        """Write what chat says of a person: whether they are away, when they leave, whether they have left, their offer."""

    def hold(self, person_id: str, name: str, at: datetime) -> None:
        """Write who answers a desk from an instant on."""

    def assign(self, team_id: str, role: Role, of: str, to: str) -> None:
        """Have `to` hold what `of` holds by the team file; `of` itself: it is theirs again."""

    def lent(self, team_id: str) -> tuple[Lent, ...]:
        """Return every duty of a team that is with somebody else for a while."""

    def ending(self, now: datetime) -> tuple[str, ...]:
        """Return the ids of those whose end has come and who have not left yet, earliest first."""

    def next_end(self) -> datetime | None:
        """Return when the next person leaves; None when nobody does."""

    def still_reached(self) -> tuple[str, ...]:
        """Return the ids of those who have left and whose ways are kept until their own visit is over."""

    def forget(self, person_id: str) -> None:
        """Erase how somebody who has left is reached; their name stays for the cards of old visits."""

    def teams(self) -> tuple[Team, ...]:
        """Return all teams by id."""

    def team(self, team_id: str) -> Team | None:
        """Return one team."""

    def note_channel(self, team_id: str, faults: frozenset[RoomFault]) -> None:
        """Write what is wrong with a team's channel, in place of what was; a new team file forgets it."""

    def members(self, team_id: str) -> tuple[Person, ...]:
        """Return the people of a team by name."""

    def standing_in(self, team_id: str) -> Mapping[str, str]:
        """Return the standing buddy of each worker of a team who has one (K1); may be empty."""

    def roles_of(self, person_id: str) -> tuple[Role, ...]:
        """Return the roles somebody holds, in any team, in the order of `Role`."""

    def person(self, person_id: str) -> Person | None:
        """Return one person; None when they are unknown, or have left and are not heard any more."""

    def at(self, way: Way) -> Person | None:
        """Return the person who is reached at this address; None for a stranger."""

    def ahead_at(self, ways: Iterable[Way]) -> None:
        """Read who is reached at these addresses at once, so that `at` need not read each."""

    def roster(
        self, team_id: str, *, worker_id: str, roles: Iterable[Role], people: Iterable[str]
    ) -> Roster:
        """Return the part of a team that one decision needs (`Roster`): these roles, this worker's cover, these people.

        Nobody in it has ways or a mobile: who decides does not need them, and `person` has them.

        Raises:
            InvariantBroken: there is no such team.
        """

    def ahead(self, wanted: Iterable[RosterWanted], *, reached: Iterable[str] = ()) -> None:
        """Read what these rosters are made of at once, so that `roster` need not read each, nor `person` `reached`."""


class Policies(Protocol):
    """Frozen rules by digest; each is parsed once per process."""

    def get(self, digest: str) -> Policy:
        """Return the rules. Raises InvariantBroken when they are not stored."""


class Cases(Protocol):
    """The cases of each team that nobody visits alone (F14), as people said so in chat."""

    def mark(self, team_id: str, case_ref: str) -> bool:
        """Have nobody visit a case alone; return whether it was not so before."""

    def clear(self, team_id: str, case_ref: str) -> bool:
        """Let a case be visited alone again; return whether it was not so before."""

    def pairs_only(self, team_id: str, case_ref: str) -> bool:
        """Return whether nobody visits this case alone: one row is read."""

    def rated(self, team_id: str, case_ref: str) -> str:
        """Return the rating that is remembered of a case, of which nobody goes alone (S1); "" for none: one row is read."""

    def rate(self, team_id: str, case_ref: str, rating: str) -> None:
        """Remember a rating of a case; "" forgets it."""

    def all_of(self, team_id: str, limit: int) -> tuple[str, ...]:
        """Return a team's cases that nobody visits alone, in order, at most `limit`; may be empty."""


class Details(Protocol):
    """Private details of visits (F2), sealed: each part for its own visit and name, under a data key of the visit."""

    def put(
        self, visit: Visit, parts: Mapping[str, str], *, drop: Iterable[str], now: datetime
    ) -> None:
        """Seal parts for a visit, over those of the same name; parts in `drop` are erased first. Others stay."""

    def keep(self, name: str, team_id: str, parts: Mapping[str, str], *, now: datetime) -> None:
        """Seal parts under a name that is no visit's, to be erased as those of a visit that is over now."""

    def read(self, visit_id: str) -> Mapping[str, str | None]:
        """Return every part on file; None for one that no longer opens: its key is lost, or it was changed or moved.

        Empty when nothing is on file.
        """

    def names(self, visit_id: str) -> tuple[str, ...]:
        """Return which parts are on file, in alphabetical order, without opening any."""

    def earlier(self, visit: Visit) -> str | None:
        """Return the id of the latest other visit of the same team and case reference that has an address on file."""

    def closed(self, visit_id: str, at: datetime) -> None:
        """Note that a visit is over: from now on its details wait to be erased. Nothing on file: nothing is done."""

    def closed_before(self, at: datetime, limit: int) -> tuple[str, ...]:
        """Return the ids of visits that have details on file and were over before `at`, oldest first."""

    def erase(self, visit_id: str) -> None:
        """Erase everything on file for a visit, and the key it was sealed under."""


class Duresses(Due, Protocol):
    """The covert alarms of a transaction. What was saved in it is what it reads."""

    def get(self, duress_id: str) -> Duress | None:
        """Return the covert alarm, locked for this transaction; None when there is none."""

    def save(self, duress: Duress) -> None:
        """Write it; its own `due_at` is its deadline."""

    def about(self, person_id: str) -> Duress | None:
        """Return the open covert alarm about a worker; None when there is none. There is one at most (covert rule 6).

        A rehearsal is none.
        """

    def ahead_about(self, people: Iterable[str]) -> None:
        """Read the covert alarms about these people at once, so that `about` need not read each."""

    def open_in(self, team_id: str) -> tuple[Duress, ...]:
        """Return a team's open covert alarms, and its rehearsals, by opening; not locked, may be empty."""

    def due(self, now: datetime, limit: int) -> tuple[Duress, ...]:
        """Return those whose deadline is at or before `now`, earliest first, locked; at most `limit`."""


@dataclass(frozen=True, slots=True)
class Overheard:
    """What somebody wrote or pressed, as it was taken in; sealed as a whole, and kept for minutes.

    Attributes:
        person_id: who; "" for an address on no roster.
        sender: that address; "" for somebody on the roster.
        text: what was written; "" for a press without words.
        choice: the pressed button's id; "" for a message.
        found: what was found in it: "ALARM", "CHECK" or "NONE".
        reported: it speaks about somebody else's words.
        to_us: written in private, or as an answer to the bot.
        signal: something follows from it.
    """

    platform: str
    event_id: str
    team_id: str
    person_id: str
    at: datetime
    said_at: datetime
    sender: str = field(default="", repr=False)
    text: str = field(default="", repr=False)
    choice: str = field(default="", repr=False)
    found: str = "NONE"
    reported: bool = False
    to_us: bool = True
    signal: bool = False


class Overhearing(Protocol):
    """The last messages of each person, sealed, for as long as one may be part of a longer one; and what follows from them."""

    def recent(self, person_id: str, *, since: datetime, but: str) -> tuple[Overheard, ...]:
        """Return what somebody wrote at or after `since`, at most the last four, oldest first; not the event `but`.

        What no longer opens is left out.
        """

    def ahead(self, people: Iterable[str], *, since: datetime) -> None:
        """Read what these people wrote at or after `since` at once, so that `recent` need not read each."""

    def add(self, heard: Overheard, *, due_at: datetime | None) -> None:
        """Keep it, once for each event. `due_at`: when what follows from it is seen to; None when nothing does."""

    def due_ids(self, now: datetime, limit: int) -> tuple[str, ...]:
        """Return the ids of what is to be seen to, earliest first."""

    def get(self, heard_id: str) -> Overheard | None:
        """Return it; None when it is gone, was seen to, or does not open."""

    def whose(self, heard_id: str) -> tuple[str, str] | None:
        """Return (team, person) without opening anything; None when it is gone."""

    def seen_to(self, heard_id: str) -> None:
        """Note that what follows from it has been done."""

    def failed(self, subject_id: str, *, now: datetime, pause: Callable[[int], timedelta]) -> int:
        """Put it back for `pause(times)`; return `times`: how often it has failed, from 1."""

    def erase(self, before: datetime) -> None:
        """Erase what was taken in before an instant and has been seen to."""


class Secrets(Protocol):
    """What is sealed for a team or a person and shown nowhere: its phrases, a private answer, who is never told."""

    def get(self, kind: str, subject: str) -> str | None:
        """Return it in clear; None when nothing is set, or it no longer opens."""

    def ahead(self, kind: str, subjects: Iterable[str]) -> None:
        """Read these at once, so that `get` need not read each; unknown ones are left out."""

    def put(self, kind: str, subject: str, value: str) -> None:
        """Seal it, in place of what was there; an empty value erases it."""

    def lost(self) -> tuple[tuple[str, str], ...]:
        """Return (kind, subject) of everything that no longer opens, in order: its key is lost, or it was changed or moved."""


class Pulses(Protocol):
    """Instants to remember across restarts: the engine's last completed pass, a day's duty last done."""

    def get(self, name: str) -> datetime | None:
        """Return the instant; None when there is none yet."""

    def set(self, name: str, at: datetime) -> None:
        """Write the instant; never an earlier one than stands there."""

    def renew(self, name: str, now: datetime, *, every: timedelta) -> bool:
        """Write `now`, unless an instant less than `every` before it, or a later one, stands there.

        Returns:
            Whether it was written: of several who ask at once, one hears True.
        """


class Tx(Protocol):
    """One transaction: everything in it commits together or not at all (house rule 2)."""

    visits: Visits
    escalations: Escalations
    journal: Journal
    outbox: Outbox
    inbox: Inbox
    rosters: Rosters
    policies: Policies
    pulses: Pulses
    details: Details
    cases: Cases
    duresses: Duresses
    overheard: Overhearing
    secrets: Secrets
    placed: Placements
    installs: Installs
    references: References
    proofs: Proofs
    troubles: Troubles
    spent: Spent

    def next_due(self) -> datetime | None:
        """Return the earliest deadline of all visits, alarms of both kinds and people, from the index; None for none ever."""
