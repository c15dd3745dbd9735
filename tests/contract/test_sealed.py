"""What nobody may read in a stolen file cannot be read in it: not in the database, not in what it writes ahead."""

from __future__ import annotations

from pathlib import Path

from bot.domain import facts as f
from bot.domain.people import Way
from bot.ports import Posted, Result, Tx
from bot.sealing import Keyring
from storage.store import SqliteStore
from tests.contract.making import CONTENT, LOCAL, T0, entry, event, message, person, policy, visit
from tests.fakes.ids import SeededIds

SECRETS = (
    "07700900123",
    "alice-secret-address",
    "the dog is at the back",
    "typed by hand",
    "cad-77",
    "12 Hillside Road",
)


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


async def test_no_mobile_address_note_or_inbox_text_is_on_the_disk(
    tmp_path: Path, keyring: Keyring, ids: SeededIds
) -> None:
    store = SqliteStore(tmp_path / "b.db", keyring, ids)
    mobile, address, note, text, form, home = SECRETS
    alice = person("alice", mobile=mobile)
    alice = type(alice)(alice.id, "Alice Visible", "north", (Way(LOCAL, address),), mobile)
    arrived = event(text=text, fields={"ref": form}, sender=address)

    def write(tx: Tx) -> None:
        tx.rosters.replace(entry(alice), policy(), content=CONTENT)
        tx.journal.append("vis_1", f.CheckedIn(), at=T0, by="per_alice", note=note)
        tx.inbox.keep(arrived, now=T0)
        tx.details.put(visit(), {"address": home}, drop=(), now=T0)
        tx.outbox.add([message("m")], now=T0)
        (row,) = tx.outbox.claim(T0, limit=1, lease_until=T0, token="t")
        way = Way(LOCAL, address)
        sent = Result(row=row, state=Posted.SENT, shown=1, ref="r", ref_way=way)
        assert tx.outbox.record([sent]) == (row.id,)

    await store.run(write, name="w")
    while_open = contents(tmp_path)
    assert any(content for name, content in while_open.items() if name.endswith("-wal"))
    await store.close()
    closed = contents(tmp_path)
    for content in (*while_open.values(), *closed.values()):
        for secret in SECRETS:
            assert secret.encode() not in content
    assert any(b"Alice Visible" in content for content in closed.values())  # the test can see
