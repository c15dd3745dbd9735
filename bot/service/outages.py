"""A platform that takes nothing from anybody: those on duty hear of it once, and alarms do not wait for it any longer.

It counts as down once it has failed several people in a row, with nothing taken in between. Nobody looks for whom that
concerns: each alarm finds so as it is sent. What responders were sent says that there is an alarm. So there are two counts:
of what everybody may know of, which is told to whoever is on duty; and of all, which is not told to anybody who is out, or of
whom there may be an alarm (covert rules 7 and 12).
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta

from bot.domain import waking as rules
from bot.domain.message import Message, Priority, Secrecy, To
from bot.domain.people import Role
from bot.domain.policy import roles_of
from bot.domain.replacing import replace
from bot.domain.times import to_iso
from bot.ports import Outgoing, Posted, Result, Trouble, Tx
from bot.service.last_visit import LONGEST_DAY
from bot.service.platforms import deaf

log = logging.getLogger(__name__)

PEOPLE = 3
"""So many different readers in a row, and it is not their own telephones."""
WINDOW = timedelta(minutes=15)
"""A failure that long after the one before begins the count anew."""
BACK = "platform.back"
"""The message that a platform takes messages again."""
OPEN, ALL = "open", "all"
"""The two counts (`Trouble.heard`)."""


def note(tx: Tx, results: Sequence[Result], *, now: Callable[[], datetime]) -> None:
    """Hear what results say of their platforms. `now` is asked for only where there is something to note."""
    failed = [each for each in results if each.tried]
    taken = [each for each in results if _posted(each)]
    if not failed and not taken:
        return
    troubles = dict(tx.troubles.all())
    for each in failed:
        at = now()
        for heard in _counts(each.row):
            before = troubles.get((each.tried, heard))
            troubles[each.tried, heard] = _failed(tx, before, each, heard, at)
    for each in taken if troubles else ():
        platform = each.ref_way.platform if each.ref_way else ""
        for heard in _counts(each.row):
            trouble = troubles.pop((platform, heard), None)
            if trouble is not None:
                _over(tx, trouble, now())


def _posted(result: Result) -> bool:
    """Return whether a platform has just taken something: what shows the same as before was never sent."""
    return result.state is Posted.SENT and result.digest != result.row.digest


def _counts(row: Outgoing) -> tuple[str, ...]:
    known = row.secrecy is Secrecy.ORDINARY and row.duress_id is None
    return (OPEN, ALL) if known else (ALL,)


def _failed(tx: Tx, before: Trouble | None, result: Result, heard: str, at: datetime) -> Trouble:
    row, platform = result.row, result.tried
    if before is None or (before.down_since is None and at - before.last_at > WINDOW):
        before = Trouble(platform, heard, at, at)
    teams = tuple(dict.fromkeys((*before.teams, row.team_id)))
    now = replace(before, last_at=at, teams=teams)
    if before.down_since is None:
        readers = tuple(dict.fromkeys((*before.readers, row.person_id or f"#{row.team_id}")))
        now = replace(now, readers=readers)
        if len(readers) < PEOPLE:
            tx.troubles.save(now)
            return now
        if heard == ALL:
            log.error("finding platform.down: %s takes nothing", platform)
        now = replace(now, down_since=now.first_at)
        return _told(tx, now, teams, at)
    if row.team_id in before.teams:
        return before  # nothing new: it is down, and this team knows
    return _told(tx, now, (row.team_id,), at)


def _told(tx: Tx, trouble: Trouble, teams: Iterable[str], at: datetime) -> Trouble:
    """Tell those on duty in these teams, each once for each outage, whichever count it was found by."""
    assert trouble.down_since is not None
    both = (tx.troubles.all().get((trouble.platform, heard)) for heard in (OPEN, ALL))
    known = {*trouble.told, *(who for one in both if one for who in one.told)}
    told = []
    for team_id in teams:
        for who in _on_duty(tx, team_id, at, out_too=trouble.heard == OPEN):
            if who not in known:
                known.add(who)
                told.append((team_id, who))
    messages = [
        Message(
            key=rules.OUTAGE,
            to=To(team_id, who),
            priority=Priority.ESCALATION,
            dedupe=f"down:{trouble.platform}:{to_iso(trouble.down_since)}:{who}",
            fields={"platform": trouble.platform, "down_since": to_iso(trouble.down_since)},
        )
        for team_id, who in told
    ]
    trouble = replace(trouble, told=(*trouble.told, *(who for _, who in told)))
    tx.troubles.save(trouble)
    tx.outbox.add([each for one in messages for each in _by_what_works(tx, one, at)], now=at)
    return trouble


def _by_what_works(tx: Tx, message: Message, at: datetime) -> tuple[Message, ...]:
    """Return how somebody is told: by a chat that works, or by their other ways; what is over by then says `BACK`."""
    person = tx.rosters.person(message.to.person_id or "")
    if person is None or not deaf(tx, person):
        return (message,)
    return (rules.waking(message, now=at),) if person.wakes else ()


def _over(tx: Tx, trouble: Trouble, at: datetime) -> None:
    tx.troubles.over(trouble)
    if trouble.down_since is None:
        return
    if trouble.heard == ALL:
        log.warning("finding platform.back: %s takes messages again", trouble.platform)
    messages = []
    for who in trouble.told:
        person = tx.rosters.person(who)
        if person is not None:
            since = to_iso(trouble.down_since)
            messages.append(
                Message(
                    key=BACK,
                    to=To(person.team_id, who),
                    priority=Priority.REMINDER,
                    dedupe=f"back:{trouble.platform}:{since}:{who}",
                    fields={
                        "platform": trouble.platform,
                        "down_since": since,
                        "until": to_iso(at),
                    },
                )
            )
    tx.outbox.add(messages, now=at)


def _on_duty(tx: Tx, team_id: str, now: datetime, *, out_too: bool) -> tuple[str, ...]:
    """Return who is on duty; where nobody is, those who answer for cover.

    Args:
        out_too: also who is out themselves, or is kept apart from an alarm.
    """
    team = tx.rosters.team(team_id)
    if team is None:
        return ()
    answering = roles_of(tx.policies.get(team.policy_digest).uncovered)
    roster = tx.rosters.roster(
        team_id, worker_id="", roles=(Role.DUTY_OFFICER, *answering), people=()
    )
    apart: set[str] = set()
    for duress in () if out_too else tx.duresses.open_in(team_id):
        apart |= {duress.about, *duress.apart}
    found: tuple[str, ...] = ()
    for roles in ((Role.DUTY_OFFICER,), answering):
        here = roster.here(roster.holding(roles), now)
        found = tuple(
            who for who in here if out_too or (who not in apart and not _out(tx, team_id, who, now))
        )
        if found:
            break
    return found


def _out(tx: Tx, team_id: str, who: str, now: datetime) -> bool:
    # Looked at and not locked: whoever writes a result may hold the visit of its message, and waits for no other.
    own = tx.visits.of_day(who, now - LONGEST_DAY, now + LONGEST_DAY)
    return any(visit.open for visit in own) or bool(tx.visits.accompanied_by(team_id, who))
