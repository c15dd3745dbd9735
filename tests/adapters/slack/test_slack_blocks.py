"""The blocks at each of Slack's limits, and nobody's text read as markup."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.slack import blocks, forms, limits
from bot.domain.message import Call, Choice, Field, FieldKind, Rendered
from tests.fakes.slack_limits import check_blocks, check_view, read

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=400)


@given(
    TEXTS,
    st.lists(TEXTS, max_size=60).map("\n".join),
    TEXTS,
    st.lists(st.text(max_size=100), max_size=30),
)
def test_slack_takes_every_message(title: str, text: str, preview: str, labels: list[str]) -> None:
    choices = tuple(Choice(f"ok v{n}", label or "x") for n, label in enumerate(labels))
    check_blocks(blocks.message(Rendered(title, text, preview, choices), key="k"))


@pytest.mark.parametrize(
    "text",
    ["x" * 3_000, "x" * 3_001, "x" * 11_999, "x" * 50_000, "\n".join(["line"] * 5_000), ""],
)
def test_long_words_are_cut_and_never_refused(text: str) -> None:
    found = blocks.message(Rendered("Title", text, "preview"), key="k")
    check_blocks(found)
    assert len("".join(read(found))) <= limits.MESSAGE + 100


@pytest.mark.parametrize("length", [limits.HEADER, limits.HEADER + 1])
def test_a_title_that_is_no_heading_is_a_line(length: int) -> None:
    found = blocks.message(Rendered("t" * length, "text", ""), key="k")
    check_blocks(found)
    assert "t" * length in "".join(read(found))


@pytest.mark.parametrize("lines", [1, 30, 47, 48, 49, 400])
@pytest.mark.parametrize("labels", [0, 30])
def test_each_line_stands_apart_where_there_is_room_and_none_is_lost(
    lines: int, labels: int
) -> None:
    text = "\n".join(f"line {n} of them" for n in range(lines))
    choices = tuple(Choice(f"ok v{n}", f"Button {n}") for n in range(labels))
    found = blocks.message(Rendered("Title", text, "preview", choices), key="k")
    check_blocks(found)
    assert len(found) <= limits.BLOCKS
    sections = [b for b in found if b["type"] == "section"]
    assert "\n".join(b["text"]["text"] for b in sections) == text
    assert all(b["expand"] for b in sections), "Slack may hide the end of it"
    rows = len([b for b in found if b["type"] == "actions"])
    assert (len(sections) == lines) == (lines <= limits.BLOCKS - 2 - rows)


def test_a_page_has_a_heading_for_each_part_and_loses_no_line() -> None:
    parts = [f"Part {n}\n" + "\n".join(f"{n} {m}" for m in range(60)) for n in range(3)]
    found = blocks.home(Rendered("Buddyline", "\n\n".join(parts), ""))
    check_blocks(found)
    assert len(found) <= limits.VIEW_BLOCKS
    assert [b["text"]["text"] for b in found if b["type"] == "header"] == [
        "Part 0",
        "Part 1",
        "Part 2",
    ]
    assert all(f"{n} {m}" in "\n".join(read(found)) for n in range(3) for m in range(60))


@pytest.mark.parametrize(("length", "bar"), [(24, "t" * 24), (25, "Buddyline")])
def test_a_dialogs_title_is_shown_once_and_in_full(length: int, bar: str) -> None:
    view = forms.shown(Rendered("t" * length, "words", ""))
    check_view(view)
    assert view["title"]["text"] == bar
    assert ("t" * length in read(view["blocks"])) == (length > limits.TITLE)


def test_what_people_wrote_is_no_markup() -> None:
    rendered = Rendered("<!channel>", "*bold* <@U1> <http://x|y>", "<!here> & co")
    for block in blocks.message(rendered, key="k"):
        text = block.get("text") or block["elements"][0]
        assert text["type"] == "plain_text"
    assert blocks.fallback(rendered) == "&lt;!here&gt; &amp; co"


def test_a_number_is_rung_with_one_tap() -> None:
    rendered = Rendered("", "x", "", calls=(Call("Ring <Ben> | now", "+447700900102"),))
    assert "<tel:+447700900102|Ring &lt;Ben&gt; / now>" in read(blocks.message(rendered, key=""))


def test_a_button_that_carries_too_much_is_our_own_mistake() -> None:
    choice = Choice("x" * limits.VALUE, "Go")
    check_blocks(blocks.message(Rendered("", "x", "", (choice,)), key="k"))
    with pytest.raises(ValueError, match="fits"):
        blocks.message(Rendered("", "x", "", (Choice("x" * (limits.VALUE + 1), "Go"),)), key="k")


@pytest.mark.parametrize("people", [1, 100, 101, 250])
def test_a_form_offers_everybody(people: int) -> None:
    options = tuple((f"p{n}", f"Person {n}") for n in range(people))
    field = Field("with", "Who", FieldKind.SELECT, options=options, value="p0")
    view = forms.form(Choice("form start", "Start a visit with somebody", fields=(field,)), "T/C")
    check_view(view)
    assert json.dumps(view).count('"p0"') >= 1


def test_a_form_remembers_its_button_and_gives_back_what_was_filled_in() -> None:
    fields = (Field("a", "A", required=True), Field("t", "T", FieldKind.TIME, value="14:00"))
    view = forms.form(Choice("report e1", "Report", fields=fields, opens=True), None)
    assert forms.behind(view["private_metadata"]) == forms.Behind("report e1", "", opens=True)
    state = {
        "a": {"value": {"value": " x "}},
        "t": {"value": {"selected_time": "14:05"}},
        "e": {"value": {"value": None}},
        "s": {"value": {"selected_option": {"value": "one"}}},
        "p": {"value": {"selected_user": "U1"}},
    }
    assert forms.filled(state, "T1") == {"a": " x ", "t": "14:05", "s": "one", "p": "T1/U1"}


def test_a_dialogs_own_button_brings_its_form_along() -> None:
    form = Choice("report e1", "Report", fields=(Field("n", "Note"),))
    view = forms.shown(Rendered("Sheet", "words", "", (form, Choice("ok v1", "OK"))))
    check_view(view)
    assert forms.offered(view["private_metadata"], "report e1") == form
    assert forms.offered(view["private_metadata"], "ok v1") is None
    assert forms.offered("nonsense", "report e1") is None
