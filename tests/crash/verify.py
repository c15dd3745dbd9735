"""What must be so at the end of a life, over HTTP and on disk, however often the process was killed."""

from __future__ import annotations

import hashlib
import json
import re
import signal
import sqlite3
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import zip_longest
from typing import Any

from bot import main as root
from bot.clock import SystemIds
from bot.config import load
from bot.service import journal_export
from tests.crash import expected
from tests.crash.house import PEOPLE, Fact, House, instant

OUTCOMES = {"forgot", "overran", "covered", "called_off"}
NOT_OF_FACTS = re.compile(
    r"reply\.|private\.|drill\.|mistake\.|details\.|duty\.|people\.|team\.(?:downtime|board|sealed)|digest\."
    r"|alarm\.(?:plain|unread|unreachable)|duress\.|help\.|wake\.|visit\.(?:left_question|not_told|changed)"
)
OF_FORMS = ("people.form", "private.open")
ONLY_WHILE_OPEN = re.compile(
    r"visit\.(reminder|nudge|nudge_buddy|due)|cover\.(ask|none|take_over|buddy_gone)"
    r"|ladder\.(step|ask|task|informed|late_contact)|stay\.confirm"
)
MAY_BE_DROPPED = re.compile(f"{ONLY_WHILE_OPEN.pattern}|team\\.downtime|alarm\\.|duress\\.")
"""What may have lost its meaning before its turn came; an answer or a piece of news never has."""
AT_MOST_LATE = timedelta(seconds=10)
"""A send that had begun when its visit was closed may end after it."""
BAD = re.compile(
    r"Traceback|finding (?:gate|relay\.(?:sender|failed|gone)|engine\.(?:batch|row)|intake)"
)

KILLED = -signal.SIGKILL
AGAIN = frozenset({"DuressAsked", "DuressLapsed", "DuressInformed"})
"""How often people are asked again about a call for help depends on how long the process was down: it waits for nobody."""

Row = sqlite3.Row
Shape = list[list[tuple[Any, ...]]]
"""What happened, by chain."""


@dataclass(frozen=True)
class Told:
    """What was said in a life.

    Attributes:
        expected: messages that the journal and the commands call for.
        arrived: those of them that the chat shows.
        superseded: those that no longer mattered when their turn came (the reader got a newer one).
        doubled: messages of the bot that somebody sees twice.
        orphaned: shown, but the process died before it noted that, and then no longer mattered.
        downtime: notes that nothing ran for a while.
    """

    expected: int
    arrived: int
    superseded: int
    doubled: int
    orphaned: int
    downtime: int


async def everything(house: House, *, faults: bool = False) -> Told:
    """Hold a life that is over against all that must be so; the process is stopped on the way.

    Args:
        faults: commits were made to fail in this life, so that findings in the log are right.

    Raises:
        AssertionError: with what is wrong.
    """
    await house.settle()
    await house.health(well=True)
    feeds = {who: await house.feed(who) for who in PEOPLE}
    assert await house.stop() == 0, "did not end well"
    assert set(house.exits) <= {KILLED}, f"ended by itself: {house.exits}"
    facts = house.facts()
    await _journal(house)
    _ended(house, facts)
    _steps(facts)
    _commands(house, facts, feeds)
    told = _messages(house, facts, feeds)
    if not faults:
        found = BAD.findall((house.folder / "log").read_text(encoding="utf-8"))
        assert not found, f"in the log: {found}"
    return told


def same(lived: Shape, undisturbed: Shape) -> None:
    """Hold what happened in a life against what happens in one without a kill.

    Raises:
        AssertionError: it was another life; with the first facts that differ.
    """
    facts = [fact for chain in lived for fact in chain]
    known = [fact for chain in undisturbed for fact in chain]
    for mine, other in zip_longest(facts, known):
        assert mine == other, f"another life: {mine} where {other} happens undisturbed"
    assert lived == undisturbed, "another life: the same facts in other chains"


