"""What Teams sends, understood: mentions cleaned, places told apart, and whatever else comes, no harm done."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.teams import addresses, reading
from bot.ports import InboundKind
from tests.adapters.teams.house import MONDAY, user
from tests.fakes.teams import BOT, CHANNEL, TENANT

US = {
    "type": "mention",
    "text": "<at>Buddyline</at>",
    "mentioned": {"id": BOT, "name": "Buddyline"},
}


def activity(text: str, *entities: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "type": "message",
        "id": "1",
        "timestamp": "2026-06-01T12:59:58.1234567Z",
        "from": {"id": "29:amira", "aadObjectId": user("amira")},
        "recipient": {"id": BOT},
        "conversation": {"id": "a:1", "conversationType": "personal"},
        "channelData": {"tenant": {"id": TENANT.upper()}},
        "text": text,
        "entities": list(entities),
    } | more


def text_of(text: str, *entities: dict[str, Any]) -> str:
    heard = reading.message(activity(text, *entities), now=MONDAY)
    assert heard is not None
    return heard.event.text


@pytest.mark.parametrize(
    ("text", "understood"),
    [
        ("<at>Buddyline</at>&nbsp;start now 45m CASE123\n", "visit start now 45m CASE123"),
        ("<at>Buddyline</at>\xa0visit  status", "visit status"),
        ("<at>Buddyline</at>, arrived", "visit arrived"),
        ("arrived <at>Buddyline</at>", "visit arrived"),
        ("<at>Buddyline</at>", "visit"),
        ("\r\n <at>Buddyline</at> &#160;ok \r\n", "visit ok"),
        ('<at id="0">Buddyline</at> ok', "Buddyline ok"),
        ("5 &lt; 6 &amp;amp; so", "5 < 6 &amp; so"),
        ("one\r\ntwo", "one\ntwo"),
    ],
)
def test_our_own_mention_is_taken_out_and_the_rest_is_as_typed(text: str, understood: str) -> None:
    assert text_of(text, US) == understood


def test_a_mention_is_a_word_and_not_the_name_that_is_shown() -> None:
    ben = {"type": "mention", "text": "<at>Maria</at>", "mentioned": {"id": "29:ben"}}
    twice = {"type": "mention", "text": "<at>Maria</at>", "mentioned": {"id": "29:maria"}}
    heard = reading.message(
        activity("worried <at>Maria</at> <at>Maria</at>", ben, twice), now=MONDAY
    )
    assert heard is not None
    one, two = heard.mentions
    assert (one.called, two.called) == ("29:ben", "29:maria")
    assert heard.event.text == f"worried @{one.word} @{two.word}"
    assert reading.named(heard.event.text, {one.word: "ben"}) == f"worried @ben @{two.word}"


def test_whom_teams_names_by_an_object_id_is_known_by_it() -> None:
    ben = {
        "type": "mention",
        "text": "<at>B</at>",
        "mentioned": {"id": "29:b", "aadObjectId": user("ben").upper()},
    }
    heard = reading.message(activity("worried <at>B</at>", ben), now=MONDAY)
    assert heard is not None
    assert heard.mentions[0].address == user("ben")


def test_the_tenant_is_read_where_teams_writes_it() -> None:
    assert reading.tenant(activity("x")) == TENANT
    other = {"conversation": {"id": "a:1", "tenantId": TENANT}, "channelData": {}}
    assert reading.tenant(activity("x", **other)) == TENANT
    assert reading.tenant(activity("x", conversation={"tenantID": TENANT}, channelData={})) == ""


@pytest.mark.parametrize(
    ("conversation", "data", "place"),
    [
        ({"id": "a:1", "conversationType": "personal"}, {}, None),
        ({"id": f"{CHANNEL};messageid=17", "conversationType": "channel"}, {}, CHANNEL),
        ({"id": "x", "conversationType": "channel"}, {"channel": {"id": CHANNEL}}, CHANNEL),
        ({"id": "19:ab@thread.v2", "conversationType": "groupChat"}, {}, "19:ab@thread.v2"),
        ({"id": "19:odd@elsewhere", "conversationType": "groupChat"}, {}, "19:odd@elsewhere"),
    ],
)
def test_a_place_is_told_from_a_private_chat(
    conversation: dict[str, str], data: dict[str, Any], place: str | None
) -> None:
    assert reading.place(activity("x", conversation=conversation, channelData=data)) == place


def test_times_are_teams_own() -> None:
    heard = reading.message(activity("x"), now=MONDAY)
    assert heard is not None
    assert heard.event.sent_at == datetime(2026, 6, 1, 12, 59, 58, 123456, tzinfo=UTC)
    for odd in ("yesterday", None, "2026-06-01T12:59:58"):
        heard = reading.message(activity("x", timestamp=odd), now=MONDAY)
        assert heard is not None
        assert heard.event.sent_at == MONDAY


def test_an_edit_names_what_it_changes_and_a_deletion_is_none() -> None:
    edit = {"type": "messageUpdate", "channelData": {"eventType": "editMessage"}}
    first, heard = (reading.message(activity("x", **more), now=MONDAY) for more in ({}, edit))
    assert first is not None
    assert heard is not None
    assert (heard.event.kind, heard.event.edits) == (InboundKind.EDIT, first.event.event_id)
    again = reading.message(activity("y", **edit), now=MONDAY)
    assert again is not None
    assert again.event.event_id != heard.event.event_id
    gone = {"type": "messageUpdate", "channelData": {"eventType": "softDeleteMessage"}}
    assert reading.message(activity("x", **gone), now=MONDAY) is None


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(
    name=st.sampled_from(
        ["from", "recipient", "conversation", "channelData", "text", "entities", "timestamp", "id"]
    ),
    value=JSON,
)
def test_whatever_comes_is_read_or_refused_in_a_known_way(name: str, value: Any) -> None:
    try:
        reading.message(activity("<at>x</at>", **{name: value}), now=MONDAY)
        reading.tenant(activity("x", **{name: value}))
    except (KeyError, TypeError, AttributeError, ValueError):
        pass


@given(text=st.text(max_size=500))
def test_whatever_is_written_is_at_most_as_long_and_whole(text: str) -> None:
    heard = reading.message(activity(text, US), now=MONDAY)
    assert heard is not None
    assert len(heard.event.text) <= reading.TEXT_MAX
    heard.event.text.encode()


@given(chat=st.text(max_size=30), message=st.text(max_size=30))
def test_a_reference_is_read_as_it_was_written_or_not_at_all(chat: str, message: str) -> None:
    found = addresses.referred(addresses.reference(chat, message))
    assert found in {None, (chat, message)}
