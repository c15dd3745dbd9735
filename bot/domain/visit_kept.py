"""How a visit changes by what is kept beside it: details, and how somebody is afterwards. Part of `visit`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from bot.domain.details_facts import AddressVouched, DetailsOpenedForReason, DetailsSealed
from bot.domain.replacing import replace
from bot.domain.wellbeing_facts import HowAnswered, HowAsked, NoteTaken

if TYPE_CHECKING:
    from bot.domain.visit import Visit


def _sealed(visit: Visit, fact: DetailsSealed, _at: datetime) -> Visit:
    return replace(visit, sealed=fact.parts)


def _vouched(visit: Visit, fact: AddressVouched, _at: datetime) -> Visit:
    return replace(visit, address_with=fact.by, address_until=fact.until)


def _opened_for_reason(visit: Visit, _fact: DetailsOpenedForReason, _at: datetime) -> Visit:
    return visit


def _how_asked(visit: Visit, _fact: HowAsked, at: datetime) -> Visit:
    return replace(visit, how_at=None, how_asked_at=at, how_well=None)


def _how_answered(visit: Visit, fact: HowAnswered, at: datetime) -> Visit:
    return replace(visit, how_well=fact.well, contact_at=at)


AFTER: Mapping[type, Callable[[Visit, Any, datetime], Visit]] = {
    DetailsSealed: _sealed,
    AddressVouched: _vouched,
    DetailsOpenedForReason: _opened_for_reason,
    HowAsked: _how_asked,
    HowAnswered: _how_answered,
    NoteTaken: lambda visit, _fact, _at: visit,
}
