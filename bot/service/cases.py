"""Cases that nobody visits alone (F14): saying so, refusing to start there alone, and being left alone there.

Load, decide, carry out. Each start reads one row, and nothing looks through the cases.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.domain import authority, pairs
from bot.domain import team_facts as f
from bot.domain.authority import on_the_scene
from bot.domain.decision import VisitDecision
from bot.domain.errors import UserMistake
from bot.domain.facts import SomeLeft
from bot.domain.grammar_asked import SUGGESTIONS
from bot.domain.grammar_start import command_for
from bot.domain.intents import Start
from bot.domain.pairs_intents import MarkPairs
from bot.domain.people import Person, Team
from bot.domain.policy import Policy, roles_of
from bot.domain.terms import Term
from bot.domain.terms import rated as rated_in_words
from bot.domain.visit import Visit
from bot.ports import IdSource, Outgoing, Tx
from bot.service.answering import Answer
from bot.service.carrying import Scene, carry_out, scene

LISTED = 60
"""Cases named in one answer."""
OUT_MOST = 2_000
"""Open visits of a team among which those to one case are looked for, at most."""


def mark(tx: Tx, intent: MarkPairs, *, by: Person, now: datetime, ids: IdSource) -> Answer:
    """Have nobody visit a case alone from now on, or let it be visited alone again.

    Whoever is alone there now, or plans to be, is told at once, and so is who looks after them.

    Raises:
        UserMistake: not_yours_to_mark.
    """
    roster = tx.rosters.roster(
        by.team_id, worker_id=by.id, roles=authority.LEADING, people=(by.id,)
    )
    authority.may_mark_cases(by.id, roster)
    ref, team_id = intent.case_ref, by.team_id
    changed = tx.cases.mark(team_id, ref) if intent.on else tx.cases.clear(team_id, ref)
    if changed:
        fact = f.PairsMarked(ref) if intent.on else f.PairsLifted(ref)
        tx.journal.append(f.team_chain(team_id), fact, at=now, by=by.id)
    alone = _alone_at(tx, team_id, ref) if intent.on else ()
    for visit in alone if changed else ():
        at = scene(tx, visit, now=now, ids=ids, people=(by.id,))
        told = pairs.tell(visit, roster=at.roster, policy=at.policy, now=now, by=by.id)
        carry_out(at, visit, told)
    said = {"case": ref, "on": "yes" if intent.on else ""}
    return "reply.pairs", {**said, "visits": ",".join(visit.id for visit in alone)}, None


def listed(tx: Tx, *, by: Person) -> Answer:
    """Name the cases of the team that nobody visits alone."""
    return "reply.pairs_listed", {"cases": ", ".join(tx.cases.all_of(by.team_id, LISTED))}, None


def not_alone(
    tx: Tx, intent: Start, *, worker: Person, team: Team, now: datetime, of_plan: bool = False
) -> None:
    """Refuse to start a visit alone where nobody goes alone.

    Raises:
        UserMistake: rating_before, where the case was rated so last time and this start says otherwise, with how
            (`rated`) and both ways as repairs; pairs_only, or rating_alone by the pack (S1), with the whole command again
            (`command`), whom to choose from (`people`), and whether a place was given (`place`), which only a form may
            hold; pairs_only_plan, rating_alone_plan and rating_plan, the first two with that line of the plan (`line`).
    """
    if not pairs.lone(intent):
        return
    policy: Policy = tx.policies.get(team.policy_digest)
    rated = intent.rating in policy.companion_for
    before = "" if rated else _before(tx, intent, policy, team)
    if not before and not rated and not tx.cases.pairs_only(team.id, intent.case_ref):
        return
    if before:
        raise _otherwise_before(intent, before, team, now, of_plan=of_plan)
    command = command_for(intent, now=now, zone=team.tz)
    if of_plan:
        line = command.removeprefix("start ")
        if rated:
            raise UserMistake("rating_alone_plan", case=intent.case_ref, line=line)
        raise UserMistake("pairs_only_plan", case=intent.case_ref, line=line)
    colleagues = (one.id for one in tx.rosters.members(team.id) if one.id != worker.id)
    fields = {
        "case": intent.case_ref,
        "command": command,
        "people": ",".join(colleagues),
        "place": "yes" if intent.place or intent.address else "",
    }
    if rated:
        raise UserMistake("rating_alone", **fields)
    raise UserMistake("pairs_only", **fields)


def remember(tx: Tx, intent: Start, policy: Policy, team_id: str) -> None:
    """Remember that nobody goes to a case alone by its rating, or that it was looked up and is so no longer (S1)."""
    if intent.rating in policy.companion_for:
        tx.cases.rate(team_id, intent.case_ref, intent.rating)
    elif policy.companion_for and Term.CHECKED in intent.terms:
        tx.cases.rate(team_id, intent.case_ref, "")


def _before(tx: Tx, intent: Start, policy: Policy, team: Team) -> str:
    """Return the rating by which nobody went there alone last time, unless it was looked up since; "" for none."""
    if not policy.companion_for or Term.CHECKED in intent.terms:
        return ""
    before = tx.cases.rated(team.id, intent.case_ref)
    return before if before in policy.companion_for else ""


def _otherwise_before(
    intent: Start, before: str, team: Team, now: datetime, *, of_plan: bool
) -> UserMistake:
    """Return the refusal of a lone start where nobody went alone last time: as before, or looked up, in one tap each."""
    said = {"rated": rated_in_words(before), "case": intent.case_ref}
    if of_plan:
        return UserMistake("rating_plan", **said)
    if not (intent.place or intent.outsider or intent.address):
        looked_up = replace(intent, terms=(*intent.terms, Term.CHECKED.value))
        ways = (replace(intent, rating=before), looked_up)
        offers = (command_for(each, now=now, zone=team.tz) for each in ways)
        said |= dict(zip(SUGGESTIONS, offers, strict=False))
    return UserMistake("rating_before", **said)


def parted(at: Scene, visit: Visit, decision: VisitDecision) -> VisitDecision:
    """Return a decision that somebody has left, with what is said where that leaves somebody alone who must not be."""
    left = any(isinstance(recorded.fact, SomeLeft) for recorded in decision.facts)
    if not left or pairs.alone(pairs.after_leaving(visit, decision, at.now)) is None:
        return decision
    rated = visit.rating in at.policy.companion_for
    if not rated and not at.tx.cases.pairs_only(visit.team_id, visit.case_ref):
        return decision
    return pairs.left_alone(visit, decision, roster=at.roster, policy=at.policy, now=at.now)


def unreachable(tx: Tx, visit: Visit, row: Outgoing, *, now: datetime, ids: IdSource) -> None:
    """Tell those who answer for cover that somebody is alone there, for who watches could not be told (house rule 5)."""
    at = scene(tx, visit, now=now, ids=ids)
    line = at.roster.here(at.roster.holding(roles_of(at.policy.uncovered)), now)
    others = [who for who in line if who != row.person_id and who not in on_the_scene(visit)]
    person = row.fields.get("person", visit.worker_id)
    # As often as it happens to one message they are told once.
    once = f"watch_up:{row.dedupe.rsplit(':', 1)[0]}"
    if "watch_up" not in row.dedupe:
        tx.outbox.add(pairs.watchers(visit, others, once=once, person=person), now=now)


def _alone_at(tx: Tx, team_id: str, case_ref: str) -> tuple[Visit, ...]:
    """Return the open visits to a case where somebody is alone, or will be."""
    out = (one for one in tx.visits.open_in(team_id, OUT_MOST) if one.case_ref == case_ref)
    found = (tx.visits.get(one.id) for one in out)
    return tuple(one for one in found if one is not None and pairs.alone(one) is not None)
