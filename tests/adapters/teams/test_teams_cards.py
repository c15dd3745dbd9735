"""Cards and dialogs: what Teams takes, at its limits, and that nothing people wrote becomes anything but words."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.teams import cards, forms, limits
from bot.domain.message import Call, Choice, Field, FieldKind, Rendered, Style, Tone
from tests.fakes.teams_cards import actions, blanks, buttons, check_card, elements, read

WORDS = st.text(max_size=300)
CHOICES = st.lists(
    st.builds(
        Choice,
        id=st.text(min_size=1, max_size=40),
        label=st.text(min_size=1, max_size=100),
        style=st.sampled_from(Style),
        opens=st.booleans(),
    ),
    max_size=12,
).map(tuple)


def card_of(what: Rendered, key: str = "k") -> dict[str, object]:
    found = cards.message(what, key=key)
    return dict(found["attachments"][0]["content"])


@given(title=WORDS, text=WORDS, preview=WORDS, choices=CHOICES, tone=st.sampled_from(Tone))
def test_whatever_is_said_teams_takes_it(
    title: str, text: str, preview: str, choices: tuple[Choice, ...], tone: Tone
) -> None:
    what = Rendered(title, text, preview, choices, tone)
    card = card_of(what)
    check_card(card)
    check_card(forms.shown(what)["task"]["value"]["card"]["content"], dialog=True)
    for one in elements(card):
        # Only text runs hold what people wrote: nothing of it is markdown there.
        assert one["type"] in {"Container", "RichTextBlock", "ActionSet"}
    assert "{{" not in json.dumps(_seen(card))
    kept = [line for line in text.split("\n") if line.strip()]
    assert "\n".join(read(card)).count("\n") >= len(kept) - 1


def _seen(part: object) -> object:
    """Return what Teams shows: without what a button sends, which comes back as it is."""
    if isinstance(part, dict):
        return {name: _seen(each) for name, each in part.items() if name != "data"}
    return [_seen(each) for each in part] if isinstance(part, list) else part


def test_what_a_button_sends_comes_back_as_it_is_and_what_it_says_is_no_template() -> None:
    card = card_of(Rendered("", "words", "", (Choice("{{id}}", "{{label}}"),)))
    assert '"{{id}}"' in json.dumps(card)
    assert "{{" not in json.dumps(_seen(card))


def test_a_preview_that_the_heading_says_already_is_not_said_twice() -> None:
    assert read(card_of(Rendered("Ends at 14:45", "words", "Ends at 14:45"))) == [
        "Ends at 14:45",
        "words",
    ]
    assert read(card_of(Rendered("Ends", "words", "bland"))) == ["bland", "Ends", "words"]


@pytest.mark.parametrize("length", [limits.MESSAGE - 1, limits.MESSAGE, limits.MESSAGE + 1])
def test_a_text_is_cut_at_its_limit(length: int) -> None:
    shown = "".join(read(card_of(Rendered("", "x" * length, ""))))
    assert len(shown) == min(length, limits.MESSAGE)
    assert shown.endswith("…") == (length > limits.MESSAGE)


@pytest.mark.parametrize(
    "text", ["x\n" * 6_000, "é" * 12_000, "\U0001f600" * 12_000, '"\\' * 6_000]
)
def test_no_message_is_bigger_than_teams_takes(text: str) -> None:
    choices = tuple(Choice(f"choice {n} {'x' * 300}", "Label") for n in range(20))
    found = cards.message(Rendered("A title", text, "preview", choices), key="k")
    assert limits.size(found) <= limits.CARD
    card = found["attachments"][0]["content"]
    assert len(buttons(card)) == 1  # all have one label
    assert len(list(actions(card))) == 20


def test_just_below_the_limit_nothing_is_cut() -> None:
    # Each line costs as much as a paragraph: as many as fit stay as they are, one more and the text is cut.
    for lines in range(200, 800):
        found = cards.message(Rendered("", "\n".join(["x" * 10] * lines), ""), key="k")
        if len(read(found["attachments"][0]["content"])) < lines:
            break
    assert limits.size(found) <= limits.CARD
    before = cards.message(Rendered("", "\n".join(["x" * 10] * (lines - 1)), ""), key="k")
    assert limits.CARD - 250 < limits.size(before) <= limits.CARD


def test_a_press_works_on_clients_that_know_no_execute() -> None:
    (button,) = actions(card_of(Rendered("", "x", "", (Choice("done vis_1", "Done"),))))
    assert (button["type"], button["verb"]) == ("Action.Execute", "press")
    assert button["fallback"]["type"] == "Action.Submit"
    ours = {"buddyline": {"do": "press", "choice": "done vis_1"}}
    assert button["data"] == button["fallback"]["data"] == ours


def test_numbers_are_links_and_their_labels_are_no_markdown() -> None:
    label = "Ring [Amira](https://evil.example) *now* {{DATE(x)}}"
    card = card_of(Rendered("", "x", "", calls=(Call(label, "+447700900101"),)))
    (link,) = [one["text"] for one in elements(card) if one["type"] == "TextBlock"]
    assert link.endswith("](tel:+447700900101)")
    assert link.count("[") == link.count("]") == link.count("(") == link.count(")") == 1
    assert "{{" not in link
    assert "*" not in link


def test_a_form_has_a_blank_for_each_field_and_gives_back_what_was_filled_in() -> None:
    fields = (
        Field("who", "Who?", FieldKind.PERSON),
        Field("at", "When?", FieldKind.TIME, value="14:30"),
        Field("odd", "When?", FieldKind.TIME, value="half past"),
        Field("how", "How?", FieldKind.SELECT, True, (("a", "A"), ("b", "B")), "b"),
        Field(
            "many", "Which?", FieldKind.SELECT, False, tuple((str(n), f"{n}") for n in range(30))
        ),
        Field("note", "Note", value="{{x}}"),
    )
    choice = Choice("do it", "Do it", fields=fields, opens=True)
    card = forms.form(choice)["task"]["value"]["card"]["content"]
    check_card(card, dialog=True)
    found = blanks(card)
    assert found["who"]["choices.data"]["dataset"] == "graph.microsoft.com/users"
    assert (found["at"]["type"], found["odd"]["type"]) == ("Input.Time", "Input.Text")
    assert (found["how"]["style"], found["many"]["style"]) == ("compact", "filtered")
    assert found["note"]["value"] == "{{x}}"
    data = buttons(card)["Send"]["data"]
    assert forms.asked_for(data["buddyline"]) == choice
    oid = "01234567-89AB-CDEF-0123-456789ABCDEF"
    filled = forms.filled(data | {"f-who": oid, "f-note": " ", "f-at": "15:00", "f-how": 7})
    assert filled == {"who": oid.lower(), "at": "15:00"}


@pytest.mark.parametrize(
    "ours",
    [
        {"choice": "x"},
        {"choice": "x", "form": None},
        {"choice": "x", "form": ["a", True]},
        {"choice": "x", "form": ["a", True, [["id"]]]},
        {"choice": "x", "form": ["a", True, [["id", "l", "nonsense", True, [], ""]]]},
        {"choice": "x", "form": ["a", True, [["id", "l", "select", True, [["a"]], ""]]]},
    ],
)
def test_a_form_that_is_none_is_none(ours: dict[str, object]) -> None:
    assert forms.asked_for(ours) is None
