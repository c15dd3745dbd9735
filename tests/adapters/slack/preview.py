"""What Slack makes of blocks, as a page that looks like it: to be looked at by whoever changes a card. Pure.

Only what our builder makes is drawn; anything else is an error, so that no block is left out of the pictures unseen.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

Block = Mapping[str, Any]

STYLE = """
body { margin: 0; background: #f4f4f5; color: #1d1c1d; font: 15px/1.467 Lato, "Noto Sans", "DejaVu Sans", sans-serif; }
main { max-width: 720px; margin: 0 auto; padding: 16px; }
h1 { font-size: 20px; } h2 { font-size: 13px; color: #616061; margin: 32px 0 8px; font-weight: 400; }
.message { background: #fff; padding: 8px 20px 12px; display: flex; gap: 8px; border-radius: 8px; }
.face { width: 36px; height: 36px; border-radius: 4px; background: #1d3557; color: #fff; flex: none; text-align: center;
  line-height: 36px; font-weight: 700; }
.body { flex: 1; min-width: 0; max-width: 600px; }
.who { font-weight: 900; } .app { background: #ddd; font-size: 10px; padding: 1px 3px; border-radius: 2px; color: #555; }
.lock { background: #2b2b2f; color: #fff; border-radius: 14px; padding: 8px 14px; margin: 0 0 8px; font-size: 13px; }
.lock b { display: block; font-size: 12px; color: #bbb; font-weight: 400; }
.header { font-size: 18px; font-weight: 900; margin: 8px 0; line-height: 1.33; }
.section, .context { white-space: pre-wrap; overflow-wrap: anywhere; margin: 4px 0 8px; }
.context { font-size: 13px; color: #616061; }
.actions { display: flex; flex-wrap: wrap; gap: 8px; margin: 4px 0 8px; }
.button { border: 1px solid #bbb; border-radius: 4px; padding: 6px 12px; font-size: 13px; font-weight: 700; background: #fff;
  max-width: 100%; box-sizing: border-box; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.primary { background: #007a5a; border-color: #007a5a; color: #fff; } .danger { background: #e01e5a; border-color: #e01e5a;
  color: #fff; }
a { color: #1264a3; text-decoration: none; }
.view { background: #fff; border: 1px solid #ddd; border-radius: 8px; max-width: 520px; }
.bar { display: flex; padding: 12px 20px; font-weight: 900; font-size: 18px; border-bottom: 1px solid #ddd; }
.fields { padding: 8px 20px; } .foot { padding: 12px 20px; border-top: 1px solid #ddd; display: flex; gap: 8px;
  justify-content: flex-end; }
.label { font-weight: 700; margin: 12px 0 4px; } .optional { color: #616061; font-weight: 400; }
.blank { border: 1px solid #868686; border-radius: 4px; padding: 8px 12px; min-height: 22px; color: #616061; }
@media (max-width: 500px) {
  body { font-size: 16px; } main { padding: 0; } .message { padding: 8px 12px; border-radius: 0; }
  .button { padding: 8px 14px; font-size: 15px; } h2 { padding: 0 12px; } h1 { padding: 12px; margin: 0; }
  .lock { margin: 0 8px 8px; } .view { border-radius: 0; border-width: 1px 0; }
}
"""
_LINK = re.compile(r"&lt;(tel:[+0-9]+|https?://[^|&]+)\|(.*?)&gt;")


@dataclass(frozen=True, slots=True)
class Card:
    """Something that is shown.

    Attributes:
        name: what it is, for whoever looks.
        text: what a lock screen shows; "" for a dialog or a page.
        blocks: of a message.
        view: a dialog or somebody's own page, instead of blocks.
    """

    name: str
    text: str
    blocks: Sequence[Block] = ()
    view: Block | None = None


def page(title: str, cards: Iterable[Card]) -> str:
    """Return a page with all cards, one below the other."""
    drawn = "\n".join(f"<h2>{escape(card.name)}</h2>\n{_card(card)}" for card in cards)
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{STYLE}</style></head>"
        f"<body><main><h1>{escape(title)}</h1>\n{drawn}\n</main></body></html>\n"
    )


def _card(card: Card) -> str:
    if card.view is not None:
        return _view(card.view)
    lock = f'<div class="lock"><b>Slack · Buddyline</b>{escape(card.text)}</div>'
    who = '<div><span class="who">Buddyline</span> <span class="app">APP</span></div>'
    body = "".join(map(_block, card.blocks))
    return f'{lock}<div class="message"><div class="face">B</div><div class="body">{who}{body}</div></div>'


def _view(view: Block) -> str:
    title = "Buddyline" if view["type"] == "home" else view["title"]["text"]
    foot = "".join(
        f'<span class="button {style}">{escape(view[name]["text"])}</span>'
        for name, style in (("close", ""), ("submit", "primary"))
        if name in view
    )
    return (
        f'<div class="view"><div class="bar">{escape(title)}</div>'
        f'<div class="fields">{"".join(map(_block, view["blocks"]))}</div>'
        + (f'<div class="foot">{foot}</div>' if foot else "")
        + "</div>"
    )


def _block(block: Block) -> str:
    match block["type"]:
        case "header" | "section":
            return f'<div class="{block["type"]}">{_text(block["text"])}</div>'
        case "context":
            return f'<div class="context">{"".join(map(_text, block["elements"]))}</div>'
        case "actions":
            return f'<div class="actions">{"".join(map(_button, block["elements"]))}</div>'
        case "input":
            return _input(block)
    raise ValueError(f"a block that is never drawn: {block['type']}")


def _button(button: Block) -> str:
    style = button.get("style", "")
    return f'<span class="button {style}">{_text(button["text"])}</span>'


def _text(text: Block) -> str:
    """Return a text object: plain text as it stands, markup with its links."""
    if text["type"] == "plain_text":
        return escape(text["text"], quote=False)
    # What is escaped for Slack is escaped once more for the page, and comes out as Slack shows it.
    drawn = _LINK.sub(r'<a href="\1">\2</a>', escape(text["text"], quote=False))
    for twice, once in (("&amp;amp;", "&amp;"), ("&amp;lt;", "&lt;"), ("&amp;gt;", "&gt;")):
        drawn = drawn.replace(twice, once)
    return drawn


def _input(block: Block) -> str:
    element = block["element"]
    chosen = element.get("initial_option", {}).get("text", {}).get("text")
    kind = {
        "static_select": "Choose one ▾",
        "users_select": "Choose somebody ▾",
        "timepicker": "A time ▾",
    }.get(element["type"], "")
    shown = chosen or element.get("initial_value") or element.get("initial_time") or kind
    optional = ' <span class="optional">(optional)</span>' if block.get("optional") else ""
    label = f'<div class="label">{_text(block["label"])}{optional}</div>'
    return f'{label}<div class="blank">{escape(shown)}</div>'
