"""Starting a visit that is rated: what its procedure demands of that rating first (K11, S13)."""

from __future__ import annotations

from datetime import datetime

from bot.domain import authority, demands
from bot.domain.errors import UserMistake
from bot.domain.grammar_asked import SUGGESTIONS
from bot.domain.grammar_start import command_for
from bot.domain.intents import Start
from bot.domain.people import Person, Team
from bot.domain.policy import Policy
from bot.domain.terms import rated
from bot.domain.times import local_day, to_iso
from bot.domain.training import may_go
from bot.ports import Tx


def demanded(
    tx: Tx, intent: Start, *, worker: Person, team: Team, now: datetime, of_plan: bool = False
) -> None:
    """Refuse to start a visit that lacks what its rating demands; what was typed is kept, with what was lacking.

    Raises:
        UserMistake: rating_training {who}: the worker has not had the training (S12), and those who may note it;
            rating_which, rating_assessed, rating_checked, rating_where, rating_building, rating_device, each with
            how the visit is rated (`rated`), and complete repairs where nothing was said that only a private chat holds;
            rating_where also with the command (`command`) and whom to choose from (`people`); rating_plan; rating_daylight with
            the hours of that day's light (`at`, `until`); rating_dark.
    """
    policy: Policy = tx.policies.get(team.policy_digest)
    if not may_go(worker, intent.rating, policy):
        raise _untrained(tx, intent, worker, team, of_plan=of_plan)
    lack = demands.lacking(intent, policy, team.tz)
    if lack is None:
        return
    said = {"rated": rated(intent.rating), "case": intent.case_ref}
    if of_plan:
        raise UserMistake("rating_plan", **said)
    if lack.what == demands.DAYLIGHT:
        raise _too_dark(intent, policy, team, now, said)
    private = intent.place or intent.outsider or intent.address
    offers = [command_for(each, now=now, zone=team.tz) for each in lack.offers]
    said |= {} if private else dict(zip(SUGGESTIONS, offers, strict=False))
    if lack.along:
        colleagues = (one.id for one in tx.rosters.members(team.id) if one.id != worker.id)
        said |= {
            "command": command_for(intent, now=now, zone=team.tz),
            "people": ",".join(colleagues),
            "place": "yes" if intent.place or intent.address else "",
        }
    raise _mistake(lack.what, said)


def _untrained(tx: Tx, intent: Start, worker: Person, team: Team, *, of_plan: bool) -> UserMistake:
    if of_plan:
        return UserMistake("rating_plan", rated=rated(intent.rating), case=intent.case_ref)
    roster = tx.rosters.roster(
        team.id, worker_id=worker.id, roles=authority.LEADING, people=(worker.id,)
    )
    leading = [who for who in roster.holding(authority.LEADING) if who != worker.id]
    who = authority.named(leading, roster)
    return UserMistake("rating_training", rated=rated(intent.rating), who=who)


def _too_dark(
    intent: Start, policy: Policy, team: Team, now: datetime, said: dict[str, str]
) -> UserMistake:
    """Return the refusal of a visit outside daylight, with the next morning at which it could be (C4)."""
    light = demands.light(local_day(intent.start_at, team.tz), policy, team.tz)
    if light is None:
        return UserMistake("rating_dark", **said)
    other = demands.in_the_light(intent, policy, team.tz, now)
    private = intent.place or intent.outsider or intent.address
    if other is not None and not private:
        said |= {SUGGESTIONS[0]: command_for(other, now=now, zone=team.tz)}
    begins, ends = map(to_iso, light)
    return UserMistake("rating_daylight", **said, at=begins, until=ends)


def _mistake(what: str, said: dict[str, str]) -> UserMistake:
    match what:
        case demands.WHICH:
            return UserMistake("rating_which", **said)
        case demands.ASSESSED:
            return UserMistake("rating_assessed", **said)
        case demands.CHECKED:
            return UserMistake("rating_checked", **said)
        case demands.WHERE:
            return UserMistake("rating_where", **said)
        case demands.BUILDING:
            return UserMistake("rating_building", **said)
        case _:
            return UserMistake("rating_device", **said)
