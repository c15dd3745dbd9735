"""What Slack takes in blocks and dialogs, and how one reads them."""

from __future__ import annotations

from typing import Any


class Refused(Exception):
    """`ok: false`."""


def read(blocks: list[dict[str, Any]]) -> list[str]:
    """Return everything one reads in blocks."""
    found = []
    for block in blocks:
        for one in (block.get("text"), *block.get("elements", [])):
            if isinstance(one, dict):
                text = one.get("text")
                found.append(text["text"] if isinstance(text, dict) else str(text))
    return found


def buttons(blocks: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Return the buttons of blocks by label."""
    return {
        one["text"]["text"]: one
        for block in blocks
        if block["type"] == "actions"
        for one in block["elements"]
    }


def check_blocks(blocks: list[dict[str, Any]]) -> None:
    """Raise Refused for blocks that Slack would not take."""
    ids = [one["action_id"] for b in blocks if b["type"] == "actions" for one in b["elements"]]
    total = sum(len(text) for text in read(blocks))
    if len(ids) != len(set(ids)):
        raise Refused("invalid_blocks")
    if total > 13_200:
        raise Refused("msg_blocks_too_long")
    for block in blocks:
        _check_block(block)


def check_view(view: dict[str, Any]) -> None:
    """Raise Refused for a dialog that Slack would not take."""
    fits = (
        0 < len(view["title"]["text"]) <= 24
        and len(view.get("private_metadata", "")) <= 3_000
        and 0 < len(view["blocks"]) <= 100
    )
    inputs = [block for block in view["blocks"] if block["type"] == "input"]
    if not fits or (inputs and "submit" not in view):
        raise Refused("invalid_arguments")
    check_blocks([block for block in view["blocks"] if block["type"] != "input"])
    for block in inputs:
        _check_input(block)


def _check_block(block: dict[str, Any]) -> None:
    match block["type"]:
        case "header":
            fits = 0 < len(block["text"]["text"]) <= 150 and block["text"]["type"] == "plain_text"
        case "section":
            fits = 0 < len(block["text"]["text"]) <= 3_000
        case "context":
            fits = 0 < len(block["elements"]) <= 10
        case "actions":
            fits = 0 < len(block["elements"]) <= 25 and all(map(_button_fits, block["elements"]))
        case _:
            fits = False
    if not fits:
        raise Refused("invalid_blocks")


def _button_fits(button: dict[str, Any]) -> bool:
    style = button.get("style", "primary") in {"primary", "danger"}
    return style and 0 < len(button["text"]["text"]) <= 75 and len(button.get("value", "")) <= 2_000


def _check_input(block: dict[str, Any]) -> None:
    element = block["element"]
    options = element.get("options") or [
        one for group in element.get("option_groups", []) for one in group["options"]
    ]
    groups = element.get("option_groups", [])
    fits = (
        0 < len(block["label"]["text"]) <= 2_000
        and len(element.get("options", [])) <= 100
        and all(len(group["options"]) <= 100 for group in groups)
        and all(len(o["value"]) <= 150 and len(o["text"]["text"]) <= 75 for o in options)
        and len({one["value"] for one in options}) == len(options)
        and (element["type"] != "static_select" or bool(options))
        and element["type"] in {"static_select", "plain_text_input", "timepicker", "users_select"}
    )
    if not fits:
        raise Refused("invalid_arguments")
