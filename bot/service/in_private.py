"""What those who lead a team set and note in private, about one person or all of it (F13; covert rules 13, 19, 20).

That is: the team's own phrases, each person's answer, who is kept apart from whom, and that the procedure was gone through.
All of it is done and answered in a view without history (`Intake.show`), never while whoever does it or whom it is about is
on a visit. What is set is sealed and never shown again; the journal says that something was set, not what.

Whoever is never told anything about somebody reads the same here, and changes nothing (covert rule 19).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from bot.domain import authority, response
from bot.domain import private_intents as p
from bot.domain import team_facts as f
from bot.domain.errors import UserMistake
from bot.domain.message import Message, Priority, Rendered, To
from bot.domain.people import Person, Role, Roster, Team
from bot.domain.phrases.forms import Phrase
from bot.domain.phrases.lint import Finding, lint, near_answer
from bot.domain.times import from_iso, to_iso
from bot.ports import IdSource, Tx
from bot.service import apart, covert, listening
from bot.service.answering import Answer
from bot.service.covert_scene import out_soon
from bot.service.wording import View, in_private

HALF_A_YEAR = timedelta(days=182)
"""After this the procedure is to be gone through again. No procedure says how often."""
THROUGH = "through"
"""The kind of secret that holds, for a person, when the procedure was gone through with them, and by whom."""
CAN_ANSWER = 2
"""People who have to be left to answer a call for help: one who says how it ended, another who confirms (covert rule 20)."""


def ask(
    tx: Tx,
    intent: p.AskPrivate,
    *,
    by: Person,
    team: Team,
    in_channel: bool,
    now: datetime,
    ids: IdSource,
) -> Answer:
    """Send the button that opens the view, to the asker's private chat.

    Raises:
        UserMistake: as `show` says.
    """
    about = _about(tx, intent.person, by, team)
    _refuse(tx, about, by, team, now, buddy_too=True)
    message = Message(
        key="private.open",
        to=To(team.id, by.id),
        priority=Priority.REPLY,
        dedupe=ids.new(f"{by.id}:private"),
        fields={"person": about.id if about else ""},
    )
    tx.outbox.add([message], now=now)
    return ("reply.in_private", {}, None) if in_channel else ("", {}, None)


def show(tx: Tx, intent: p.OfPrivate, *, by: Person, team: Team, now: datetime) -> Rendered:
    """Return the view that a button opens, or what came of one that was pressed in it.

    Raises:
        UserMistake: person_unknown, private_not_yours, private_own, private_visit.
    """
    person = "" if isinstance(intent, p.SetPhrases) else intent.person
    about = _about(tx, person, by, team)
    noting = isinstance(intent, p.AskPrivate | p.OpenPrivate | p.GoneThrough)
    leads = _refuse(tx, about, by, team, now, buddy_too=noting)
    view = View(
        team=team,
        now=now,
        reader=by.id,
        people={one.id: one for one in tx.rosters.members(team.id)},
        policy=tx.policies.get(team.policy_digest),
    )
    match intent:
        case p.SetPhrases(texts):
            return _set_phrases(tx, texts, by, team, view)
        case p.AskPrivate() | p.OpenPrivate() if about is None:
            return in_private.of_team(
                view, own=listening.has_own(tx, team), published=listening.published(team)
            )
    assert about is not None
    kept = by.id in apart.never_told(tx, about.id)
    match intent:
        case p.SetAnswer(text=text):
            wrong = wrong_answer(tx, team, text, now=now)
            if not wrong and not kept:
                tx.secrets.put(covert.ANSWER, about.id, text)
                _journal(tx, team, f.SetInPrivate(about.id), by, now)
            return in_private.answer_set(about.id, text, wrong, view)
        case p.SetNeverTold(names=names):
            return _set_never_told(tx, about, names, by, view, kept=kept)
        case p.GoneThrough():
            if not kept:
                tx.secrets.put(THROUGH, about.id, f"{to_iso(now)} {by.id}")
                _journal(tx, team, f.GoneThrough(about.id), by, now)
            return in_private.gone_through(about.id, view)
    at, whom = (None, "") if kept else gone_through(tx, about.id)
    return in_private.of_person(about.id, at, whom, view, leads=leads)


def gone_through(tx: Tx, person_id: str) -> tuple[datetime | None, str]:
    """Return when the procedure was last gone through with somebody, and the id of whoever noted it; (None, "") for never."""
    noted = tx.secrets.get(THROUGH, person_id)
    at, _, by = (noted or "").partition(" ")
    return (from_iso(at), by) if at else (None, "")


def set_phrases(
    tx: Tx, team: Team, texts: Iterable[str], *, now: datetime
) -> tuple[tuple[int, Finding], ...]:
    """Seal a team's own phrases; none: its procedure's count.

    Returns:
        What is wrong, each with the number of its phrase, from 1; then nothing was set. Empty: they are set.
    """
    answers = answers_of(tx, team)
    given: list[Phrase] = []
    found: list[tuple[int, Finding]] = []
    for number, text in enumerate(texts, 1):
        phrase = Phrase(f"own{number}", text)
        found += [(number, each) for each in lint(phrase, others=given, answers=answers)]
        given.append(phrase)
    if not found:
        listening.set_phrases(tx, team, tuple(given), now=now)
    return tuple(found)


def wrong_answer(tx: Tx, team: Team, text: str, *, now: datetime) -> str:
    """Return why a private answer cannot be that: "short", "near"; "" when it can, and for none."""
    if not text:
        return ""
    if len(text.split()) < 2:
        return "short"
    return "near" if near_answer(text, listening.phrases_of(tx, team, now=now)) else ""


def answers_of(tx: Tx, team: Team) -> list[str]:
    """Return the private answers of everybody in a team; may be empty."""
    found = (tx.secrets.get(covert.ANSWER, person.id) for person in tx.rosters.members(team.id))
    return [answer for answer in found if answer]


def left_to_answer(tx: Tx, about: Person, team: Team, never: Iterable[str]) -> int:
    """Return how many could answer a call for help by somebody, without those who are never told of it."""
    policy = tx.policies.get(team.policy_digest)
    roster = tx.rosters.roster(
        team.id, worker_id=about.id, roles=response.roles(policy), people=(about.id,)
    )
    asked = {*roster.holding(response.roles(policy)), *roster.cover}
    return len(asked - {about.id, *never})


def answered_by_one(tx: Tx, team: Team) -> tuple[str, ...]:
    """Return the workers whose call for help too few could answer: nobody but one person, or nobody at all; may be empty.

    Nobody's list of those who are never told counts here: it must not show (covert rule 19).
    """
    named = response.roles(tx.policies.get(team.policy_digest))
    roster = tx.rosters.roster(team.id, worker_id="", roles=(*named, Role.WORKER), people=())
    if len(set(roster.holding(named))) > CAN_ANSWER:
        return ()
    workers = map(tx.rosters.person, roster.holding((Role.WORKER,)))
    there = (one for one in workers if one is not None and not one.left)
    return tuple(one.id for one in there if left_to_answer(tx, one, team, ()) < CAN_ANSWER)


def to_go_through(tx: Tx, roster: Roster, now: datetime) -> tuple[str, ...]:
    """Return the workers with whom the procedure was not gone through in person for half a year, or ever (F13).

    Args:
        roster: with the holders of `Role.WORKER`.
    """
    workers = roster.of_the_team(roster.holding((Role.WORKER,)))
    last = {who: gone_through(tx, who)[0] for who in workers}
    return tuple(who for who, at in last.items() if at is None or at < now - HALF_A_YEAR)


def _set_phrases(tx: Tx, texts: tuple[str, ...], by: Person, team: Team, view: View) -> Rendered:
    found = set_phrases(tx, team, texts, now=view.now)
    if not found:
        _journal(tx, team, f.SetInPrivate(""), by, view.now)
    return in_private.phrases_set(len(texts), found, published=listening.published(team))


def _set_never_told(
    tx: Tx, about: Person, names: str, by: Person, view: View, *, kept: bool
) -> Rendered:
    who = _named(names, view)
    wrong = "unknown" if who is None or about.id in who else ""
    if who is not None and not wrong and left_to_answer(tx, about, view.team, who) < CAN_ANSWER:
        wrong = "few"
    if who is not None and not wrong and not kept:
        apart.set_never_told(tx, about.id, who)
        _journal(tx, view.team, f.SetInPrivate(about.id), by, view.now)
    return in_private.apart_set(about.id, wrong, view)


def _named(names: str, view: View) -> list[str] | None:
    """Return the ids of the colleagues who were named; None when one of the names is nobody's, or two people's."""
    found: list[str] = []
    for typed in names.replace(" and ", ",").replace("@", ",").split(","):
        name = " ".join(typed.split()).casefold()
        if not name:
            continue
        theirs = [
            one.id
            for one in view.people.values()
            if name in (one.id.casefold(), one.name.casefold(), one.name.split(" ")[0].casefold())
        ]
        if len(theirs) != 1:
            return None
        found += theirs
    return found


def _about(tx: Tx, person_id: str, by: Person, team: Team) -> Person | None:
    """Return whom it is about; None for the whole team."""
    if not person_id:
        return None
    about = tx.rosters.person(person_id)
    if about is None or about.left or about.team_id != team.id:
        raise UserMistake("person_unknown", form="private @ben")
    if about.id == by.id:
        roster = _leading(tx, team)
        others = [who for who in roster.holding(authority.MANAGING) if who != by.id]
        raise UserMistake("private_own", who=authority.named(others, roster))
    return about


def _refuse(
    tx: Tx, about: Person | None, by: Person, team: Team, now: datetime, *, buddy_too: bool
) -> bool:
    """Refuse what is not theirs, and what would go with a visit; return whether they lead the team.

    Args:
        buddy_too: the standing buddy of whom it is about may do it as well.
    """
    roster = _leading(tx, team)
    standing = about is not None and tx.rosters.standing_in(team.id).get(about.id) == by.id
    if not (buddy_too and standing):
        authority.may_set_in_private(by.id, roster)
    if any(out_soon(tx, team.id, one.id, now) for one in (by, about) if one is not None):
        raise UserMistake("private_visit")
    return by.id in roster.holding(authority.MANAGING)


def _leading(tx: Tx, team: Team) -> Roster:
    return tx.rosters.roster(team.id, worker_id="", roles=authority.MANAGING, people=())


def _journal(tx: Tx, team: Team, fact: f.TeamFact, by: Person, now: datetime) -> None:
    tx.journal.append(f.team_chain(team.id), fact, at=now, by=by.id)
