"""When a platform counts as down, who is told so, and who is told that it is over."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.domain import waking as rules
from bot.domain.duress import Duress
from bot.domain.duress_facts import How, Urgency
from bot.domain.message import Priority, Secrecy
from bot.domain.people import Role, Way
from bot.domain.visit import VisitState
from bot.ports import Outgoing, Posted, Result, Tx
from bot.sealing import Keyring
from bot.service import outages, teams
from bot.service.outages import BACK, PEOPLE, WINDOW
from storage.inline import InlineStore
from tests.bot.service.sending import ROW
from tests.contract.making import visit
from tests.fakes.clock import START
from tests.fakes.ids import SeededIds
from tests.scenarios.harness import Loaded
from tests.scenarios.woken import team_that_wakes

EAST, WEST = "adult-care", "west"
SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
SINCE = "2026-12-03T09:00:00Z"
OPEN = replace(ROW, key="reply.status", secrecy=Secrecy.ORDINARY)


def west(loaded: Loaded) -> Loaded:
    """Return the same people once more, as another team."""
    entry, policy, content = loaded

    def other(way: Way) -> Way:
        return Way(way.platform, f"w-{way.address}")

    people = tuple(
        replace(one, id=f"w-{one.id}", team_id=WEST, ways=tuple(map(other, one.ways)))
        for one in entry.people
    )
    holders = {role: tuple(f"w-{who}" for who in ids) for role, ids in entry.holders.items()}
    team = replace(entry.team, id=WEST, channel=other(entry.team.channel))
    made = replace(entry, team=team, people=people, holders=holders, standing={}, cover=())
    return made, policy, content


class Platforms:
    """Two teams with ways that wake, and what the relay says of its sending."""

    def __init__(self) -> None:
        ids = SeededIds()
        self.store = InlineStore(Keyring([bytes(range(32))], ids), ids)

    async def opens(self, loaded: Loaded | None = None) -> Platforms:
        """Take both teams over; `loaded`: the first of them otherwise."""
        every = team_that_wakes()
        await teams.take_over(self.store, [loaded or every, west(every)])
        return self

    def note(self, *results: Result, after: timedelta = timedelta()) -> None:
        """Hear results, so long after the start."""
        at = START + after
        self.store.run_now(lambda tx: outages.note(tx, results, now=lambda: at), name="note")

    def fails(
        self,
        *people: str | None,
        of: Outgoing = OPEN,
        team: str = EAST,
        after: timedelta = timedelta(),
    ) -> None:
        """Have the chat take nothing from these people, in this order; None: it is for the channel."""
        rows = (replace(of, team_id=team, person_id=who) for who in people)
        self.note(*(Result(row, Posted.WAITING, None, tried="local") for row in rows), after=after)

    def takes(self, of: Outgoing = OPEN, *, digest: str = "new", after: timedelta = MINUTE) -> None:
        """Have the chat take something, so long after the start."""
        way = Way("local", "ben")
        taken = Result(of, Posted.SENT, of.wanted, digest=digest, ref="r1", ref_way=way)
        self.note(taken, after=after)

    def down(self) -> frozenset[str]:
        """Return what counts as down."""
        return self.store.read_now(lambda tx: tx.troubles.down())

    def counts(self) -> set[str]:
        """Return whose failures are held against the chat."""
        return {heard for _, heard in self.store.read_now(lambda tx: tx.troubles.all())}

    def told(self, since: str = SINCE, name: str = "down") -> dict[str, Outgoing]:
        """Return who was told, by chat or by their other ways, and what."""
        every = [
            f"{w}{who}"
            for w in ("", "w-")
            for who in ("amira", "ben", "carla", "dev", "omar", "maria", "helen")
        ]

        def read(tx: Tx) -> dict[str, Outgoing]:
            names = {who: f"{name}:local:{since}:{who}" for who in every}
            rows = {
                who: tx.outbox.find(each) or tx.outbox.find(f"{each}:wake")
                for who, each in names.items()
            }
            return {who: row for who, row in rows.items() if row is not None}

        return self.store.read_now(read)


@pytest.fixture
async def chat() -> AsyncIterator[Platforms]:
    """Two teams, all well."""
    opened = await Platforms().opens()
    yield opened
    await opened.store.close()


async def opened(
    *holding: str, duty: Iterable[str] = ("omar",), managers: Iterable[str] = ("maria",)
) -> Platforms:
    """Return the first team with others on duty, or answering for cover."""
    entry, policy, content = team_that_wakes(*holding)
    roles = {Role.DUTY_OFFICER: tuple(duty), Role.TEAM_MANAGER: tuple(managers)}
    return await Platforms().opens(
        (replace(entry, holders={**entry.holders, **roles}), policy, content)
    )


# --- when it counts as down --------------------------------------------------------------------------


def test_so_many_different_readers_in_a_row_and_it_is_down(
    chat: Platforms, caplog: pytest.LogCaptureFixture
) -> None:
    people = ("amira", "ben", "carla", "dev")
    chat.fails(*people[: PEOPLE - 1])
    chat.fails("ben", "amira", after=SECOND)
    assert not chat.down()
    assert not chat.told()
    chat.fails("ben", people[PEOPLE - 1], after=2 * SECOND)
    assert chat.down() == {"local"}
    chat.fails("helen", after=3 * SECOND)
    assert caplog.messages == ["finding platform.down: local takes nothing"]
    ((who, row),) = chat.told().items()
    assert (who, row.key, row.team_id) == ("omar", rules.DOWN, EAST)
    assert row.priority is Priority.ESCALATION
    assert row.secrecy is Secrecy.ORDINARY
    assert (row.fields["platform"], row.fields["down_since"]) == ("local", SINCE)
    assert row.fields["at"] == "2026-12-03T09:00:02Z"
    assert row.created_at == START + 2 * SECOND


def test_the_channel_of_each_team_is_a_reader_too(chat: Platforms) -> None:
    chat.fails(None, None, "amira")
    assert not chat.down()
    chat.fails(None, team=WEST)
    assert chat.down()


@pytest.mark.parametrize(
    ("pause", "down"), [(WINDOW, True), (WINDOW + timedelta(microseconds=1), False)]
)
def test_failures_far_apart_begin_the_count_anew(
    chat: Platforms, pause: timedelta, down: bool
) -> None:
    chat.fails("amira")
    chat.fails("ben", after=pause)
    chat.fails("carla", after=2 * pause)
    assert bool(chat.down()) is down
    chat.fails("dev", "amira", after=2 * pause)
    assert chat.down(), "as many in a row, counted anew"
    since = START + (timedelta() if down else 2 * pause)
    assert list(chat.told(since.isoformat().replace("+00:00", "Z"))) == ["omar"]


def test_each_platform_and_each_count_is_its_own(chat: Platforms) -> None:
    chat.fails("amira", "ben")
    texts = [replace(OPEN, team_id=EAST, person_id=who) for who in ("carla", "dev")]
    chat.note(*(Result(row, Posted.WAITING, None, tried="sms") for row in texts))
    chat.note(Result(replace(OPEN, team_id=EAST, person_id="helen"), Posted.WAITING, None))
    assert not chat.down(), "what no platform was asked for is nobody's failure"


def test_of_what_shows_as_before_and_of_what_was_not_sent_nothing_is_heard(chat: Platforms) -> None:
    asked: list[datetime] = []

    def now() -> datetime:
        asked.append(START)
        return START

    same = replace(OPEN, digest="old")
    results = [
        Result(same, Posted.SENT, 7, digest="old", ref_way=Way("local", "ben")),
        Result(OPEN, Posted.DROPPED, 7, digest="new", ref_way=Way("local", "ben")),
    ]
    chat.fails("amira", "ben")
    chat.store.run_now(lambda tx: outages.note(tx, results, now=now), name="note")
    sent = Result(OPEN, Posted.SENT, 7, digest="new", ref_way=Way("sms", "+447700900201"))
    chat.store.run_now(lambda tx: outages.note(tx, [sent], now=now), name="note")
    assert not asked
    chat.fails("carla")
    assert chat.down()


# --- who is told -------------------------------------------------------------------------------------


def test_each_team_that_it_fails_is_told_once(chat: Platforms) -> None:
    chat.fails("amira", "ben")
    chat.fails("w-amira", team=WEST)
    assert set(chat.told()) == {"omar", "w-omar"}
    assert chat.told()["w-omar"].team_id == WEST


def test_a_team_that_it_fails_later_is_told_then(chat: Platforms) -> None:
    chat.fails("amira", "ben", "carla")
    chat.fails("w-amira", team=WEST, after=20 * MINUTE)
    chat.fails("w-ben", "amira", team=WEST, after=21 * MINUTE)
    assert set(chat.told()) == {"omar", "w-omar"}
    assert chat.told()["w-omar"].created_at == START + 20 * MINUTE
    chat.takes(after=30 * MINUTE)
    assert set(chat.told(name="back")) == {"omar", "w-omar"}


async def test_where_nobody_is_on_duty_those_who_answer_for_cover_are_told() -> None:
    chat = await opened(duty=(), managers=("maria", "dev"))
    chat.fails("amira", "ben", "carla")
    assert set(chat.told()) == {"maria", "dev", "helen"}
    await chat.store.close()


async def test_who_has_no_way_that_works_hears_nothing_until_it_is_over() -> None:
    chat = await opened("maria", duty=("omar", "maria"))
    chat.fails("amira", "ben", "carla")
    assert set(chat.told()) == {"maria"}
    chat.takes(after=MINUTE)
    assert set(chat.told(name="back")) == {"maria", "omar"}
    await chat.store.close()


def test_who_has_a_chat_that_works_reads_it_there(chat: Platforms) -> None:
    rows = [replace(OPEN, team_id=EAST, person_id=who) for who in ("amira", "ben", "carla")]
    chat.note(*(Result(row, Posted.WAITING, None, tried="sms") for row in rows))
    name = f"down:sms:{SINCE}:omar"
    row = chat.store.read_now(lambda tx: tx.outbox.find(name))
    assert row is not None
    assert (row.key, row.person_id, row.channel) == (rules.OUTAGE, "omar", False)
    assert row.fields == {"platform": "sms", "down_since": SINCE}
    assert row.priority is Priority.ESCALATION


# --- what only an alarm has found --------------------------------------------------------------------

SECRETS = [replace(OPEN, secrecy=Secrecy.RESPONDERS), replace(OPEN, duress_id="dur_1")]
SECRET = SECRETS[0]


@pytest.mark.parametrize("secret", SECRETS, ids=["for responders", "of a call for help"])
def test_what_was_sent_in_an_alarm_counts_among_all_alone(
    chat: Platforms, secret: Outgoing, caplog: pytest.LogCaptureFixture
) -> None:
    chat.fails("amira", "ben", of=secret)
    assert chat.counts() == {"all"}
    chat.fails("carla")
    assert chat.counts() == {"all", "open"}
    assert chat.down(), "among all it was the third"
    chat.takes(secret)
    assert chat.counts() == {"open"}
    assert not chat.down()
    assert caplog.messages == [
        "finding platform.down: local takes nothing",
        "finding platform.back: local takes messages again",
    ]


def an_alarm(tx: Tx, **changes: Any) -> None:
    """Have Amira have called for help, so that these people are kept apart from it."""
    values: dict[str, Any] = {
        "id": "dur_1",
        "team_id": EAST,
        "about": "amira",
        "visit_id": "",
        "urgency": Urgency.ALARM,
        "how": How.WORDS,
        "said_at": START,
        "opened_at": START,
        "policy_digest": "d",
    }
    tx.duresses.save(Duress(**values | changes))


async def test_of_it_nobody_hears_who_called_or_is_kept_apart_from_the_call() -> None:
    chat = await opened(duty=("amira", "ben", "carla"))
    chat.store.run_now(lambda tx: an_alarm(tx, apart=("ben",)), name="alarm")
    later = {"id": "dur_2", "about": "dev", "opened_at": START + SECOND}
    chat.store.run_now(lambda tx: an_alarm(tx, **later), name="another")
    chat.fails("maria", "helen", "dev", of=SECRET)
    assert set(chat.told()) == {"carla"}
    chat.fails("maria", "helen", "dev", after=SECOND)
    assert set(chat.told("2026-12-03T09:00:01Z")) == {"amira", "ben"}, "what all may know, all hear"
    await chat.store.close()


@pytest.mark.parametrize(
    ("mine", "told"),
    [
        ({"worker_id": "omar"}, False),
        ({"worker_id": "omar", "start_at": START - 23 * HOUR}, False),
        ({"worker_id": "omar", "start_at": START + 23 * HOUR}, False),
        ({"worker_id": "amira", "companions": ("omar",)}, False),
        ({"worker_id": "omar", "state": VisitState.ENDED}, True),
        ({"worker_id": "amira"}, True),
    ],
    ids=["is out", "since yesterday", "tomorrow", "with another", "is back", "another is"],
)
async def test_of_it_nobody_hears_who_is_out(
    chat: Platforms, mine: dict[str, Any], told: bool
) -> None:
    """Where that is everybody on duty, those who answer for cover hear it in their place."""
    given = {"team_id": EAST, "start_at": START, "end_at": START, **mine}
    chat.store.run_now(lambda tx: tx.visits.save(visit(**given), None), name="visit")
    chat.fails("helen", "dev", "ben", of=SECRET)
    assert set(chat.told()) == ({"omar"} if told else {"maria", "helen"})


# --- it is over --------------------------------------------------------------------------------------


def test_whoever_was_told_hears_that_it_is_over(
    chat: Platforms, caplog: pytest.LogCaptureFixture
) -> None:
    chat.fails("amira", "ben", "carla")
    caplog.clear()
    chat.takes(after=MINUTE)
    chat.takes(after=2 * MINUTE)
    assert caplog.messages == ["finding platform.back: local takes messages again"]
    assert not chat.counts()
    ((who, row),) = chat.told(name="back").items()
    assert (who, row.key, row.team_id, row.priority) == ("omar", BACK, EAST, Priority.REMINDER)
    until = "2026-12-03T09:01:00Z"
    assert row.fields == {"platform": "local", "down_since": SINCE, "until": until}
    assert row.created_at == START + MINUTE


def test_what_was_not_down_ends_without_a_word(
    chat: Platforms, caplog: pytest.LogCaptureFixture
) -> None:
    chat.fails("amira", "ben")
    chat.takes()
    chat.fails("carla", after=2 * MINUTE)
    assert not chat.down()
    assert not caplog.messages


def test_who_has_left_meanwhile_keeps_no_news_from_others(chat: Platforms) -> None:
    chat.fails("amira", "ben")
    chat.fails("w-amira", team=WEST)
    entry, policy, content = team_that_wakes()
    without = tuple(one for one in entry.people if one.id != "omar")
    gone = replace(entry, people=without, cover=(), holders={Role.TEAM_MANAGER: ("maria",)})
    chat.store.run_now(lambda tx: tx.rosters.replace(gone, policy, content=content), name="team")
    chat.takes()
    assert set(chat.told(name="back")) == {"w-omar"}
