"""The keys, and all that is done with them: sealing, codes over the journal and cookies, blind look-up of addresses.

One or more master keys of 32 bytes, the newest first. Nothing is ever done with a master key itself: each purpose has
its own key, derived from it (HKDF-SHA256). A lost key costs details, never an alarm: what does not open raises
`SealBroken` and the ladder goes on. No key, and nothing sealed, is ever part of a text made here.

Changing keys: put a new key in front. What is written from then on is under the new one; what is there still opens, as
long as its key is in the ring. Look-ups (see `Keyring.lookup`) stay under the oldest.
"""

from __future__ import annotations

import base64
import binascii
import contextlib
import hmac
import os
import re
import stat
from collections.abc import Sequence
from pathlib import Path
from typing import Literal, get_args

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hmac import HMAC
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bot.domain.errors import PolicyFault, Problem
from bot.ports import IdSource, SealBroken

KEY_BYTES = 32
_NONCE_BYTES = 12
_ID_BYTES = 4
_FORMAT = b"\x01"
_HEAD_BYTES = len(_FORMAT) + _ID_BYTES + _NONCE_BYTES
_FILE_MAX = 10_000

MacPurpose = Literal["journal", "lookup", "cookie", "local", "turn", "code"]
"""What a code can be for; a code for one purpose is worth nothing for another."""

_PURPOSES = frozenset(get_args(MacPurpose))


class _Key:
    """One master key, only as what was derived from it."""

    __slots__ = ("aead", "codes", "id")

    def __init__(self, master: bytes) -> None:
        self.id = _derived(master, "key id")[:_ID_BYTES]
        self.aead = AESGCM(_derived(master, "seal"))
        # Begun once, and copied for each code: to take the key in takes longer than most of what is coded.
        self.codes = {purpose: HMAC(_derived(master, purpose), SHA256()) for purpose in _PURPOSES}


def _derived(master: bytes, purpose: str) -> bytes:
    info = f"buddyline 1 {purpose}".encode()
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=info).derive(master)


class Keyring:
    """The keys of one installation. Safe to use from several threads.

    Args:
        masters: 32 bytes each, the newest first; at least one, each once.
        ids: where nonces come from.

    Raises:
        ValueError: no key, one of the wrong size, or one twice.
    """

    __slots__ = ("_by_id", "_ids", "_keys")

    def __init__(self, masters: Sequence[bytes], ids: IdSource) -> None:
        if not masters or any(len(master) != KEY_BYTES for master in masters):
            raise ValueError("a keyring needs keys of 32 bytes")
        self._keys = tuple(_Key(bytes(master)) for master in masters)
        self._by_id = {key.id: key for key in self._keys}
        if len(self._by_id) != len(self._keys):
            raise ValueError("a key stands in the keyring twice")
        self._ids = ids

    def __repr__(self) -> str:
        return f"Keyring({len(self._keys)} keys)"

    def __reduce__(self) -> tuple[object, ...]:
        raise TypeError("keys are not to be copied")

    def sealer(self) -> KeySealer:
        """Return the sealer that seals under the newest key and opens under any."""
        return KeySealer(self._keys[0], self._by_id, self._ids)

    def new_data_key(self, *, place: str) -> bytes:
        """Return a fresh data key, sealed for `place`: erase it, and what was sealed under it is gone with it."""
        key = base64.b64encode(self._ids.token(KEY_BYTES)).decode()
        return self.sealer().seal(key, place=place)

    def data_sealer(self, data_key: bytes, *, place: str) -> KeySealer:
        """Return the sealer that seals and opens under a data key.

        Args:
            data_key, place: as `new_data_key` returned it, and what it was asked for.

        Raises:
            SealBroken: the data key does not open.
        """
        master = base64.b64decode(self.sealer().open(data_key, place=place))
        return Keyring([master], self._ids).sealer()

    def mac(self, purpose: MacPurpose, data: bytes) -> bytes:
        """Return the HMAC-SHA256 (32 bytes) of `data` under the newest key's key for `purpose`."""
        return _code(self._keys[0], purpose, data)

    def verify(self, purpose: MacPurpose, data: bytes, mac: bytes) -> bool:
        """Return whether `mac` was made from `data` for `purpose` under any key of the ring, in constant time."""
        # Every key is tried, also after a hit: how long it takes says nothing about which key it was.
        return sum(hmac.compare_digest(_code(key, purpose, data), mac) for key in self._keys) > 0

    def lookup(self, value: str) -> str:
        """Return a keyed digest by which `value` is found again without being stored readably.

        Made under the OLDEST key, so that one value has one digest (a unique index holds) and a new key in front
        changes none. It begins with that key's id ("1f2e3d4c.…"): when the oldest key is taken out of the ring, rows
        that begin with another id than `lookup("")` does are under the lost one, and are made anew from the
        sealed values before the old key goes. Until then somebody with the old key can test guesses against them.
        """
        key = self._keys[-1]
        digest = _code(key, "lookup", value.encode("utf-8", "surrogatepass"))
        return f"{key.id.hex()}.{digest.hex()}"


def _code(key: _Key, purpose: MacPurpose, data: bytes) -> bytes:
    if purpose not in _PURPOSES:
        raise ValueError("no such purpose")
    code = key.codes[purpose].copy()
    code.update(data)
    return code.finalize()


