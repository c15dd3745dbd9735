"""What those who answer for a team read of its channel, and of people whom nothing reaches any more."""

from __future__ import annotations

from bot.domain.message import Tone
from bot.domain.people import RoomFault
from bot.service.wording.view import Fields, Sentence, View, Words

_TAKES_NONE = (
    "The team's channel takes no messages",
    "What I post there is refused, so nobody reads it. Perhaps the channel was archived, or I was taken out of it.",
    "Please look, and invite me again; or have the team file name another channel.",
)
_ROOMS = {
    "closed": _TAKES_NONE,
    "gone": (
        "I am not let into your workspace any more",
        "Whoever can be reached there alone hears nothing from me, no alarm either.",
        "Until it is put right, please keep an eye on who is out yourselves.",
        "First: tell whoever looks after Buddyline. The app was taken out, or its token does not count any more.",
    ),
    "outside": (
        "Another organisation reads your team's channel",
        "The channel is shared with one. Who is out, and until when, is read there as well.",
        "Please have the team file name a channel of your own; or see to it that the other side leaves.",
    ),
    "guests": (
        "Guests read your team's channel",
        "Somebody in it is a guest of your workspace and is not on any team's list. They read who is out, and until when.",
        "Please take them out of the channel. If they belong to the team, send me team and their name with an @.",
    ),
    "unpinned": (
        "The list of who is out is not pinned",
        "It stands in the team's channel, and is changed there; but pinning it was refused.",
        "Perhaps too much is pinned there already, or the channel lets nobody pin.",
    ),
    "unreached": (
        "Somebody on your team's list cannot be written to",
        "They have not got me installed in the chat, or have blocked me. An alarm would not reach them there.",
        "Please have whoever looks after Buddyline put it right: buddyline check --teams says who it is.",
    ),
}


def in_an_alarm(view: View) -> str:
    """Return what those who act in an alarm have to know of their team's channel; "" when nothing is wrong with it."""
    faults = view.team.faults
    if not faults:
        return ""
    if faults & {RoomFault.CLOSED, RoomFault.GONE}:
        return "Your team's channel takes no messages: nobody has read of this there. Whoever is to know has to be told."
    if faults & {RoomFault.OUTSIDE, RoomFault.GUESTS}:
        return (
            "People from outside your team read its channel: please write nothing about this there."
        )
    return ""


def _room(fields: Fields, view: View) -> Words | None:
    if view.posted:
        return None
    title, *lines = _ROOMS[fields["fault"]]
    return Words(title, tuple(lines), tone=Tone.LATE)


def _unreached(fields: Fields, view: View) -> Words | None:
    if view.posted:
        return None
    if not fields.get("person"):
        title, *lines = _TAKES_NONE
        return Words(title, tuple(lines), tone=Tone.LATE)
    person = view.name(fields.get("person"))
    return Words(
        f"{person} could not be reached",
        (
            f"What I send to {person} is refused for good. Perhaps their account was closed, or their address is old.",
            "Please see that the team's list is right.",
        ),
        tone=Tone.LATE,
    )


SENTENCES: dict[str, Sentence] = {"team.room": _room, "team.unreached": _unreached}
