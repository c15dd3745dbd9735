"""A team's own procedure, told in its chat: without reasons, without any phrase, and nothing of covert calls for help.

And the steps of it for when a visit turns unpleasant (F10).
"""

from __future__ import annotations

from bot.packs import prose
from bot.service.wording.replies import once
from bot.service.wording.view import Fields, Sentence, View, Words


def _procedure(_fields: Fields, view: View) -> Words:
    if view.policy is None:
        return Words("", ("I cannot read your procedure just now. Please ask who looks after me.",))
    return Words(f"Your procedure: {view.policy.title}"[:50], prose.short_page(view.policy))


ANYWHERE = (
    "calm it: speak quietly, keep your distance, do not argue",
    "leave, with any reason, and call others",
    "in danger ring 999",
)
"""Where a procedure has no steps of its own."""


def _in_danger(_fields: Fields, view: View) -> Words:
    """Return the steps for who asks (F10), with nothing of the visit or its alarm: whoever looks on may read them."""
    steps = (view.policy.in_danger if view.policy else ()) or ANYWHERE
    numbered = (f"{n}. {step[:1].upper()}{step[1:]}." for n, step in enumerate(steps, 1))
    return Words("Step by step", (*numbered, "If you cannot speak on 999: press 55 when asked."))


SENTENCES: dict[str, Sentence] = {
    "reply.procedure": once(_procedure),
    "reply.in_danger": once(_in_danger),
}
