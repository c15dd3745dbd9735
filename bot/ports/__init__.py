"""What the core asks of the world. Every implementation runs the contract suite of its port (`tests/contract`)."""

from bot.ports.inbound import InboundEvent, InboundKind, Intake, Received, Unavailable
from bot.ports.mail import Inbox, Outbox, Outgoing, Posted, Result, Unread
from bot.ports.outbound import Boundary, Capabilities, Destination, Sender, no_boundary
from bot.ports.storage import (
    Committed,
    Details,
    Due,
    Escalations,
    InTurn,
    Journal,
    Policies,
    Pulses,
    Rosters,
    RosterWanted,
    Store,
    T,
    Tx,
    Visits,
)
from bot.ports.world import Clock, IdSource, SealBroken, Sealer

__all__ = [
    "Boundary",
    "Capabilities",
    "Clock",
    "Committed",
    "Destination",
    "Details",
    "Due",
    "Escalations",
    "IdSource",
    "InTurn",
    "InboundEvent",
    "InboundKind",
    "Inbox",
    "Intake",
    "Journal",
    "Outbox",
    "Outgoing",
    "Policies",
    "Posted",
    "Pulses",
    "Received",
    "Result",
    "RosterWanted",
    "Rosters",
    "SealBroken",
    "Sealer",
    "Sender",
    "Store",
    "T",
    "Tx",
    "Unavailable",
    "Unread",
    "Visits",
    "no_boundary",
]
