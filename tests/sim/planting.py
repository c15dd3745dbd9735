"""What a planted fault is: an exact text of the code, and what a tired programmer might have written there."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Edit:
    """One exact replacement; `old` stands in the file once."""

    file: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Plant:
    """One fault."""

    name: str
    edits: tuple[Edit, ...]
