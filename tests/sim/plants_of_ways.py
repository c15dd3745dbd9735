"""Faults of the ways that wake: what a text, a receipt or a call must not do, and what must follow when it fails."""

from __future__ import annotations

from tests.sim.planting import Edit, Plant

RECEIPTS, BY_TEXT = "bot/service/receipts.py", "bot/service/by_text.py"

WAYS = (
    Plant(
        "a machine's answer counts",
        (
            Edit(
                "adapters/voice/talk.py",
                ".startswith(_NOBODY):\n",
                ".startswith(_NOBODY):\n"
                "            await self._receipts.receipt(\n"
                '                "voice", fields.get("CallSid", ""), Receipt.DELIVERED\n'
                "            )\n",
            ),
        ),
    ),
    Plant(
        "whoever picks up is taken for the one who is wanted",
        (
            Edit(
                "adapters/voice/talk.py",
                "        return self._asked(call)\n",
                '        return await self.named({**fields, "Digits": "1"})\n',
            ),
        ),
    ),
    Plant(
        "a code works twice",
        (Edit(BY_TEXT, "    tx.outbox.code_used(right[0], at=now)\n", ""),),
    ),
    Plant(
        "a code is anybody's",
        (Edit("storage/outbox.py", '        _C.person_id == bindparam("person"),\n', ""),),
    ),
    Plant(
        "a code outlives its step",
        (Edit(BY_TEXT, ' or str(alarm.step) != row.fields["step"]:', ":"),),
    ),
    Plant(
        "wrong codes count for nothing",
        (Edit(BY_TEXT, "        tx.outbox.code_tried([each.row for each in every])\n", ""),),
    ),
    Plant(
        "a text stands an alarm down",
        (
            Edit(
                "bot/service/doing.py",
                "now=turn.now, ids=turn.ids, by_text=text\n",
                "now=turn.now, ids=turn.ids, by_text=text and False\n",
            ),
        ),
    ),
    Plant(
        "the ladder is never told that a way failed",
        (
            Edit(
                RECEIPTS,
                "        undeliverable.tell(tx, row, now=now, ids=ids)",
                "        return True",
            ),
        ),
    ),
    Plant(
        "a text that did not arrive counts as sent",
        (Edit(RECEIPTS, "    elif _taken_back(", "    elif what is None and _taken_back("),),
    ),
)
