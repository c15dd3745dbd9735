"""The lives that are lived: what worker, buddy and manager do, from the first word to the outcome."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from zoneinfo import ZoneInfo

from tests.crash.house import House, instant

LONDON = ZoneInfo("Europe/London")

SHORT = "".join(
    f'"{key}" = {{ value = "{value}", reason = "A life of some seconds." }}\n'
    for key, value in {
        "cover.ask_wait": "2m",
        "visit.reminder_before": "3m",
        "visit.overdue_after": "3m",
        "escalation.charge_for": "3m",
        "escalation.repeat_every": "3m",
        "escalation.late_contact_wait": "1m",
        "ladder.mobile.wait": "3m",
        "ladder.resident.wait": "3m",
    }.items()
)
"""A team's adjustments with which a life at sixty times the pace takes some seconds."""


async def overdue(house: House) -> None:
    """Nobody hears from Amira: cover, reminder, nudge, overdue, a charge that lapses, 999, and an outcome."""
    await house.say("amira", "visit start now 30m CASE123", "channel")
    await house.until(house.seen("CoverAsked", 2))
    await house.press("carla", "accept", worked=house.seen("CoverAccepted"))
    await house.until(house.seen("StartChecked"))
    for words in ("arrived", "ok", "status", "help", "what is this"):
        await house.say("amira", words)
    await house.say("maria", "visit board", "channel")
    await house.press("amira", "extend", worked=house.seen("Extended"))
    await house.until(house.seen("BecameOverdue"))
    await house.press("carla", "charge", worked=house.seen("ChargeTaken"))
    await house.until(house.seen("ChargeLapsed"))
    await house.until(house.seen("StepEntered", 2))
    await house.say("amira", "done")
    await to_the_outcome(house)


def entered(house: House, step_id: str) -> Callable[[], bool]:
    """Return a question: has an alarm come to this step? Where time flows, one that nobody covers may have opened before."""
    return lambda: any(fact.body["step_id"] == step_id for fact in house.facts("StepEntered"))


async def to_the_outcome(house: House) -> None:
    """Maria takes charge, climbs to 999, and records how it ended."""
    taken = len(house.facts("ChargeTaken"))
    await house.press("maria", "charge", worked=house.seen("ChargeTaken", taken + 1))
    await house.press("maria", "report", " no_answer", worked=entered(house, "police"))
    await house.press(
        "maria",
        "report",
        " called_999",
        worked=lambda: any(f.body["answer"] == "called_999" for f in house.facts("Answered")),
        reference="4711",
    )
    await house.press(
        "maria",
        "report",
        " reached_safe",
        worked=house.seen("EscalationClosed"),
        outcome="forgot",
        note="Found in the garden.",
    )


async def uncovered(house: House) -> None:
    """Visits that nobody accepts in time, one that is called off, one cancelled, one that goes on after its alarm."""
    await house.say("amira", "visit start now 40m CASE201", "channel")
    await house.until(house.seen("StartedUncovered"))
    await house.until(house.seen("StepEntered", 2))
    await house.press("ben", "accept", worked=house.seen("CoverAccepted"))
    await house.say("carla", "start now 30m CASE302")
    await house.press("dev", "accept", worked=house.seen("CoverAccepted", 2))
    await house.say("carla", "cancel")
    await house.say("amira", "done")
    await house.say("ben", "start now 30m CASE301")
    await house.until(house.seen("StartedUncovered", 2))
    await house.press("maria", "report", " called_off", worked=house.seen("VisitCancelled", 2))
    await house.say("dev", "start now 20m CASE303")
    await house.press("carla", "accept", worked=house.seen("CoverAccepted", 3))
    await house.until(house.seen("BecameOverdue"))
    on = (house.clock.now() + timedelta(minutes=30)).astimezone(LONDON)
    await house.press(
        "carla", "report", " reached_safe", worked=house.seen("Extended"), until=f"{on:%H:%M}"
    )
    await house.say("dev", "done")


async def broken(house: House) -> None:
    """What fails: commits (a word is decided later, a visit alone), and sends, until the ladder hears of it."""
    await house.say("amira", "visit start now 30m CASE401", "channel")
    await house.press("ben", "accept", worked=house.seen("CoverAccepted"))
    house.break_next("commit.before inbound", 2)
    await house.say("amira", "arrived")
    await house.until(house.seen("WorkerArrived"))
    house.plant_unreadable()
    await house.until(lambda: bool(house.rows("SELECT 1 FROM outbox WHERE key = 'alarm.unread'")))
    house.break_next("commit.before engine")
    house.break_next("commit.before engine alone")
    await house.until(house.seen("Reminded"))
    house.break_next("send.before visit.nudge", 6)
    await house.until(house.seen("Nudged"))
    house.break_next("commit.before engine")
    await house.until(house.seen("BecameOverdue"))
    await house.press("ben", "charge", worked=house.seen("ChargeTaken"))
    await house.press(
        "ben", "report", " reached_safe", worked=house.seen("EscalationClosed"), outcome="overran"
    )
    await house.say("amira", "start now 30m CASE402")
    await house.press("ben", "accept", worked=house.seen("CoverAccepted", 2))
    house.break_next("send.before visit.turned_back", 12)
    await house.say("amira", "not going in")
    house.break_next("commit.before covert")
    await house.say("carla", CALL)
    await house.until(house.seen("DuressAsked"))


