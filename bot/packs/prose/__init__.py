"""A procedure told in plain sentences, from the same data that the rules read: for councils, teams and reviewers.

It holds no phrase: a policy has none. The sentences are in `sentences` and `steps`, their order is in `sections`, and
`page` puts them on paper.
"""

from __future__ import annotations

from bot.packs.prose.page import difference, page, short_page

__all__ = ["difference", "page", "short_page"]
