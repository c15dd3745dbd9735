"""A visit is covered only when somebody could tell 999 where it is."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.readiness import Address, address_of, covered
from bot.domain.visit import Visit
from tests.contract.making import visit

SECOND = timedelta(seconds=1)
PLAIN = visit()


@pytest.mark.parametrize(
    ("seen", "where"),
    [
        (PLAIN, Address.MISSING),
        (replace(PLAIN, sealed=("name", "risks")), Address.MISSING),
        (replace(PLAIN, sealed=("address",)), Address.ON_FILE),
        (replace(PLAIN, address_with="b", address_until=PLAIN.end_at), Address.WITH_SOMEBODY),
        (replace(PLAIN, address_with="b", address_until=PLAIN.end_at - SECOND), Address.MISSING),
    ],
)
def test_where_the_address_is(seen: Visit, where: Address) -> None:
    assert address_of(seen) is where
    assert covered(seen) is (where is not Address.MISSING)
