"""What is sealed opens in its own place only; keys change without losing anything, and never show."""

from __future__ import annotations

import base64
import pickle
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.clock import SystemIds
from bot.domain.errors import PolicyFault
from bot.ports import SealBroken, Sealer
from bot.sealing import Keyring, MacPurpose, keyring_from_text, load_or_create_key_file

IDS = SystemIds()
OLD, NEW = bytes(range(32)), bytes(range(100, 132))
PLACE = "visit/vis_1/address"
RING = Keyring([NEW, OLD], IDS)


def problems(fault: pytest.ExceptionInfo[PolicyFault]) -> list[str]:
    return [problem.id for problem in fault.value.problems]


@given(st.text(), st.text())
def test_what_was_sealed_opens_in_its_place(plain: str, place: str) -> None:
    sealer: Sealer = RING.sealer()
    assert sealer.open(sealer.seal(plain, place=place), place=place) == plain


def test_half_a_character_neither_fails_nor_shows() -> None:
    sealer = RING.sealer()
    assert sealer.open(sealer.seal("\ud800", place=PLACE), place=PLACE) == "\ud800"


def test_the_same_text_is_sealed_differently_each_time() -> None:
    sealer = RING.sealer()
    assert sealer.seal("12 Elm Road", place=PLACE) != sealer.seal("12 Elm Road", place=PLACE)


def test_what_was_moved_to_another_row_stays_shut() -> None:
    sealed = RING.sealer().seal("12 Elm Road", place=PLACE)
    with pytest.raises(SealBroken):
        RING.sealer().open(sealed, place="visit/vis_2/address")


def test_any_changed_byte_and_any_cut_keeps_it_shut() -> None:
    sealer = RING.sealer()
    sealed = sealer.seal("x", place=PLACE)
    changed = [sealed[:n] + bytes([sealed[n] ^ 1]) + sealed[n + 1 :] for n in range(len(sealed))]
    cut = [sealed[:n] for n in range(len(sealed))]
    for broken in [*changed, *cut, sealed + b"x"]:
        with pytest.raises(SealBroken) as caught:
            sealer.open(broken, place=PLACE)
        assert caught.value.__cause__ is None


def test_a_new_key_in_front_opens_what_the_old_one_sealed() -> None:
    sealed = Keyring([OLD], IDS).sealer().seal("12 Elm Road", place=PLACE)
    assert RING.sealer().open(sealed, place=PLACE) == "12 Elm Road"


def test_the_newest_key_seals() -> None:
    sealed = RING.sealer().seal("12 Elm Road", place=PLACE)
    assert Keyring([NEW], IDS).sealer().open(sealed, place=PLACE) == "12 Elm Road"
    with pytest.raises(SealBroken):
        Keyring([OLD], IDS).sealer().open(sealed, place=PLACE)


def test_a_code_is_good_for_its_data_and_purpose_only() -> None:
    mac = RING.mac("journal", b"entry")
    assert RING.verify("journal", b"entry", mac)
    assert not RING.verify("journal", b"Entry", mac)
    assert not RING.verify("cookie", b"entry", mac)
    assert not RING.verify("journal", b"entry", mac[:-1])
    assert not RING.verify("journal", b"entry", b"")


def test_a_code_of_an_older_key_is_still_good() -> None:
    mac = Keyring([OLD], IDS).mac("journal", b"entry")
    assert RING.mac("journal", b"entry") != mac
    assert RING.verify("journal", b"entry", mac)
    assert not Keyring([NEW], IDS).verify("journal", b"entry", mac)


def test_the_key_that_seals_makes_no_codes() -> None:
    purpose: MacPurpose = "seal"  # type: ignore[assignment]
    with pytest.raises(ValueError):
        RING.mac(purpose, b"")


def test_a_look_up_stays_the_same_when_a_key_is_put_in_front() -> None:
    before = Keyring([OLD], IDS).lookup("U123")
    assert RING.lookup("U123") == before
    assert RING.lookup("U124") != before


