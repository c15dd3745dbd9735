"""A told procedure on paper: whole, short for a chat, or beside another one."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Mapping

from bot.domain.policy import LADDERS, Policy, Source
from bot.packs.prose.sections import OPEN, SECTIONS, Section, of_section
from bot.packs.prose.steps import Told

WIDTH = 96
NOT_IN_SOURCE = "not in the source: confirm with your council"
ANYONE = (
    "Anyone may dial 999 at any time, without asking anybody. Buddyline never does it by itself."
)
SAME = "Both say the same."


def page(policy: Policy, base: Policy | None = None, *, covert: bool = False) -> str:
    """Return a whole procedure in sentences, each with its clause, or why it had to be assumed.

    Args:
        policy: a pack, or a pack with a team's adjustments.
        base: the pack alone; what a team has changed is then told beside what the pack says.
        covert: also what happens after a covert call for help; for those who respond, never for a worker's phone.
    """
    lines = [policy.title, f"Version {policy.version}, as Buddyline carries it out.", "", ANYONE]
    before = {
        told.key: told for section in SECTIONS for told in of_section(section, base or policy)
    }
    for section in SECTIONS if covert else OPEN:
        found = list(of_section(section, policy))
        lines += ["", section.heading, ""] if found else []
        for told in found:
            source = policy.sources.get(told.key, Source(None))
            lines += _paragraph(f"{told.text} {_mark(source)}", deep=told.deep)
            lines += _because(source)
            lines += _instead(told, before.get(told.key), source, base)
    return "\n".join(lines)


def short_page(policy: Policy) -> tuple[str, ...]:
    """Return the same as lines of a chat, without the reasons; a star marks what is not in the source.

    Nothing of covert calls for help: whoever holds the worker's phone reads it too.
    """
    lines = [ANYONE]
    for section in OPEN:
        found = list(of_section(section, policy))
        lines += [f"{section.heading}:"] if found else []
        for told in found:
            source = policy.sources.get(told.key, Source(None))
            star = "" if source.clause and not source.adjusted else " *"
            clause = f" ({source.clause})" if source.clause else ""
            own = " – your team's own rule" if source.adjusted else ""
            lines.append(f"• {told.text}{own or clause}{'' if own else star}")
    starred = any(line.endswith(" *") for line in lines)
    return (*lines, f"* {NOT_IN_SOURCE}") if starred else tuple(lines)


def difference(one: Policy, other: Policy) -> str:
    """Return where two procedures differ in what they say, part by part; where it comes from plays no part."""
    names = _names(one, other)
    lines = [" and ".join(names)]
    for section in OPEN:
        parts = [
            _beside(part, dict(zip(names, (one, other), strict=True)))
            for part in _parts(section, one, other)
        ]
        changed = [line for part in parts for line in part]
        lines += ["", section.heading, *changed] if changed else []
    return "\n".join(lines if len(lines) > 1 else [*lines, "", SAME])


# --- pieces ----------------------------------------------------------------------------------------


def _paragraph(text: str, *, deep: bool = False) -> list[str]:
    first, rest = ("    ", "    ") if deep else ("- ", "  ")
    return textwrap.wrap(text, WIDTH, initial_indent=first, subsequent_indent=rest)


def _mark(source: Source) -> str:
    if source.adjusted:
        return "(your team's own rule)"
    if source.clause:
        return f"({source.clause})"
    return f"({NOT_IN_SOURCE})"


def _because(source: Source) -> list[str]:
    if source.assumed is None:
        return []
    if source.adjusted:
        return _paragraph(f"Why: {source.assumed}", deep=True)
    lead = "In part not in the source, confirm with your council: " if source.clause else "Why: "
    return _paragraph(f"{lead}{source.assumed}", deep=True)


def _instead(told: Told, before: Told | None, source: Source, base: Policy | None) -> list[str]:
    if not source.adjusted or base is None:
        return []
    said = before.text if before else "nothing of it."
    mark = _mark(base.sources.get(told.key, Source(None)))
    if said == told.text:
        return _paragraph(f"The procedure says the same {mark}.", deep=True)
    return _paragraph(f"The procedure says: {said} {mark}", deep=True)


def _parts(section: Section, one: Policy, other: Policy) -> Iterator[tuple[str, ...]]:
    """Yield the keys that are compared with each other: each value by itself, and a ladder as a whole."""
    keys = dict.fromkeys(
        told.key for policy in (one, other) for told in of_section(section, policy)
    )
    ladders = {key.partition(".")[0] for key in keys} & set(LADDERS)
    yield from ((key,) for key in keys if key.partition(".")[0] not in ladders)
    for ladder in (name for name in section.tells if name in ladders):
        yield tuple(key for key in keys if key.startswith(f"{ladder}."))


def _names(one: Policy, other: Policy) -> tuple[str, str]:
    if one.title != other.title:
        return one.title, other.title
    first, second = (f"{each.title} ({each.name}, version {each.version})" for each in (one, other))
    return first, second if second != first else f"{second}, again"


def _beside(keys: tuple[str, ...], policies: Mapping[str, Policy]) -> list[str]:
    """Return what each of the two says of these values; nothing when it is the same."""
    said = {name: _said(keys, policy) for name, policy in policies.items()}
    texts = [[told.text for told in tolds] for tolds in said.values()]
    if texts[0] == texts[1]:
        return []
    lines: list[str] = []
    for name, tolds in said.items():
        lines += ["", f"  {name}:"]
        for told in tolds:
            mark = _mark(policies[name].sources.get(told.key, Source(None)))
            lines += [f"  {line}" for line in _paragraph(f"{told.text} {mark}", deep=told.deep)]
        lines += [] if tolds else ["    Nothing of this."]
    return lines


def _said(keys: Iterable[str], policy: Policy) -> list[Told]:
    wanted = set(keys)
    return [
        told for section in SECTIONS for told in of_section(section, policy) if told.key in wanted
    ]
