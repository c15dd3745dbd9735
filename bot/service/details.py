"""Private details of a visit: the form, sealing what was filled in, taking over what is on file, and erasing it in time.

No value ever goes into a message, a fact or a log: answers say that something is on file, and no more.
"""

from __future__ import annotations

from datetime import datetime

from bot.domain import details
from bot.domain.authority import on_the_scene, only_the_worker
from bot.domain.details import NO, OF_THE_NUMBER, Part
from bot.domain.details_intents import AskDetails, FillDetails, ReuseDetails, Vouch
from bot.domain.errors import UserMistake
from bot.domain.facts import VisitKind
from bot.domain.message import Message, Priority, Secrecy, To
from bot.domain.people import Person, Team
from bot.domain.policy import roles_of
from bot.domain.readiness import Address, address_of
from bot.domain.visit import Visit
from bot.ports import IdSource, Tx
from bot.service import apart
from bot.service.answering import Answer
from bot.service.carrying import Scene, carry_out, meant, scene

LISTED = 50
"""Open visits of a team that are looked through for a case reference, at most."""


def ask(
    tx: Tx,
    intent: AskDetails,
    *,
    by: Person,
    team: Team,
    in_channel: bool,
    now: datetime,
    ids: IdSource,
) -> Answer:
    """Send the form for the details of somebody's own visit, to their private chat; to a manager, the way to open them.

    Raises:
        UserMistake: no visit of theirs is meant, or several could be.
    """
    # On the way home nobody is at an address.
    mine = tuple(v for v in tx.visits.open_of(by.id) if v.kind is VisitKind.VISIT)
    if intent.case_ref is not None:
        mine = tuple(visit for visit in mine if visit.case_ref == intent.case_ref)
    message: Message | None = None
    if not mine and intent.case_ref is not None:
        message = _for_manager(tx, intent.case_ref, by, team)
    if message is None:
        visit = _only(mine)
        message = Message(
            key="details.form",
            to=To(team.id, by.id),
            priority=Priority.REPLY,
            dedupe=ids.new(f"{visit.id}:form"),
            visit_id=visit.id,
        )
    tx.outbox.add([message], now=now)
    return ("reply.in_private", {}, None) if in_channel else ("", {}, None)


def fill(tx: Tx, intent: FillDetails, *, by: Person, now: datetime, ids: IdSource) -> Answer:
    """Seal what was filled in (F2), over what was on file for this visit.

    Raises:
        UserMistake: no such visit, or as `details.seal` says.
    """
    visit = meant(tx, intent.visit_id)
    at = scene(tx, visit, now=now, ids=ids)
    return _seal(at, visit, {Part(name): value for name, value in intent.parts.items()}, by=by)


def seal_address(at: Scene, visit: Visit, address: str, *, by: Person) -> None:
    """Seal the exact address that the form for a start asked for, as if it had come by the form for details (F2).

    Raises:
        UserMistake: as `details.seal` says.
    """
    _seal(at, visit, {Part.ADDRESS: address}, by=by)


def keep_address(tx: Tx, address: str, *, by: Person, now: datetime, ids: IdSource) -> str:
    """Seal the address of a start that was refused, until its repair is pressed; return the name under which it is kept.

    Nobody presses it: it goes with the details of visits that were over by then.
    """
    kept = f"{by.id}.{ids.new('kept')}"
    tx.details.keep(kept, by.team_id, {Part.ADDRESS.value: address}, now=now)
    return kept


def kept_address(tx: Tx, kept: str, *, by: Person) -> str:
    """Return what is kept under a name; "" for nothing, for what no longer opens, and for what is somebody else's."""
    return (tx.details.read(kept).get(Part.ADDRESS.value) or "") if _theirs(kept, by) else ""


def drop_address(tx: Tx, kept: str, *, by: Person) -> None:
    """Erase what is kept under a name, if it is theirs: a name comes back on a button, and could be any visit's."""
    if _theirs(kept, by):
        tx.details.erase(kept)


def _theirs(kept: str, by: Person) -> bool:
    return kept.startswith(f"{by.id}.kept")


