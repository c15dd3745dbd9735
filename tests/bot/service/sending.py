"""One message on its way to Ben, and a platform that takes it or does not."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.message import Priority, Rendered, Secrecy
from bot.domain.people import Way
from bot.ports import Capabilities, Destination, Outgoing, Posted
from tests.fakes.clock import START

HOME = Way("alpha", "bob@alpha")
ROW = Outgoing(
    id=1,
    key="ladder.ask",
    team_id="north",
    person_id="per_bob",
    channel=False,
    priority=Priority.ESCALATION,
    secrecy=Secrecy.RESPONDERS,
    fields={},
    visit_id="vis_1",
    escalation_id="esc_1",
    dedupe="esc_1:step:0:0:per_bob",
    way=0,
    ref=None,
    ref_way=None,
    wanted=7,
    digest="",
    created_at=START,
    attempts=0,
    reported=False,
    state=Posted.WAITING,
    token="lease",
)
POSTED = replace(ROW, ref="r0", ref_way=HOME, digest="before")
NEWS = replace(ROW, priority=Priority.INFORMATION)
WORDS = Rendered(title="A title", text="A text", preview="A preview")


class Platform:
    """Takes everything, or fails as it is told to."""

    platform = "alpha"

    def __init__(self) -> None:
        self.capabilities = Capabilities(True, True, True, True, 1000)
        self.fails: Exception | None = None
        self.took: list[str] = []

    async def post(self, to: Destination, what: Rendered, *, key: str) -> str:
        return self._take(f"post {key}", "r1")

    async def edit(self, to: Destination, ref: str, what: Rendered, *, key: str) -> None:
        self._take(f"edit {ref}", "")

    def _take(self, what: str, ref: str) -> str:
        self.took.append(what)
        if self.fails is not None:
            raise self.fails
        return ref
