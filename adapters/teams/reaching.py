"""How people and channels are reached: harvested from all that Teams sends, so that they can be reached before they speak.

Only people of a team's list are written down, and channels of a team. What is known already is not written again.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from adapters.teams import addresses
from adapters.teams.people import PLATFORM, TeamsPeople
from adapters.teams.reading import Activity, part, place, sender
from adapters.teams.services import Places
from bot.domain.errors import DeliveryFailed
from bot.ports import Clock, Reference, Store, Tx, Unavailable

US = "us"
"""The address under which it is kept what Teams calls us, and where it wants to be asked."""
KEPT = 5_000
"""References remembered at once, to spare writing what is known."""

_LOG = logging.getLogger("buddyline.teams")


@dataclass(slots=True)
class Reaching:
    """What is known of how to reach whom.

    Args:
        app_id: Teams calls us "28:" and this, until it has said otherwise.
        places: where Teams may be asked.
    """

    store: Store
    people: TeamsPeople
    clock: Clock
    app_id: str
    places: Places
    _us: Reference | None = None
    _kept: dict[str, Reference] = field(default_factory=dict)

    async def of(self, address: str) -> Reference:
        """Return how an address is reached, as far as it is known; the place to ask is always there.

        Raises:
            DeliveryFailed: the store cannot be read; or Teams is on this machine, and has not said at which port.
        """
        try:
            found = await self.store.read(lambda tx: tx.references.get(PLATFORM, address))
            service = found.service if found else (await self.us()).service
        except Unavailable:
            raise DeliveryFailed("the store cannot be read") from None
        known = found or Reference(PLATFORM, address, "", service)
        if self.places.allow(known.service):
            return known
        if not self.places.allow(self.places.first):
            raise DeliveryFailed("Teams has not said yet where it is")
        return replace(known, service=self.places.first)

    async def us(self) -> Reference:
        """Return what Teams calls us, and where it wants to be asked. What an earlier app of ours was told is no use.

        Raises:
            Unavailable: the store cannot be read.
        """
        called = f"28:{self.app_id}"
        if self._us is None:
            kept = await self.store.read(lambda tx: tx.references.get(PLATFORM, US))
            ours = kept is not None and (kept.handle == called or not self.places.abroad)
            self._us = kept if ours else None
        return self._us or Reference(PLATFORM, US, "", self.places.first, called)

    def note(self, activity: Activity) -> None:
        """Know at once what an activity tells of us: what it causes may be sent before it is written down."""
        me = str(part(activity, "recipient").get("id") or "")
        if me:
            self._us = Reference(PLATFORM, US, "", str(activity["serviceUrl"]), me)

    async def heard(self, activity: Activity) -> None:
        """Write down what an activity tells of whoever sent it, and of us. It is proven, and its address an allowed one."""
        service = str(activity["serviceUrl"])
        told = [self._us] if self._us is not None else []
        who, where = sender(activity), place(activity)
        if who is not None:
            chat = str(part(activity, "conversation").get("id") or "") if where is None else ""
            handle = str(part(activity, "from").get("id") or "")
            told.append(Reference(PLATFORM, who, chat, service, handle))
        await self.learn(told)

    async def members(self, service: str, found: Iterable[Any]) -> None:
        """Write down the members of a place who are on a team's list. `found`: the SDK's, or as they come over the wire."""
        told = []
        for one in found:
            who, handle = member(one)
            if who is not None and handle:
                told.append(Reference(PLATFORM, who, "", service, handle))
        await self.learn(told)

    async def learn(self, told: Iterable[Reference]) -> None:
        """Write down what is new of it. What is not told keeps its earlier value."""
        new = [one for one in told if not self._knows(one)]
        if not new:
            return
        people = [one.address for one in new if addresses.person(one.address)]
        try:
            known = await self.people.known(tuple(people))
            kept = [one for one in new if one.address == US or one.address in known]
            await self.store.run(lambda tx: self._write(tx, kept), name="reference")
        except Unavailable:
            _LOG.warning("finding teams.reference: the store takes nothing just now")

    async def forget(self, address: str) -> None:
        """Forget somebody's conversation with us, and what Teams calls them: both may be of an earlier app of ours."""
        self._kept.pop(address, None)

        def work(tx: Tx) -> None:
            found = tx.references.get(PLATFORM, address)
            if found is not None:
                tx.references.put(replace(found, chat="", handle=""), now=self.clock.now())

        try:
            await self.store.run(work, name="reference")
        except Unavailable:
            raise DeliveryFailed("the store cannot be written") from None

    def _knows(self, told: Reference) -> bool:
        kept = self._kept.get(told.address)
        return kept is not None and _merged(kept, told) == kept

    def _write(self, tx: Tx, told: Iterable[Reference]) -> None:
        for one in told:
            before = tx.references.get(PLATFORM, one.address)
            now = _merged(before, one) if before else one
            if now != before:
                tx.references.put(now, now=self.clock.now())
            if len(self._kept) >= KEPT:
                self._kept.clear()
            self._kept[one.address] = now


def member(one: Any) -> tuple[str | None, str]:  # noqa: ANN401 - the SDK's, or JSON
    """Return the address of a member and what Teams calls them, by whichever of its two shapes."""
    if isinstance(one, dict):
        who = one.get("aadObjectId") or one.get("objectId")
        return addresses.person(who), str(one.get("id") or "")
    more = getattr(one, "additional_properties", None) or {}
    who = getattr(one, "aad_object_id", None) or more.get("objectId")
    return addresses.person(who), str(getattr(one, "id", None) or "")


def _merged(before: Reference, told: Reference) -> Reference:
    return replace(told, chat=told.chat or before.chat, handle=told.handle or before.handle)
