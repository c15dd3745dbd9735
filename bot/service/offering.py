"""The forms that a message offers, for platforms where a form opens in a dialog of its own, after the press."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.domain.message import Choice
from bot.domain.people import Person, Team, Way
from bot.ports import InboundEvent, Outgoing, Tx
from bot.service.outlook import outlook
from bot.service.subject import Reading
from bot.service.wording import View, render


def form(tx: Tx, event: InboundEvent, *, of: str | None, now: datetime) -> Choice | None:
    """Return the pressed button with its form, as the message would offer it if it were written now.

    Args:
        event: the press; without `of`, anything that its sender did.
        of: the name of the message in the outbox; None: the form that starts a visit.

    Returns:
        None for a stranger, and when the message is not theirs to read or does not offer that any more.
    """
    person = tx.rosters.at(Way(event.platform, event.sender))
    team = tx.rosters.team(person.team_id) if person else None
    if person is None or team is None:
        return None
    if of is None:
        return _start(tx, person, team, in_channel=event.channel is not None, now=now)
    row = tx.outbox.find(of)
    if row is None or not _reads(person, row):
        return None
    # As if it had not been posted yet: what is said once and then left as it stands is still offered.
    anew = Reading(tx).subject(replace(row, ref=None, ref_way=None, way=0))
    rendered = outlook(tx, anew, now=now).rendered
    choices = rendered.choices if rendered else ()
    return next((one for one in choices if one.id == event.choice), None)


def _start(tx: Tx, person: Person, team: Team, *, in_channel: bool, now: datetime) -> Choice | None:
    if person.left:
        return None
    members = tx.rosters.members(team.id)
    fields = {
        "people": ",".join(one.id for one in members if one.id != person.id),
        "say": "visit " if in_channel else "",
    }
    view = View(
        team=team,
        now=now,
        reader=person.id,
        people={one.id: one for one in members},
        policy=tx.policies.get(team.policy_digest),
    )
    rendered = render("reply.form", fields, view)
    return next(iter(rendered.choices), None) if rendered else None


def _reads(person: Person, row: Outgoing) -> bool:
    if row.person_id is not None:
        return row.person_id == person.id
    return row.team_id == person.team_id