class KeySealer:
    """AES-256-GCM with the place as associated data (`bot.ports.Sealer`). Made by `Keyring.sealer`.

    Sealed bytes are: format (1), key id (4), nonce (12), ciphertext and tag.
    """

    __slots__ = ("_by_id", "_ids", "_newest")

    def __init__(self, newest: _Key, by_id: dict[bytes, _Key], ids: IdSource) -> None:
        self._newest = newest
        self._by_id = by_id
        self._ids = ids

    def seal(self, plain: str, *, place: str) -> bytes:
        """Return `plain` sealed for `place` ("table/row/field") under the newest key; different each time."""
        nonce = self._ids.token(_NONCE_BYTES)
        # Half characters pass: an exception about them would carry the text itself.
        text = plain.encode("utf-8", "surrogatepass")
        sealed = self._newest.aead.encrypt(nonce, text, _bound(self._newest.id, place))
        return _FORMAT + self._newest.id + nonce + sealed

    def open(self, sealed: bytes, *, place: str) -> str:
        """Return the text.

        Raises:
            SealBroken: the key is not in the ring, or the bytes were changed, cut, or moved to another place.
        """
        head, body = sealed[:_HEAD_BYTES], sealed[_HEAD_BYTES:]
        key = self._by_id.get(head[1 : 1 + _ID_BYTES]) if head.startswith(_FORMAT) else None
        if key is None:
            raise SealBroken("sealed under a key that is not here")
        try:
            plain = key.aead.decrypt(head[-_NONCE_BYTES:], body, _bound(key.id, place))
        except (InvalidTag, ValueError):
            raise SealBroken("changed, or moved from another place") from None
        return plain.decode("utf-8", "surrogatepass")


def _bound(key_id: bytes, place: str) -> bytes:
    return _FORMAT + key_id + place.encode("utf-8", "surrogatepass")


# --- where keys come from --------------------------------------------------------------------------


def keyring_from_text(text: str, ids: IdSource, *, where: str = "keys") -> Keyring:
    """Return the keyring that a setting or a file describes.

    Args:
        text: keys of 32 bytes, hexadecimal or base64url, separated by commas or white space, the newest first.
            Lines that begin with "#" are left aside.
        ids: where nonces come from.
        where: what to call the source in a fault.

    Raises:
        PolicyFault: key.missing, key.malformed or key.twice; every malformed one by its number, never by its content.
    """
    lines = (line for line in text.splitlines() if not line.lstrip().startswith("#"))
    words = [word for line in lines for word in re.split(r"[,\s]+", line) if word]
    keys = [_decoded(word) for word in words]
    problems = [
        Problem(
            "key.malformed",
            where,
            f"Key {number} is not 32 bytes in hex or base64url.",
            "Copy it whole.",
        )
        for number, key in enumerate(keys, 1)
        if key is None
    ]
    good = [key for key in keys if key is not None]
    if not words:
        remedy = (
            "Restore it from where you keep it; a new one opens nothing that is sealed already."
        )
        problems = [Problem("key.missing", where, "There is no key.", remedy)]
    if len(set(good)) < len(good):
        problems.append(Problem("key.twice", where, "A key stands there twice.", "Keep each once."))
    if problems:
        raise PolicyFault(tuple(problems))
    return Keyring(good, ids)


def _decoded(word: str) -> bytes | None:
    try:
        if len(word) == 2 * KEY_BYTES:
            key = bytes.fromhex(word)
        else:
            bare = word.rstrip("=").encode("ascii")
            key = base64.b64decode(bare + b"=" * (-len(bare) % 4), altchars=b"-_", validate=True)
    except (ValueError, binascii.Error):
        return None
    return key if len(key) == KEY_BYTES else None


def load_or_create_key_file(path: Path, ids: IdSource) -> Keyring:
    """Return the keyring in a file; make the file, readable by its owner only, with one new key when there is none.

    The file appears complete or not at all, also when two processes start at once (then both read the same one) or the
    machine stops in between.

    Raises:
        PolicyFault: key.open_to_others, key.unreadable, or what `keyring_from_text` finds.
    """
    try:
        missing = not path.exists()
    except OSError:
        missing = False  # a folder that may not be entered; reading says so
    if missing:
        _create(path, ids)
    return keyring_from_text(_contents(path), ids, where=str(path))


def _contents(path: Path) -> str:
    try:
        with path.open("rb") as file:
            mode = os.fstat(
                file.fileno()
            ).st_mode  # of what was opened, not of what the name meant a moment ago
            content = file.read(_FILE_MAX)
    except OSError:
        problem = Problem(
            "key.unreadable", str(path), "The key file cannot be read.", "Check owner and mode."
        )
        raise PolicyFault((problem,)) from None
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        meaning = "Others on this machine can read or change the key file."
        raise PolicyFault((Problem("key.open_to_others", str(path), meaning, f"chmod 600 {path}"),))
    return content.decode("ascii", "replace")


def _create(path: Path, ids: IdSource) -> None:
    """Write a new key beside `path`, and give it its name only when it is safely on the disk."""
    made = [folder for folder in (path.parent, *path.parent.parents) if not folder.exists()]
    draft = path.with_name(ids.new(f".{path.name}"))
    key = base64.urlsafe_b64encode(ids.token(KEY_BYTES))
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(key + b"\n")
                file.flush()
                os.fsync(file.fileno())
            with contextlib.suppress(
                FileExistsError
            ):  # another process was faster: its key is the key
                path.hardlink_to(draft)
        finally:
            draft.unlink()
        for folder in (path.parent, *(folder.parent for folder in made)):
            _sync_folder(folder)
    except OSError:
        problem = Problem(
            "key.unwritable", str(path), "No key file can be made.", "Check the folder's owner."
        )
        raise PolicyFault((problem,)) from None


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
