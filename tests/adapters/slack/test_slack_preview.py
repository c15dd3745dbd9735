"""The pages on which Slack's cards are looked at: everything that Slack gets is drawn, and nothing is drawn as markup."""

from __future__ import annotations

import pytest

from adapters.slack import blocks, forms
from bot.domain.message import Call, Choice, Field, FieldKind, Rendered, Style
from tests.adapters.slack.cards import STORIES, lived
from tests.adapters.slack.preview import Card, page

RENDERED = Rendered(
    "A <b>title</b>",
    "one & two\nthree",
    "preview",
    (Choice("ok v1", "I'm on it", Style.PRIMARY), Choice("sheet v1", "999", Style.DANGER)),
    calls=(Call("Ring A & B", "+447700900102"),),
)


def test_a_message_is_drawn_with_its_buttons_and_numbers() -> None:
    drawn = page("Cards", [Card("one", "a <lock>", blocks.message(RENDERED, key="k"))])
    assert "a &lt;lock&gt;" in drawn
    assert '<div class="header">A &lt;b&gt;title&lt;/b&gt;</div>' in drawn
    assert '<div class="section">one &amp; two</div>' in drawn
    assert '<span class="button primary">I\'m on it</span>' in drawn
    assert '<a href="tel:+447700900102">Ring A &amp; B</a>' in drawn


def test_a_dialog_is_drawn_with_its_blanks() -> None:
    fields = (
        Field("a", "Until", required=True),
        Field("b", "Who", FieldKind.SELECT, options=(("x", "Xenia"),), value="x"),
        Field("c", "When", FieldKind.TIME, value="14:00"),
    )
    drawn = page("", [Card("", "", view=forms.form(Choice("f", "Form", fields=fields), None))])
    assert '<div class="label">Until</div>' in drawn
    assert '<div class="blank">Xenia</div>' in drawn
    assert '<div class="blank">14:00</div>' in drawn
    assert '<span class="button primary">Send</span>' in drawn


def test_what_is_never_drawn_is_an_error() -> None:
    with pytest.raises(ValueError, match="video"):
        page("", [Card("", "", [{"type": "video"}])])


async def test_the_cards_of_a_story_are_all_drawn_once() -> None:
    cards = await lived(STORIES["Buddyline is down"])
    drawn = page("Down", cards)
    assert drawn.count("<h2>") == len(cards)
    assert drawn.count("You may not have heard from me") >= 3
    assert len({card.name for card in cards}) > 5