async def away(house: House) -> None:
    """Nothing runs when the visit becomes overdue, after its check-in: its alarm begins late, once, and goes its way."""
    await house.say("amira", "visit start now 30m CASE601 check in after 15m", "channel")
    await house.press("ben", "accept", worked=house.seen("CoverAccepted"))
    await house.until(house.seen("Reminded"))
    await house.say("amira", "ok")
    [row] = house.rows("SELECT end_at FROM visit")
    back_at = instant(row["end_at"]) + timedelta(minutes=20)
    house.plant_lost()
    await house.down_until(back_at)
    await house.until(house.seen("BecameOverdue"))
    assert all(fact.at >= back_at for fact in house.facts("BecameOverdue"))
    assert len(house.facts("StepEntered")) == 1, "steps made up for"
    await house.press("ben", "charge", worked=house.seen("ChargeTaken"))
    await house.press(
        "ben", "report", " reached_safe", worked=house.seen("EscalationClosed"), outcome="overran"
    )


async def morning(house: House) -> None:
    """The next day begins while nothing runs: buddy and duty officer hear of it at the start, once."""
    await house.say("amira", "start tomorrow 10:00-10:30 CASE901")
    await house.press("ben", "accept", worked=house.seen("CoverAccepted"))
    await house.down_until(house.clock.now() + timedelta(hours=23, minutes=30))
    await house.say("amira", "cancel")


async def sealed(house: House) -> None:
    """Private details: asked for, given, vouched for, opened; a charge that is handed over, and the aftercare."""
    await house.say("amira", "visit start now 30m CASE701", "channel")
    await house.press("ben", "accept", worked=house.seen("CoverAccepted"))
    await house.press("ben", "vouch", worked=house.seen("AddressVouched"))
    await house.until(house.seen("StartChecked"))
    await house.say("amira", "visit details", "channel")
    given = house.seen("DetailsSealed")
    await house.press("amira", "details", worked=given, police_area="Walthamstow")
    await house.say("amira", "details")
    given = house.seen("DetailsSealed", 2)
    await house.press("amira", "details", worked=given, address="Flat 7, 3 Elm Road")
    await house.say("amira", "extend 90m")
    await house.press("ben", "spoke", worked=house.seen("Extended"))
    await house.say("maria", "details CASE701")
    assert "Elm Road" in await house.open("maria", "reason", reason="The family rang.")
    await house.until(house.seen("BecameOverdue"))
    await house.press("ben", "charge", worked=house.seen("ChargeTaken"))
    await house.press("ben", "handover", worked=house.seen("ChargeOffered"), to="carla")
    await house.press("carla", "charge", worked=house.seen("ChargeTaken", 2))
    assert "Elm Road" in await house.open("carla", "open", " sheet")
    closed = house.seen("EscalationClosed")
    await house.press("carla", "report", " reached_safe", worked=closed, outcome="forgot")
    await house.press("carla", "care", " hurt", worked=house.seen("AftercareTicked"))


async def day(house: House) -> None:
    """A day in the worker's words: the form, company, not going in, a plan, home, and not being home."""
    await house.say("amira", "visit")
    started = house.seen("VisitRequested")
    form = {"end": "30m", "case": "CASE801", "with": "dev", "place": "3 Elm Road"}
    await house.press("amira", "form", worked=started, **form)
    await house.press("ben", "accept", worked=house.seen("CoverAccepted"))
    for words in ("arrived", "going in", "left", "left, @dev still inside"):
        await house.say("amira", words)
    await house.press("dev", "gone", worked=house.seen("VisitEnded"))
    await house.say("amira", "start now 30m CASE802")
    await house.press("ben", "accept", worked=house.seen("CoverAccepted", 2))
    await house.say("amira", "not going in")
    # Its reminder comes between two turns of its alarm: at the same second, either could be first.
    await house.say("amira", "plan; 12:00-12:31 CASE803; 12:40-13:30 CASE804 not back")
    await house.press("ben", "day", " all", worked=house.seen("CoverAccepted", 4))
    for words in ("today", "procedure", "steps", "tips"):
        await house.say("amira", words)
    await house.until(house.seen("Reminded"))
    for words in ("arrived CASE803", "arrived CASE804", "left CASE803", "left CASE804", "home"):
        await house.say("amira", words)
    house.ask_how()
    await house.say("amira", "start now 30m CASE805")
    await house.press("ben", "accept", worked=house.seen("CoverAccepted", 6))
    await house.until(house.seen("HowAsked"))
    await house.press("amira", "how_unwell", worked=house.seen("HowAnswered"))
    await house.say("amira", "left going home")
    await house.until(house.seen("BecameOverdue"))
    await house.press("ben", "charge", worked=house.seen("ChargeTaken"))
    closed = house.seen("EscalationClosed")
    await house.press("ben", "report", " reached_safe", worked=closed, outcome="forgot")