def shape(facts: list[Fact]) -> Shape:
    """Return what happened without the instants and the ids, which are others in every life, and what is drawn by an id.

    What was shown and asked for again, because the process died before it could show it, counts once.
    """
    chains: dict[str, list[tuple[Any, ...]]] = {}
    for fact in facts:
        if fact.kind in AGAIN:
            continue
        drawn = {"until", "together"} | (
            {"question"} if fact.kind.startswith("HowAsked") else set()
        )
        body = {
            name: value
            for name, value in fact.body.items()
            if not name.endswith(("_id", "_at", "_digest", "_until")) and name not in drawn
        }
        line = (fact.kind, fact.by, json.dumps(body, sort_keys=True))
        chain = chains.setdefault(fact.chain, [])
        if not fact.kind.startswith(("DetailsOpened", "SheetOpened")) or line not in chain:
            chain.append(line)
    return list(chains.values())


async def _journal(house: House) -> None:
    settings = load(
        {
            "BUDDYLINE_DATABASE_URL": f"sqlite:///{house.folder / 'buddyline.db'}",
            "BUDDYLINE_KEY_FILE": str(house.folder / "buddyline.key"),
        }
    )
    ids = SystemIds()
    store = root.open_store(settings, root.keyring(settings, ids), ids)
    try:
        report = await store.read(journal_export.verify)
    finally:
        await store.close()
    assert not report.faults, report.faults
    for file in ("buddyline.db", "local-chat.db"):
        assert house.rows("PRAGMA integrity_check", file)[0][0] == "ok"


def _ended(house: House, facts: list[Fact]) -> None:
    assert not house.rows("SELECT id FROM visit WHERE is_open"), "a visit is open"
    alarms = house.rows("SELECT * FROM escalation")
    assert all(row["outcome"] in OUTCOMES and row["closed_by"] for row in alarms), "no outcome"
    ends = Counter(f.chain for f in facts if f.kind in {"VisitEnded", "VisitCancelled"})
    visits = {row["id"] for row in house.rows("SELECT id FROM visit")}
    assert ends == dict.fromkeys(visits, 1), "a visit ended twice, or never"
    for row in house.rows("SELECT id, version, 'v' AS what FROM visit"):
        alarm_facts = [f for f in facts if "escalation_id" in f.body and f.chain == row["id"]]
        own = sum(f.chain == row["id"] for f in facts) - len(alarm_facts)
        assert own == row["version"], "visit and journal differ"
    for row in alarms:
        own = sum(f.body.get("escalation_id") == row["id"] for f in facts)
        assert own == row["version"], "alarm and journal differ"


def _steps(facts: list[Fact]) -> None:
    entered: dict[str, list[int]] = {}
    for fact in facts:
        if fact.kind in {"StepEntered", "StepSkipped"}:
            entered.setdefault(fact.body["escalation_id"], []).append(fact.body["step"])
    for steps in entered.values():
        assert steps == list(range(len(steps))), f"steps {steps}"
    opened = Counter((f.chain, f.body["kind"]) for f in facts if f.kind == "EscalationOpened")
    assert all(times == 1 for times in opened.values()), "an alarm began twice"


def _commands(house: House, facts: list[Fact], feeds: dict[str, list[Any]]) -> None:
    states = Counter(row["state"] for row in house.rows("SELECT state FROM inbox"))
    states.pop("unreadable", None)  # planted by a life, and told to people
    assert set(states) <= {"done", "refused"}, f"undecided: {states}"
    assert states.total() == len(house.keys), f"{states.total()} decided, {len(house.keys)} sent"
    plans = house.rows("SELECT fields FROM outbox WHERE key = 'reply.planned'")
    planned = {one for row in plans for one in json.loads(row["fields"])["visits"].split(",")}
    starts = sum(
        fact.kind == "VisitRequested" and fact.body["kind"] == "visit" and fact.chain not in planned
        for fact in facts
    )
    ticks = sum(fact.kind == "AftercareTicked" for fact in facts)
    answers = house.rows("SELECT key FROM outbox WHERE key LIKE 'reply.%' OR key LIKE 'mistake.%'")
    # What is sent in private instead of an answer; asked for in the channel, that is said there.
    forms = house.rows(f"SELECT key FROM outbox WHERE key LIKE 'details.%' OR key IN {OF_FORMS}")
    asides = sum(row["key"] == "reply.in_private" for row in answers)
    answered = len(answers) + len(forms) - asides
    assert answered == states.total() - starts - ticks, "a command without its one answer"
    for who, feed in feeds.items():
        own = [message["id"] for message in feed if message["from"] == who]
        assert len(own) == len(set(own))


