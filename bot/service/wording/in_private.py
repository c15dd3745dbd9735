"""What is shown when something is set or noted in private (F13, covert rules 13, 19, 20): views without history.

What is set is in none of them. The message with the button that opens them stays, and says nothing of what can be set.
"""

from __future__ import annotations

from datetime import datetime

from bot.domain import private_intents as p
from bot.domain.message import Choice, Field, Rendered, Style, Tone
from bot.domain.phrases.lint import Finding, Reason
from bot.service.wording.replies import once
from bot.service.wording.view import Fields, Sentence, View, Words

WRONG = {
    Reason.TOO_SHORT: "It is too short: a slip or a chance remark can make it. Use a sentence of five words or more.",
    Reason.TOO_COMMON: "People say it by chance. Put in a name, a colour or a thing that your team never speaks of.",
    Reason.NOT_DISTINCTIVE: "It has no word that stands out. Put in a name or a thing that your team never speaks of.",
    Reason.NEAR_PHRASE: "It is too much like another phrase ({other}). Change the words that both have.",
    Reason.NEAR_ANSWER: "It is too much like a stand-down answer, which must never raise an alarm. Change one of them.",
}
"""What is wrong with a phrase, and what to do, without the phrase."""

ANSWER_WRONG = {
    "short": "Please use at least two words: it must not be said by chance.",
    "near": "It is too much like what a call for help sounds like in this team. Use another one.",
}
"""What is wrong with a private answer, by `in_private.wrong_answer`."""

NOTHING_SET = "Nothing was changed."
AGAIN = "Please close this, and send it again."
IN_PERSON = "Tell it to {name} in person, and write it nowhere."


def sentence(finding: Finding) -> str:
    """Return what is wrong with a phrase, and what to do, without the phrase."""
    said = WRONG[finding.reason].format(other=finding.other)
    return f"Warning: {said}" if finding.warning else said


def of_team(view: View, *, own: bool, published: bool) -> Rendered:
    """Return the view in which a team's own phrases are set.

    Args:
        own: it has some already.
        published: its procedure has some, which count where it has none.
    """
    blanks = tuple(
        Field(name, f"Sentence {number}", required=False) for number, name in enumerate(p.BLANKS, 1)
    )
    lines = (
        (
            "Sentences that sound like everyday talk, and call for help: one of your team says or writes one, whoever listens "
            "notices nothing, and those who are to act are told."
        ),
        "Your team has its own." if own else _none(published=published),
        (
            "Five words or more each, with a name or a thing that your team never speaks of. What you send takes the place of "
            "all that were there; those are heard for one more day, for whoever is out."
        ),
        "Then tell them to everybody in person, and write them nowhere. I never show them.",
    )
    back = Choice(p.view_choice(p.OWN), "Set the sentences", Style.PRIMARY, blanks, opens=True)
    return _shown(view.team.name, lines, (back,))


def of_person(person: str, at: datetime | None, by: str, view: View, *, leads: bool) -> Rendered:
    """Return the view about one person.

    Args:
        at, by: when the procedure was gone through with them, and the id of whoever noted it; None for never.
        leads: the reader leads the team; the standing buddy only notes.
    """
    who = view.first(person)
    checklist = view.policy.checklist if view.policy else ()
    through = (
        f"Sit down with {who}, without your phones on the table, and go through the procedure.",
        "\n".join(f"· {line}" for line in checklist),
        (
            f"Then: how to call for help when somebody listens. Does {who} remember the sentence? "
            f"Have them say it to you, not to me."
        ),
        f"Last done: {view.at(at)}, noted by {view.name(by)}." if at else "Not done yet.",
    )
    done = Choice(p.view_choice(p.THROUGH, person), "We have gone through it", opens=True)
    if not leads:
        return _shown(view.name(person), through, (done,))
    answer = (Field(p.FIELD_ANSWER, "Their answer, two words or more; empty: none"),)
    names = (Field(p.FIELD_APART, "Names, with commas between; empty: nobody"),)
    lines = (
        *through,
        (
            f"Private answer: what {who} says when you ask from a place of safety, so that you know it is them and that it is "
            "true. A wrong answer sounds the same to everybody, and ends nothing."
        ),
        f"Kept apart: colleagues who must hear nothing about {who}: no visit, no alarm. They are never told of this.",
        "What you set I never show again, not even that there is something.",
    )
    setting = (
        Choice(
            p.view_choice(p.ANSWER, person), "Set the private answer", fields=answer, opens=True
        ),
        Choice(p.view_choice(p.APART, person), "Set who is kept apart", fields=names, opens=True),
    )
    return _shown(view.name(person), lines, (done, *setting))


def phrases_set(count: int, found: tuple[tuple[int, Finding], ...], *, published: bool) -> Rendered:
    """Return what came of setting a team's phrases. `found`: what is wrong, and with which of them; empty: they are set."""
    if found:
        wrong = (f"Sentence {number}: {sentence(each)}" for number, each in found)
        return _shown("Not yet", (*wrong, NOTHING_SET, AGAIN))
    if not count:
        return _shown("Done", (_none(published=published),))
    lines = (
        f"{count} {'sentence is' if count == 1 else 'sentences are'} set.",
        IN_PERSON.format(name="everybody"),
    )
    return _shown("Done", lines)


def answer_set(person: str, text: str, wrong: str, view: View) -> Rendered:
    """Return what came of setting an answer; `wrong`: as `in_private.wrong_answer` says."""
    who = view.first(person)
    if wrong:
        return _shown("Not yet", (ANSWER_WRONG[wrong], NOTHING_SET, AGAIN))
    if not text:
        none = f"{who} has no private answer now: only somebody who sees {who} can say that they are safe."
        return _shown("Done", (none,))
    return _shown("Done", ("It is set.", IN_PERSON.format(name=who)))


def apart_set(person: str, wrong: str, view: View) -> Rendered:
    """Return what came of setting who is kept apart from somebody. `wrong`: "unknown", "few", or "" for nothing."""
    if wrong == "unknown":
        lines = (
            (
                "I do not know one of those names, or two people have it. Please write each in full, for example: Ben Carter, "
                "Carla Diaz. It cannot be the one whom it is about."
            ),
            NOTHING_SET,
            AGAIN,
        )
        return _shown("Not yet", lines)
    if wrong:
        few = (
            f"Too few would be left to answer if {view.first(person)} called for help: one to act, and one to confirm how "
            "it ended. Please have more people take a part in your team's ladder first."
        )
        return _shown("Not yet", (few, NOTHING_SET))
    return _shown("Done", ("It is set. Nobody is told of it.",))


def gone_through(person: str, view: View) -> Rendered:
    """Return what is said when it was noted that the procedure was gone through."""
    return _shown("Noted", (f"Thank you. You have gone through it with {view.name(person)}.",))


def _open(fields: Fields, view: View) -> Words:
    person = fields.get("person", "")
    whom = view.name(person) if person else view.team.name
    open_ = Choice(p.open_choice(person), "Open", Style.PRIMARY, opens=True)
    return Words(whom, ("It opens for you alone, and is not kept in this chat.",), (open_,))


def _none(*, published: bool) -> str:
    return (
        "Your team has none of its own, so those of the written procedure count. Everybody can read them there."
        if published
        else "Your team has none of its own."
    )


def _shown(title: str, lines: tuple[str, ...], choices: tuple[Choice, ...] = ()) -> Rendered:
    return Rendered(title, "\n\n".join(filter(None, lines)), "", choices, Tone.PLAIN)


SENTENCES: dict[str, Sentence] = {"private.open": once(_open)}