async def start(house: House) -> None:
    """A visit that lacks this and that, and an early buddy who comes back late; a stand-in; and a visit past five."""
    begins = house.clock.now() + timedelta(minutes=40)
    ends = begins + timedelta(minutes=40)
    times = f"{begins.astimezone(LONDON):%H:%M}-{ends.astimezone(LONDON):%H:%M}"
    await house.say("amira", f"start {times} CASE911 with @carla @dev @omar @maria")
    await house.press("ben", "accept", worked=house.seen("CoverAccepted"))
    await house.until(house.seen("SoonTold"))
    await house.say("amira", "ready")
    await house.until(house.seen("CoverLapsed"))
    await house.press("ben", "accept", worked=house.seen("CoverAccepted", 2))
    await house.until(house.seen("StartChecked"))
    await house.say("amira", "all out")
    await house.say("ben", "start now 50m CASE912")
    await house.say("amira", "start now 40m CASE913")
    asked = len(house.facts("CoverAsked"))
    await house.press("carla", "decline", worked=house.seen("CoverAsked", asked + 1))
    await house.press("dev", "accept", worked=house.seen("CoverAccepted", 3))
    await house.press("amira", "accept", worked=house.seen("CoverAsked", asked + 2))
    await house.press("amira", "standin", worked=house.seen("CoverAsked", asked + 3), to="helen")
    await house.press("helen", "accept", worked=house.seen("CoverAccepted", 4))
    for who in ("amira", "ben"):
        await house.say(who, "left")
    house.clock.skip_to(begins.astimezone(LONDON).replace(hour=16, minute=0, second=0))
    await house.say("amira", "start now 20m CASE914")
    await house.press("ben", "accept", worked=house.seen("CoverAccepted", 5))
    await house.say("amira", "extend 60m")
    await house.press("ben", "accept", " mobile", worked=house.seen("ReachRecorded"))
    await house.say("amira", "left")
    await house.press("ben", "heard", worked=house.seen("VoiceHeard"))


async def unsure(house: House) -> None:
    """Amira is not sure of one visit, which goes ahead after the next manager was asked, nor of one that does not."""
    await house.say("amira", "start now 40m CASE921")
    await house.press("ben", "accept", worked=house.seen("CoverAccepted"))
    await house.say("amira", "unsure, there was shouting last time")
    await house.until(house.seen("AgreementAsked", 2))
    await house.press("maria", "agree", worked=house.seen("AgreementGiven"))
    await house.say("amira", "left")
    await house.say("amira", "start tomorrow 10:00-10:30 CASE922")
    await house.press("ben", "accept", worked=house.seen("CoverAccepted", 2))
    await house.say("amira", "unsure CASE922")
    await house.press("maria", "do_not_go", worked=house.seen("AgreementRefused"))
    for words in ("pairs CASE923", "pairs"):
        await house.say("maria", words)
    await house.say("amira", "start now 40m CASE923 with @dev")
    await house.press("ben", "accept", worked=house.seen("CoverAccepted", 3))
    await house.press("dev", "gone", worked=house.seen("AloneTold"))
    await house.say("amira", "all out")


A_DESK = (('name = "Helen Osei"\n', 'name = "Control room"\ndesk_hours = "always"\n'),)
"""A team in which one of the last step is a telephone that several people answer."""


