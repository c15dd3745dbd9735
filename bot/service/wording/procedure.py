"""A team's own procedure and its tips, told in its chat: without reasons or any phrase, and nothing of covert alarms."""

from __future__ import annotations

from bot.packs import prose
from bot.service.wording.replies import once
from bot.service.wording.view import Fields, Sentence, View, Words


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


LAST = "In doubt, do not go in. In danger, dial 999."
"""What is always good to remember."""

SENTENCES: dict[str, Sentence] = {
    "reply.procedure": once(_procedure),
    "reply.tips": once(_tips),
}