def test_a_look_up_tells_which_key_made_it() -> None:
    ours, theirs = RING.lookup("U123"), Keyring([NEW], IDS).lookup("U123")
    assert ours.split(".")[0] == RING.lookup("").split(".")[0]
    assert ours.split(".")[0] != theirs.split(".")[0]


def test_no_key_shows_or_leaves() -> None:
    assert repr(RING) == "Keyring(2 keys)"
    with pytest.raises(TypeError):
        pickle.dumps(RING)


@pytest.mark.parametrize("masters", [[], [b"short"], [OLD + b"x"], [OLD, OLD]])
def test_a_ring_of_wrong_keys_is_refused(masters: list[bytes]) -> None:
    with pytest.raises(ValueError):
        Keyring(masters, IDS)


@pytest.mark.parametrize(
    "text",
    [
        f"{NEW.hex()},{OLD.hex()}",
        f"{base64.urlsafe_b64encode(NEW).decode()}, {OLD.hex().upper()}",
        f"# the newest\n{base64.urlsafe_b64encode(NEW).decode().rstrip('=')}\n{OLD.hex()}\n",
    ],
)
def test_keys_are_read_in_either_writing(text: str) -> None:
    ring = keyring_from_text(text, IDS)
    assert ring.mac("journal", b"x") == RING.mac("journal", b"x")
    assert ring.lookup("x") == RING.lookup("x")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", ["key.missing"]),
        ("# only a comment", ["key.missing"]),
        (f"secretish,{OLD.hex()},{OLD.hex()[:-1]}", ["key.malformed", "key.malformed"]),
        ("é" * 43, ["key.malformed"]),
        (f"{OLD.hex()},{base64.urlsafe_b64encode(OLD).decode()}", ["key.twice"]),
    ],
)
def test_wrong_keys_are_all_named_by_number(text: str, found: list[str]) -> None:
    with pytest.raises(PolicyFault) as caught:
        keyring_from_text(text, IDS)
    assert problems(caught) == found
    assert "secretish" not in str(caught.value)
    assert OLD.hex()[:8] not in str(caught.value)


def test_the_first_start_makes_a_key_that_only_its_owner_can_read(tmp_path: Path) -> None:
    path = tmp_path / "data" / "keys" / "buddyline.key"
    first = load_or_create_key_file(path, IDS)
    again = load_or_create_key_file(path, IDS)
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o077 == 0
    assert [entry.name for entry in path.parent.iterdir()] == ["buddyline.key"]
    assert first.lookup("x") == again.lookup("x")


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o601, 0o644])
def test_a_key_that_others_can_reach_is_refused(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "buddyline.key"
    load_or_create_key_file(path, IDS)
    path.chmod(mode)
    with pytest.raises(PolicyFault) as caught:
        load_or_create_key_file(path, IDS)
    assert problems(caught) == ["key.open_to_others"]


@pytest.mark.parametrize("mode", [0o600, 0o400])
def test_a_key_that_only_its_owner_can_reach_is_read(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "buddyline.key"
    path.write_text(OLD.hex())
    path.chmod(mode)
    assert load_or_create_key_file(path, IDS).lookup("x") == RING.lookup("x")


def test_an_empty_key_file_is_not_filled_with_a_new_key(tmp_path: Path) -> None:
    path = tmp_path / "buddyline.key"
    path.touch(mode=0o600)
    with pytest.raises(PolicyFault) as caught:
        load_or_create_key_file(path, IDS)
    assert problems(caught) == ["key.missing"]
    assert path.read_bytes() == b""


def test_of_two_first_starts_at_once_one_key_remains(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "buddyline.key"
    other = load_or_create_key_file(path, IDS)
    monkeypatch.setattr(Path, "exists", lambda _: False)  # as the slower one saw it
    assert load_or_create_key_file(path, IDS).lookup("x") == other.lookup("x")


def test_a_key_file_that_cannot_be_made_is_said_plainly(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(PolicyFault) as caught:
        load_or_create_key_file(tmp_path / "file" / "buddyline.key", IDS)
    assert problems(caught) == ["key.unwritable"]