def reuse(tx: Tx, intent: ReuseDetails, *, by: Person, now: datetime, ids: IdSource) -> Answer:
    """Take over what is on file for the same case reference; what was given for this visit already stays.

    Raises:
        UserMistake: no such visit, nothing is on file any more, or as `details.seal` says.
    """
    visit = meant(tx, intent.visit_id)
    only_the_worker(by.id, visit)
    at = scene(tx, visit, now=now, ids=ids)
    earlier = tx.details.earlier(visit)
    found = tx.details.read(earlier) if earlier else {}
    has_number = Part.NUMBER in visit.sealed
    parts = {
        Part(name): value
        for name, value in found.items()
        if value is not None
        and name not in visit.sealed
        and name != Part.WORKER
        and not (has_number and Part(name) in OF_THE_NUMBER)
    }
    if Part.NUMBER in parts and Part.SAFE not in parts:
        parts[Part.SAFE] = NO
    if Part.ADDRESS not in parts and Part.ADDRESS not in visit.sealed:
        raise UserMistake("nothing_on_file")
    return _seal(at, visit, parts, by=by)


def vouch(tx: Tx, intent: Vouch, *, by: Person, now: datetime, ids: IdSource) -> Answer:
    """Note that somebody named can open the exact address until the visit's end.

    Raises:
        UserMistake: no such visit, or as `details.vouch` says.
    """
    visit = meant(tx, intent.visit_id)
    at = scene(tx, visit, now=now, ids=ids, people=(by.id,))
    carry_out(at, visit, details.vouch(visit, by=by.id, roster=at.roster))
    return "reply.vouched", {}, visit.id


def erase(tx: Tx, closed_before: datetime, limit: int) -> int:
    """Erase the details of visits that were over before an instant; return how many were.

    While an alarm about a visit is open nothing of it is erased, however long ago the visit itself was closed.
    """
    old = tx.details.closed_before(closed_before, limit)
    done = [visit_id for visit_id in old if not _needed(tx, visit_id)]
    for visit_id in done:
        tx.details.erase(visit_id)
    return len(done)


def _needed(tx: Tx, visit_id: str) -> bool:
    """Return whether an alarm of either kind may still need what is on file for a visit."""
    visit = tx.visits.get(visit_id)
    if visit is not None and tx.duresses.about(visit.worker_id) is not None:
        return True
    return bool(tx.escalations.open_of(visit_id))


def _seal(at: Scene, visit: Visit, parts: dict[Part, str], *, by: Person) -> Answer:
    decision = details.seal(visit, parts, by=by.id)
    drop = [part for part in OF_THE_NUMBER if Part.NUMBER in parts and part not in parts]
    at.tx.details.put(visit, {part.value: parts[part] for part in parts}, drop=drop, now=at.now)
    visit = carry_out(at, visit, decision)
    on_file = address_of(visit) is Address.ON_FILE
    return "reply.details" if on_file else "reply.details_no_address", {}, visit.id


def _only(mine: tuple[Visit, ...]) -> Visit:
    if not mine:
        raise UserMistake("no_visit")
    if len(mine) > 1:
        cases = ", ".join(dict.fromkeys(visit.case_ref for visit in mine))
        raise UserMistake("which_details", cases=cases, form=f"details {mine[0].case_ref}")
    return mine[0]


def _for_manager(tx: Tx, case_ref: str, by: Person, team: Team) -> Message | None:
    """Return the way to open the details of somebody else's visit; None when there is none for this person."""
    for visit in tx.visits.open_in(team.id, LISTED):
        if visit.case_ref != case_ref or apart.kept_from(tx, visit, by.id):
            continue
        policy = tx.policies.get(visit.policy_digest)
        roles = roles_of(policy.ladder + policy.uncovered)
        roster = tx.rosters.roster(team.id, worker_id=visit.worker_id, roles=roles, people=(by.id,))
        if by.id not in on_the_scene(visit) and by.id in roster.holding(roles):
            return Message(
                key="details.manager",
                to=To(team.id, by.id),
                priority=Priority.REPLY,
                dedupe=f"{visit.id}:manager:{by.id}",
                visit_id=visit.id,
                secrecy=Secrecy.RESPONDERS,
            )
    return None
