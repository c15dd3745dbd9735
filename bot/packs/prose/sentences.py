"""One sentence for each single value of a procedure. A value that plays no part says so, or says nothing.

Every key of a pack has its sentence here, but for those of ladders, which `steps` tells; a test names what is missing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bot.domain.daylight import read_place
from bot.domain.policy import Policy
from bot.domain.terms import rated
from bot.domain.times import in_words
from bot.domain.wellbeing import SHORTEST
from bot.packs.prose.words import sentence, wall

Teller = Callable[[Policy], str]


def _alarm_after(p: Policy) -> str:
    return (
        f"A visit that nobody has accepted {in_words(p.cover_alarm_after)} after its start raises an alarm, "
        "and those who answer for cover are asked."
    )


def _confirm(p: Policy) -> str:
    if not p.confirm_before:
        return "Nobody is asked again before the start."
    return (
        f"{in_words(p.confirm_before).capitalize()} before the start worker and buddy hear that it begins soon. "
        "A buddy who accepted earlier has to say again that they are there; otherwise the next one is asked."
    )


def _address(p: Policy) -> str:
    if not p.address_needed:
        return "A visit is covered also without its exact address."
    return (
        "A visit is not covered without its exact address: it is kept sealed for an emergency, or somebody named "
        "says that they can open it until the end."
    )


def _charged(p: Policy) -> str:
    if not p.phone_charged:
        return "The worker is not asked whether the phone is charged."
    return "Before the start the worker says that the phone is charged and working."


def _checklist(p: Policy) -> str:
    return f"The worker goes through this list: {'; '.join(p.checklist)}." if p.checklist else ""


def _door(p: Policy) -> str:
    return f"At the door the worker is asked: {' '.join(p.at_the_door)}" if p.at_the_door else ""


def _tips(p: Policy) -> str:
    return f"Whoever asks for tips reads: {'; '.join(p.tips)}." if p.tips else ""


def _of_rating(field: str, pattern: str) -> Teller:
    """Return what is said of all visits with a rating of one list; nothing where the list is empty.

    Args:
        pattern: a sentence with {visit} where the visits of these ratings stand.
    """

    def tell(p: Policy) -> str:
        first, *others = [_KINDS.get(each) or rated(each) for each in getattr(p, field)] or [""]
        names = [first, *(each.removeprefix("rated ") for each in others)]
        either = " or ".join(filter(None, (", ".join(names[:-1]), names[-1])))
        return sentence(pattern.format(visit=f"a visit {either}")) if first else ""

    return tell


_KINDS = {
    "amber new": "rated amber (a new case)",
    "amber agency": "rated amber (from another agency)",
}
"""How the kinds of a colour are said in full."""


def _degrees(place: str) -> str:
    """Return a place as one says it: "51.53° north, 0.13° west"."""
    north, east = read_place(place) or (0.0, 0.0)
    return f"{abs(north):g}° {'north' if north >= 0 else 'south'}, {abs(east):g}° {'east' if east >= 0 else 'west'}"


def _threat(p: Policy) -> str:
    if not p.threat_agreed:
        return "A threat that is expected demands nothing more."
    return (
        "Where the worker expects a threat, a manager has to agree before the visit is live, and says whether the "
        "police are to attend. All rules hold for those who are accompanied as well."
    )


def _routine_until(p: Policy) -> str:
    return (
        f"They end at {wall(p.routine_until)}. A visit outside of them is accepted only together with how the "
        "buddy is reached."
    )


def _late(p: Policy) -> str:
    return (
        f"A visit that goes past {wall(p.late_after)} is over only when somebody has heard the worker's voice; "
        "“left” alone does not end it."
    )


def _digest(p: Policy) -> str:
    if not p.digest_at:
        return "Nobody is sent the day's plan in the morning."
    return (
        f"At {wall(p.digest_at)} on working days each buddy reads whom they watch over today, and whoever is on "
        "duty reads the team's day."
    )


def _reminder(p: Policy) -> str:
    if not p.reminder_before:
        return "The worker is not reminded before the end."
    return (
        f"{in_words(p.reminder_before).capitalize()} before the end the worker is reminded of it."
    )


def _overdue(p: Policy) -> str:
    if not p.overdue_after:
        return "A visit without word from the worker is overdue at its end."
    return f"A visit without word from the worker is overdue {in_words(p.overdue_after)} after its end."


def _in_danger(p: Policy) -> str:
    return f"When a visit turns unpleasant: {'; '.join(p.in_danger)}." if p.in_danger else ""


def _check_in(p: Policy) -> str:
    if not p.overdue_after:
        return ""  # the alarm begins at the end itself, and no "ok" comes before it
    return f"An “ok” after the end asks for {in_words(p.check_in_extends)} more."


def _second(p: Policy) -> str:
    if not p.second_extension_confirmed:
        return "A second extension needs no more than the first."
    return "A second extension stands only once the buddy has spoken to the worker; until then the old end stands."


def _late_extension(p: Policy) -> str:
    if not p.late_extension_confirmed:
        return "After the end, the worker's own message is enough to go on."
    return "After the end, a message is not enough: the visit goes on once the buddy has spoken to the worker."


def _by_voice(p: Policy) -> str:
    if p.late_by_voice:
        return "Such a message ends nothing: somebody has to hear the worker's voice."
    return (
        "The worker's own word that they have left, or are well, ends it as long as nobody has noted that something "
        "may be wrong."
    )


def _private(p: Policy) -> str:
    if not p.private_from_no_answer:
        return "The team's channel shows each step of the alarm."
    return (
        "Once a call was not answered, everything further goes to people in private, and the team's channel "
        "shows no more of it."
    )


def _home_within(p: Policy) -> str:
    return (
        f"After the last visit of the day the worker is to be home, or back, within {in_words(p.home_within)}, "
        "unless they gave another time."
    )


def _home_overdue(p: Policy) -> str:
    wait = p.allowance(way_home=True)
    if not wait:
        return "When there is no word by then, the alarm begins at once."
    asked = "At that time the worker is asked whether they are home, or back."
    return f"{asked} When there is no word {in_words(wait)} later, the alarm begins."


def _home_always(p: Policy) -> str:
    if p.home_always:
        return "This holds after the last visit of every day."
    return "This holds only where the worker said when they will be back, or that they will not."


def _unplanned(p: Policy) -> str:
    if not p.unplanned_by_phone:
        return "An unplanned visit is started as any other."
    return (
        f"A visit that was not planned, and begins within {in_words(p.confirm_before)}, is not live before one of those "
        "who answer for cover has noted all its details by telephone."
    )


def _changes(p: Policy) -> str:
    if not p.changes_told:
        return "Whoever is on duty is not told of changes."
    return "Whoever is on duty is told when a visit's end or place changes, what comes after it, and when it is cancelled."


def _agreed_check_in(p: Policy) -> str:
    if not p.check_in_offered:
        return ""
    return (
        "A time to check in can be agreed for before the end: the worker is asked then, the buddy may ring instead, and "
        "without a word it is as if the end had come."
    )


def _asked_always(p: Policy) -> str:
    if not p.asked_always:
        return "The worker is not asked on every visit how it goes."
    return (
        f"Once during every visit of {in_words(SHORTEST)} or longer the worker is asked how it goes, and the buddy is "
        "told at once when it is not well."
    )


def _months(count: int) -> str:
    """Return months as one says them: "3 months", "3 years"."""
    years, rest = divmod(count, 12)
    number, unit = (count, "month") if rest else (years, "year")
    return f"{number} {unit}{'' if number == 1 else 's'}"


def _training_every(p: Policy) -> str:
    if not p.training_every:
        return ""
    what = "It" if p.training_within else "The training"
    return (
        f"{what} is refreshed every {_months(p.training_every)}. On Mondays whoever is on duty and the team's managers "
        "read whose training is due soon or overdue."
    )


SENTENCES: Mapping[str, Teller] = {
    "digest.at": _digest,
    "cover.ask_wait": lambda p: (
        "Each visit has a buddy, who has to accept it. The worker's own buddy is asked first; without an "
        f"answer after {in_words(p.cover_ask_wait)} the next in the team's cover order is asked as well, and so on."
    ),
    "cover.alarm_after": _alarm_after,
    "start.confirm_before": _confirm,
    "start.address": _address,
    "start.phone_charged": _charged,
    "start.checklist": _checklist,
    "start.door": _door,
    "start.tips": _tips,
    "start.threat_agreed": _threat,
    "start.unplanned_by_phone": _unplanned,
    "ratings.which": _of_rating(
        "which_for",
        "Of {visit} the worker says which of the two it is: the case is new, or another agency asks for it.",
    ),
    "ratings.companion": _of_rating("companion_for", "Nobody goes alone to {visit}."),
    "ratings.assessed": _of_rating(
        "assessed_for",
        "{visit} does not start before an individual risk assessment is recorded.",
    ),
    "ratings.checked": _of_rating(
        "checked_for", "Before {visit} starts, the systems have to be checked."
    ),
    "ratings.building": _of_rating(
        "building_for", "{visit} takes place in an office or another council building."
    ),
    "ratings.pair": _of_rating(
        "pair_for",
        "Where a home visit is essential, two trained staff go to {visit}, once a manager has agreed.",
    ),
    "ratings.joint": _of_rating(
        "joint_for",
        "Instead of meeting in a building, two may go to {visit}, once a manager has agreed.",
    ),
    "ratings.daylight": _of_rating("daylight_for", "{visit} is in daylight only."),
    "ratings.day_over_by": lambda p: (
        f"Such a visit is over by {wall(p.day_over_by)}, or by sunset if that comes before."
    ),
    "ratings.daylight_at": lambda p: (
        f"Sunrise and sunset are those of {_degrees(p.daylight_at)}." if p.daylight_at else ""
    ),
    "ratings.trained": _of_rating(
        "trained_for",
        "{visit} is for workers who have had their training; whoever has not may come along.",
    ),
    "training.within": lambda p: (
        f"The training is done within {_months(p.training_within)} of joining the team."
        if p.training_within
        else ""
    ),
    "training.every": _training_every,
    "ratings.device": _of_rating("device_for", "A safety device goes along to {visit}."),
    "hours.routine_from": lambda p: f"Routine hours begin at {wall(p.routine_from)}.",
    "hours.routine_until": _routine_until,
    "hours.late_after": _late,
    "visit.longest": lambda p: f"No visit is longer than {in_words(p.visit_longest)}.",
    "visit.reminder_before": _reminder,
    "visit.check_in_extends": _check_in,
    "visit.extension_longest": lambda p: (
        f"One extension adds at most {in_words(p.extension_longest)}; a longer one stands only once the buddy has "
        "spoken to the worker."
    ),
    "visit.changes_told": _changes,
    "visit.asked_always": _asked_always,
    "visit.check_in": _agreed_check_in,
    "stay.second_confirmed": _second,
    "stay.late_confirmed": _late_extension,
    "visit.overdue_after": _overdue,
    "visit.in_danger": _in_danger,
    "escalation.charge_for": lambda p: (
        f"Whoever takes charge has {in_words(p.charge_for)} to find out how the worker is; without an answer "
        "everybody is asked again."
    ),
    "escalation.repeat_every": lambda p: (
        f"On the last step everybody is asked again every {in_words(p.repeat_every)}, until somebody notes how it "
        "ended."
    ),
    "escalation.wake_after": lambda p: (
        f"When the chat has not taken an alarm after {in_words(p.wake_after)}, it goes by text message or another way "
        "that wakes."
    ),
    "escalation.late_contact_wait": lambda p: (
        f"A message from the worker after the alarm began puts the alarm on hold for {in_words(p.late_contact_wait)}, once."
    ),
    "escalation.late_by_voice": _by_voice,
    "escalation.private_from_no_answer": _private,
    "day.home_within": _home_within,
    "day.home_always": _home_always,
    "day.overdue_after": _home_overdue,
    "check.questions": lambda p: (
        "Whoever takes charge rings, asks questions that can be answered with yes or no, and notes what they hear; "
        "anything but a plain no to danger leads to 999."
        if p.check_questions
        else "Whoever takes charge asks no questions: it is 999 at once."
    ),
    "check.wait": lambda p: (
        f"What may be a call for help is looked at by two people. When neither has answered after "
        f"{in_words(p.check_wait)}, it counts as one."
    ),
}
"""Pack key to what it says; "" where there is nothing to say."""
