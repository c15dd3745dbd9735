"""Whether the person visited may be rung: only a plain yes that can be read counts."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from bot.domain.details import YES, Part, Ring
from bot.service.ringing import ring
from tests.contract.making import visit

BOTH = (Part.NUMBER, Part.SAFE)


@pytest.mark.parametrize(
    ("sealed", "found", "may"),
    [
        ((), {}, Ring.UNKNOWN),
        ((Part.ADDRESS,), {}, Ring.NO_NUMBER),
        (BOTH, {Part.NUMBER: "07700 900104", Part.SAFE: YES}, Ring.SAFE),
        (BOTH, {Part.NUMBER: "07700 900104", Part.SAFE: "no"}, Ring.UNSAFE),
        (BOTH, {Part.NUMBER: "07700 900104", Part.SAFE: ""}, Ring.UNSAFE),
        (BOTH, {Part.NUMBER: "07700 900104", Part.SAFE: None}, Ring.LOST),
        (BOTH, {Part.NUMBER: None, Part.SAFE: YES}, Ring.LOST),
        (BOTH, {}, Ring.LOST),
    ],
)
def test_ringing_is_safe_only_where_somebody_said_so(
    sealed: tuple[Part, ...], found: dict[Part, str | None], may: Ring
) -> None:
    opened = []

    def read(visit_id: str) -> dict[Part, str | None]:
        opened.append(visit_id)
        return found

    tx: Any = SimpleNamespace(details=SimpleNamespace(read=read))
    assert ring(tx, visit(sealed=sealed)) is may
    assert opened == (["vis_1"] if Part.NUMBER in sealed else []), "nothing is opened in vain"
