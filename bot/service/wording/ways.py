"""What is said of the ways that people are reached by: whether they are known to work, and of platforms that take nothing."""

from __future__ import annotations

from bot.domain.errors import InvariantBroken
from bot.domain.message import Tone
from bot.domain.people import WAKING
from bot.domain.proving import Fault
from bot.service.wording.replies import once
from bot.service.wording.view import Fields, Sentence, View, Words, instant

_ONE = {"sms": "text message", "email": "e-mail", "voice": "telephone call"}
_PLATFORMS = {
    "slack": "Slack",
    "teams": "Microsoft Teams",
    "local": "The chat",
    "sms": "The way by text message",
    "email": "The way by e-mail",
    "voice": "The way by telephone call",
}
_NAMED = 3
"""People named in a line beside a visit."""


def one(platform: str) -> str:
    """Return what something is that goes by a way that wakes: "text message"."""
    return _ONE.get(platform, platform)


def named(platform: str) -> str:
    """Return what a platform is called at the beginning of a sentence."""
    return _PLATFORMS.get(platform, platform.title())


def unproven(fields: Fields, view: View, *, most: int | None = None) -> str:
    """Return whose ways are not known to work, and which: "Ben Carter (text message)"; "" for nobody.

    Args:
        fields: `unproven` and `unproven_ways`, as `proving.unproven` has them.
        most: people who are named; None: all.
    """
    people, ways = (fields.get(name, "").split(",") for name in ("unproven", "unproven_ways"))
    found: dict[str, list[str]] = {}
    for who, what in zip(people, ways, strict=True) if any(people) else ():
        platform, _, wrong = what.partition(":")
        how = "" if wrong == Fault.FAILING else " not tested for two weeks"
        found.setdefault(who, []).append(f"{one(platform)}{how}")
    shown = [f"{view.name(who)} ({', '.join(each)})" for who, each in found.items()]
    more = len(shown) - most if most is not None else 0
    return ", ".join(shown[:most]) + (f" and {more} more" if more > 0 else "")


def finding(fields: Fields, view: View) -> str:
    """Return the line of a digest about them; "" for nobody."""
    found = unproven(fields, view)
    if not found:
        return ""
    how = "If a number is right, test it again: team test @ and the name."
    return f"Perhaps not woken at night, because no test arrives: {found}. {how}"


def _at_start(fields: Fields, view: View) -> Words | None:
    face = view.visit()
    if view.posted or not face.open:
        return None
    found = unproven(fields, view, most=_NAMED)
    return Words("", (f"{face.case_ref}: no test has lately reached {found}. By chat they are.",))


def _tested(fields: Fields, view: View) -> Words:
    ways = [one(each) for each in fields.get("ways", "").split(",") if each]
    by = " and ".join(filter(None, (", ".join(ways[:-1]), *ways[-1:])))
    name = view.name(fields.get("person"))
    return Words("", (f"A test goes to {name} by {by}. You hear what came of it.",))


def _result(fields: Fields, view: View) -> Words | None:
    if view.posted:
        return None
    name, way = view.name(fields.get("person")), one(fields.get("way", ""))
    at = instant(fields, "at")
    if at is None:
        raise InvariantBroken("what came of a test without its time")
    if fields.get("arrived") == "yes":
        return Words("", (f"{name} was reached by {way}, {view.at(at)}.",), tone=Tone.GOOD)
    said = f"{name} was not reached by {way}."
    look = "Please see whether it stands rightly in the team file, and whether the telephone is on."
    return Words("", (said, look), tone=Tone.LATE)


def _down(fields: Fields, view: View) -> Words | None:
    if view.posted:
        return None
    platform = fields.get("platform", "")
    since = _since(fields, view)
    others = "by chat and by their other ways" if platform in WAKING else "by text, call or e-mail"
    return Words(
        f"{named(platform)} takes no messages",
        (
            f"Since {since} nothing that I send there is taken, to whomever it goes.",
            f"Whoever is needed is reached {others}, as far as the team file has such ways.",
            "Please tell whoever looks after Buddyline. You hear when it is over.",
        ),
        tone=Tone.LATE,
    )


def _back(fields: Fields, view: View) -> Words | None:
    until = instant(fields, "until")
    if view.posted or until is None:
        return None
    name = named(fields.get("platform", ""))
    span = f"It took none from {_since(fields, view)} to {view.at(until)}."
    return Words(f"{name} takes messages again", (span,), tone=Tone.GOOD)


def _since(fields: Fields, view: View) -> str:
    since = instant(fields, "down_since")
    if since is None:
        raise InvariantBroken("a platform that is down since never")
    return view.at(since)


def woken_of_outage(fields: Fields, view: View) -> str:
    """Return the same as a text: it lies on a lock screen, and reaches those whose chat is just that platform."""
    name = named(fields.get("platform", ""))
    return f"Buddyline: {name} takes no messages since {_since(fields, view)}."


SENTENCES: dict[str, Sentence] = {
    "start.ways": _at_start,
    "reply.tested": once(_tested),
    "test.result": _result,
    "platform.down": _down,
    "platform.back": _back,
}
