"""The steps of a ladder, told one by one: who is asked to do what, and when the next step follows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bot.domain.policy import Policy, Since, Step, Task
from bot.domain.times import in_words
from bot.packs.prose import words


@dataclass(frozen=True, slots=True)
class Told:
    """One sentence of a procedure.

    Attributes:
        key: the value that it tells.
        deep: it belongs to the sentence before it.
    """

    key: str
    text: str
    deep: bool = False


def told(ladder: str, policy: Policy) -> Iterator[Told]:
    """Yield the sentences of a ladder by its name in the pack, in the order in which they come into force."""
    steps: tuple[Step, ...] = getattr(policy, ladder)
    climbed = [step for step in steps if step.task not in (Task.BE_INFORMED, Task.FOLLOW_UP)]
    for step in steps:
        key = f"{ladder}.{step.id}"
        asked = f"{words.people(step.audience)} {_verb(step)} {words.task(step.task)}."
        if step.task is Task.FOLLOW_UP:
            yield Told(f"{key}.audience", f"Once it is over {asked}")
            wait = f"Whoever has not said so is asked again every {in_words(step.wait)}."
            yield Told(f"{key}.wait", wait, deep=True)
            continue
        if step not in climbed:
            yield Told(f"{key}.audience", f"At the same time {asked}")
            continue
        number = climbed.index(step) + 1
        yield Told(f"{key}.audience", f"Step {number}: {asked}")
        if step is not climbed[-1] and step.since is Since.SIGHTING:
            wait = (
                f"{in_words(step.wait).capitalize()} after somebody last saw the worker, or the worker was last in "
                f"touch, step {number + 1} follows, taken on or not; if that has passed already, at once."
            )
            yield Told(f"{key}.wait", wait, deep=True)
        elif step is not climbed[-1]:
            missed = "there is no answer" if ladder == "unsure" else "nobody has taken it on"
            wait = f"When {missed} after {in_words(step.wait)}, step {number + 1} follows."
            yield Told(f"{key}.wait", wait, deep=True)
        elif ladder == "unsure":
            wait = (
                f"Everybody is asked again every {in_words(step.wait)}, until there is an answer."
            )
            yield Told(f"{key}.wait", wait, deep=True)


def _verb(step: Step) -> str:
    one = len(step.audience) == 1
    return "is asked" if one else "are asked"