async def team(house: House) -> None:
    """Who watches and who is on duty changes; somebody joins, and somebody leaves while they watch."""
    late = house.clock.now().astimezone(LONDON).replace(hour=20, minute=0, second=0)
    house.clock.skip_to(late)
    await house.say("maria", "add")
    joined = house.seen("PersonAdded")
    await house.press("maria", "people", worked=joined, name="Jo", last_day="today")
    await house.say("amira", "visit start now 8h CASE901", "channel")
    await house.press("ben", "accept", worked=house.seen("CoverAccepted"))
    await house.say("amira", "buddy @jo")
    await house.press("jo", "accept", worked=house.seen("CoverAccepted", 2))
    await house.press("jo", "cannot", worked=house.seen("BuddyOffered", 2))
    await house.say("helen", "desk Priya Shah")
    await house.say("omar", "handover @ben")
    await house.press("ben", "no_duty", worked=house.seen("DutyDeclined"))
    await house.say("omar", "handover @carla")
    await house.press("carla", "duty", worked=house.seen("DutyPassed"))
    for words in ("away until 23:00", "back", "people"):
        await house.say("ben", words)
    for words in ("away @ben until 23:00", "back @ben", "keep @jo", "trained @jo", "end @jo"):
        await house.say("maria", words)
    await house.until(house.seen("PersonLeft"))
    await house.press("ben", "accept", worked=house.seen("CoverAccepted", 3))
    await house.say("amira", "left")
    await house.press("ben", "heard", worked=house.seen("VoiceHeard"))


CHANGES = '"visit.changes_told" = { value = true, reason = "The duty officer knows where everybody is." }\n'
"""A team's adjustment with which whoever is on duty hears of every change."""
QUESTIONS = (
    '"check.questions" = { value = true, reason = "Whoever is in charge rings them and asks." }\n'
)
"""A team's adjustment with which whoever takes a call for help rings by the call sheet."""


async def covert(house: House) -> None:
    """A rehearsal, then: Amira calls for help in words that do not say so, Carla is worried, and Dev asks in plain words."""
    await house.say("maria", "private @amira")
    assert "Private answer" in await house.open("maria", "private")
    await house.say("maria", "drill @amira")
    await house.press("amira", "rehearse", worked=house.seen("DuressOpened"))
    await house.press("ben", "lead", worked=house.seen("DuressTaken"))
    await house.say("amira", "visit start now 30m CASE951", "channel")
    await house.until(house.seen("DrillEnded"))
    await house.press("ben", "accept", worked=house.seen("CoverAccepted"))
    await house.say("amira", CALL)
    await house.until(house.seen("DuressOpened", 2))
    await house.press("omar", "lead", worked=house.seen("DuressTaken", 2))
    assert "cannot speak freely" in await house.open("ben", "aid")
    await house.press("omar", "asks", " evasive", worked=house.seen("CallAnswered"))
    await house.press("omar", "sound", worked=house.seen("HowAsked"))
    await house.press("omar", "rang", worked=house.seen("HelpCalled"), reference="CAD 77")
    await house.press("helen", "seen", worked=house.seen("NewsRead"))
    await house.say("carla", "worried @amira")
    await house.say("amira", "done")
    await house.until(house.seen("SignalNoted", 2))
    await house.say("dev", "help now")
    await house.press("omar", "lead", worked=house.seen("DuressTaken", 4))
    for times in (1, 2):
        stood = house.seen("StandDownNoted", times)
        await house.press("omar", "down", worked=stood, ground="seen", outcome="minor")
        await house.press("maria", "certain", " yes", worked=house.seen("DuressClosed", times))
        await house.press("maria", "tell", worked=house.seen("SafeToTell", times))


KENT = (
    ('pack = "waltham-forest"', 'pack = "kent"'),
    (
        'head_of_service = ["helen"]',
        "".join(
            f'{role} = ["helen"]\n'
            for role in (
                *("line_manager", "service_manager", "assistant_director"),
                *("building_manager", "safeguarding_lead"),
            )
        ),
    ),
)
"""A team that works by Kent's procedure, where some are contacted once a call for help is over (K9)."""


async def afterwards(house: House) -> None:
    """Dev asks for help in plain words; once it is over, Helen sees to what comes afterwards."""
    await house.say("dev", "help now")
    await house.press("omar", "lead", worked=house.seen("DuressTaken"))
    stood = house.seen("StandDownNoted")
    await house.press("omar", "down", worked=stood, ground="seen", outcome="minor")
    await house.press("maria", "certain", " yes", worked=house.seen("FollowUpAsked"))
    await house.press("helen", "after", worked=house.seen("FollowedUp"))


CALL = "Please cancel my appointment in the red diary"
"""What the procedure of the sample team publishes."""


async def in_a_hurry(house: House) -> None:
    """The overdue visit again, at sixty times the pace, while the process is killed at any moment."""
    await house.say("amira", "visit start now 6m CASE501", "channel")
    await house.press("ben", "accept", worked=house.seen("CoverAccepted"))
    await house.say("amira", "arrived")
    await house.until(house.seen("BecameOverdue"))
    await house.press("ben", "charge", worked=house.seen("ChargeTaken"))
    await house.until(house.seen("ChargeLapsed"))
    await house.until(entered(house, "resident"))
    await to_the_outcome(house)