def _messages(house: House, facts: list[Fact], feeds: dict[str, list[Any]]) -> Told:
    rows = house.rows("SELECT * FROM outbox")
    assert not [r["key"] for r in rows if r["live"] and r["shown"] < r["wanted"]], "waiting"
    states = Counter(row["state"] for row in rows)
    assert set(states) <= {"sent", "dropped"}, f"outbox: {states}"
    dropped = {row["key"] for row in rows if row["state"] == "dropped"}
    assert all(MAY_BE_DROPPED.match(key) for key in dropped), f"dropped: {dropped}"
    due = expected.messages(facts)
    decided = Counter(
        (row["key"], "channel" if row["channel"] else row["person_id"])
        for row in rows
        if not NOT_OF_FACTS.match(row["key"])
    )
    assert decided == due, f"missing {due - decided}, too many {decided - due}"
    for feed in feeds.values():
        numbers = [message["seq"] for message in feed]
        assert numbers == list(range(1, len(feed) + 1)), "a gap in somebody's numbers"
    sent = {row["ref"]: row for row in rows if row["ref"] is not None}
    _all_readers(rows, feeds)
    orphaned, doubled = _strays(house, rows, set(sent), feeds)
    _asked(rows, facts)
    _nothing_late(house, sent, feeds)
    downtime = sum(row["key"] == "team.downtime" for row in rows)
    return Told(len(rows), len(sent), states["dropped"], doubled, orphaned, downtime)


def _all_readers(rows: list[Row], feeds: dict[str, list[Any]]) -> None:
    """Everything sent is seen by everybody it was for, once, and by nobody else."""
    for row in rows:
        if row["state"] != "sent":
            continue
        assert row["ref"] is not None, f"{row['key']} is sent, but nobody knows where"
        if row["person_id"] not in {None, *feeds}:
            continue  # joined and left again: nobody can look through their eyes any more
        readers = {row["person_id"]} if row["person_id"] else set(PEOPLE)
        seen = Counter(who for who, feed in feeds.items() for m in feed if m["id"] == row["ref"])
        assert set(seen) == readers, f"{row['key']} for {readers} is seen by {set(seen)}"
        assert set(seen.values()) == {1}


def _strays(
    house: House, rows: list[Row], known: set[str], feeds: dict[str, list[Any]]
) -> tuple[int, int]:
    """Count what the chat shows and no row knows: posted by a process that died before it could note it."""
    shown = {m["id"] for feed in feeds.values() for m in feed if m["from"] == "buddyline"}
    keys = {
        row["id"]: row["post_key"]
        for row in house.rows("SELECT id, post_key FROM message", "local-chat.db")
    }
    dropped = {digest(row["dedupe"]) for row in rows if row["state"] == "dropped"}
    strays = shown - known
    assert all(keys[stray] in dropped for stray in strays), "a message that nobody decided on"
    times = Counter(keys[one] for one in shown)
    return len(strays), sum(number - 1 for number in times.values())


def _asked(rows: list[Row], facts: list[Fact]) -> None:
    """Everybody whom a step asked has at least one message of that alarm."""
    reached = {(r["escalation_id"], r["person_id"]) for r in rows if r["ref"] is not None}
    for fact in facts:
        if fact.kind in {"StepEntered", "AskedAgain"}:
            for who in fact.body["asked"]:
                assert (fact.body["escalation_id"], who) in reached, f"{who} was never asked"


def _nothing_late(house: House, sent: dict[str, Row], feeds: dict[str, list[Any]]) -> None:
    """Nothing that calls for action is said about a visit that is over."""
    over = {row["id"]: instant(row["closed_at"]) for row in house.rows("SELECT * FROM visit")}
    for feed in feeds.values():
        for message in feed:
            row = sent.get(message["id"])
            if row is None or row["visit_id"] is None or not ONLY_WHILE_OPEN.match(row["key"]):
                continue
            late = datetime.fromisoformat(message["at"]) - over[row["visit_id"]]
            assert late < AT_MOST_LATE, f"{row['key']} came {late} after the end"


def digest(key: str) -> str:
    """Return the form in which the chat keeps a key."""
    return hashlib.sha256(key.encode()).hexdigest()
