"""A team's own procedure, told in its chat: without reasons, without any phrase, and nothing of covert calls for help."""

from __future__ import annotations

from bot.packs import prose
from bot.service.wording.replies import once
from bot.service.wording.view import Fields, Sentence, View, Words


def _procedure(_fields: Fields, view: View) -> Words:
    if view.policy is None:
        return Words("", ("I cannot read your procedure just now. Please ask who looks after me.",))
    return Words(f"Your procedure: {view.policy.title}"[:50], prose.short_page(view.policy))


SENTENCES: dict[str, Sentence] = {"reply.procedure": once(_procedure)}
