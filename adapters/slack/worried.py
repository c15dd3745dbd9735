"""The dialog in which somebody raises a call for help for a colleague, from a shortcut anywhere in Slack. Pure.

What it sends is what the same person could have written in private: "worried @ben", or "heard @ben". Of a message from
which it was opened nothing is taken but who wrote it.
"""

from __future__ import annotations

import re
from typing import Any

from adapters.slack import blocks
from adapters.slack.reading import Payload

ABOUT_SOMEBODY, ABOUT_A_MESSAGE = "worried_about", "report_message"
"""The shortcuts that open it; their names at Slack."""
CALLBACK = "worried"
WHO, HOW = "person", "how"
_ACTION = "value"
_WORDS = {"worried": "I am worried about them", "heard": "I heard that they need help"}
_USER = re.compile(r"[A-Z0-9]{1,30}")


def dialog(about: str | None) -> dict[str, Any]:
    """Return the dialog. `about`: the user id that stands in it at first; None: nobody."""
    first = {"initial_user": about} if about else {}
    options = [{"text": blocks.plain(text), "value": word} for word, text in _WORDS.items()]
    return {
        "type": "modal",
        "callback_id": CALLBACK,
        "title": blocks.plain("Worried about somebody"),
        "submit": blocks.plain("Send"),
        "close": blocks.plain("Not now"),
        "blocks": [
            {
                "type": "section",
                "text": blocks.plain(
                    "In danger, dial 999 first. Whoever sees to it is told at once."
                ),
                "expand": True,
            },
            _input(WHO, "Who is it about?", {"type": "users_select", **first}),
            _input(
                HOW,
                "What is it?",
                {"type": "static_select", "options": options, "initial_option": options[0]},
            ),
        ],
    }


def about(body: Payload) -> str | None:
    """Return who wrote the message from which it is opened; None where there is none, or a bot wrote it."""
    user = (body.get("message") or {}).get("user")
    return str(user) if user and not body["message"].get("bot_id") else None


def words(view: Payload) -> str | None:
    """Return what somebody says who sends it, their colleague as a mention; None where nobody is named."""
    state = view["state"]["values"]
    who = str(state[WHO][_ACTION].get("selected_user") or "")
    how = str((state[HOW][_ACTION].get("selected_option") or {}).get("value", ""))
    if not _USER.fullmatch(who) or how not in _WORDS:
        return None
    return f"{how} <@{who}>"


def _input(name: str, label: str, element: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "input",
        "block_id": name,
        "label": blocks.plain(label),
        "element": {"action_id": _ACTION, **element},
    }
