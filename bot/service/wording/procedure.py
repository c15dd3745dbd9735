"""A team's own procedure, told in its chat: without reasons, without any phrase, and nothing of covert calls for help.

And its tips (C8), and its steps for when a visit turns unpleasant (F10).
"""

from __future__ import annotations

from bot.packs import prose
from bot.service.wording.replies import once
from bot.service.wording.view import Fields, Sentence, View, Words

LAST = "In doubt, do not go in. In danger, dial 999."
"""What is always good to remember."""

ANYWHERE = (
    "calm it: speak quietly, keep your distance, do not argue",
    "leave, with any reason, and call others",
    "in danger ring 999",
)
"""Where a procedure has no steps of its own."""


def _procedure(_fields: Fields, view: View) -> Words:
    if view.policy is None:
        return Words("", ("I cannot read your procedure just now. Please ask who looks after me.",))
    return Words(f"Your procedure: {view.policy.title}"[:50], prose.short_page(view.policy))


def _tips(_fields: Fields, view: View) -> Words:
    """Return the procedure's tips (C8); one that has none has its lists for the start and for the door."""
    policy = view.policy
    own = (policy.tips or (*policy.checklist, *policy.at_the_door)) if policy else ()
    lines = own or ("Look around, stay near the way out, and trust your feeling.",)
    return Words("Good to remember", (*(f"– {each}" for each in lines), LAST))


def _in_danger(_fields: Fields, view: View) -> Words:
    """Return the steps for who asks (F10), with nothing of the visit or its alarm: whoever looks on may read them."""
    steps = (view.policy.in_danger if view.policy else ()) or ANYWHERE
    numbered = (f"{n}. {step[:1].upper()}{step[1:]}." for n, step in enumerate(steps, 1))
    return Words("Step by step", (*numbered, "If you cannot speak on 999: press 55 when asked."))


SENTENCES: dict[str, Sentence] = {
    "reply.procedure": once(_procedure),
    "reply.tips": once(_tips),
    "reply.in_danger": once(_in_danger),
}
