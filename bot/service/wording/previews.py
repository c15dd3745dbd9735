"""What a lock screen may show of each message. Anybody may read it: a stranger at the door, a child on the sofa.

So no name, address, number or note, and no word that tells an alarm from an ordinary message; of a visit only its case
reference and, to its own worker, its times.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

_NEEDED = "Buddyline: a visit needs you"
_NEWS = "Buddyline: news about a visit"
_ANSWER = "Buddyline: an answer for you"

PREVIEWS: Mapping[str, str] = MappingProxyType(
    {
        "visit.card": "{case}: {span}",
        "visit.mine": "{case}: {span}",
        "visit.watch": "{case}: {span}",
        "visit.reminder": "{case}: due to end at {end}",
        "visit.nudge": "{case}: all well?",
        "visit.nudge_buddy": "{case}: due to end at {end}",
        "visit.due": "{case}: due to end at {end}",
        "visit.extended": "{case}: a new time",
        "visit.ended": "{case}: ended",
        "visit.off": "{case}: called off",
        "visit.called_off": "{case}: called off",
        "visit.goes_on": "{case}: a new time",
        "visit.confirmed_safe": "{case}: ended",
        "visit.with_you": "{case}: {span}",
        "visit.some_left": "{case}: news",
        "visit.left_question": "{case}: have you left?",
        "visit.not_told": "{case}: please ring",
        "visit.turned_back": _NEEDED,
        "cover.ask": "{case}: can you be the buddy?",
        "cover.accepted": "{case}: you have a buddy",
        "cover.none": "{case}: no buddy yet",
        "cover.take_over": "{case}: can you be the buddy?",
        "cover.handed_over": "{case}: news",
        "cover.buddy_gone": "{case}: news",
        "duty.offer": "Buddyline: can you take over?",
        "duty.handed_over": _ANSWER,
        "people.form": _ANSWER,
        "people.welcome": "Buddyline: welcome",
        "people.ends": "Buddyline: a note for you",
        "people.left": "Buddyline: a note for the team",
        "reply.buddy_asked": "{case}: noted",
        "reply.cannot_watch": "{case}: noted",
        "reply.away": "Buddyline: noted",
        "reply.back": "Buddyline: noted",
        "reply.duty_asked": _ANSWER,
        "reply.duty_taken": _ANSWER,
        "reply.people": _ANSWER,
        "reply.person_added": _ANSWER,
        "reply.person_ends": _ANSWER,
        "reply.person_kept": _ANSWER,
        "ladder.step": _NEEDED,
        "ladder.ask": _NEEDED,
        "ladder.task": _NEEDED,
        "ladder.informed": _NEEDED,
        "ladder.late_contact": _NEEDED,
        "ladder.called_999": _NEWS,
        "ladder.closed": _NEWS,
        "ladder.offer": _NEEDED,
        "ladder.handed_over": _NEWS,
        "aftercare.list": _NEWS,
        "stay.confirm": _NEEDED,
        "reply.stay_asked": "{case}: please ring",
        "details.form": "{case}: for you to fill in",
        "details.manager": _ANSWER,
        "reply.details": "{case}: noted",
        "reply.details_no_address": "{case}: noted",
        "reply.vouched": "{case}: noted",
        "reply.in_private": _ANSWER,
        "reply.handing_over": _ANSWER,
        "reply.arrived": "{case}: noted",
        "reply.going_in": "{case}: noted",
        "reply.turned_back": "{case}: noted",
        "reply.who_is_out": "{case}: who is out?",
        "reply.still_inside": "{case}: noted",
        "reply.companion_out": "{case}: noted",
        "reply.planned": "Buddyline: planned",
        "reply.home": "Buddyline: noted",
        "reply.form": _ANSWER,
        "reply.today": _ANSWER,
        "reply.ok": "{case}: noted",
        "reply.extended": "{case}: noted",
        "reply.done": "{case}: noted",
        "reply.cancelled": "{case}: noted",
        "reply.late": "{case}: noted",
        "reply.accepted": "{case}: noted",
        "reply.charge": _ANSWER,
        "reply.answer": _ANSWER,
        "reply.status": _ANSWER,
        "reply.board": _ANSWER,
        "reply.help": _ANSWER,
        "reply.stranger": _ANSWER,
        "digest.buddy": "Buddyline: your day",
        "digest.duty": "Buddyline: the team's day",
        "team.board": "Buddyline: who is out",
        "team.downtime": "Buddyline: a note for the team",
        "alarm.plain": _NEEDED,
        "alarm.unread": _NEEDED,
        "alarm.unreachable": _NEEDED,
    }
)
"""Key to preview. Blanks: case, span, end; `MISTAKE` for every key that begins with "mistake."."""

MISTAKE = _ANSWER
NO_VISIT = _NEWS
"""For a message about a visit that is not at hand."""
