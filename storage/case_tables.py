"""The tables about a team's cases; as `storage.tables`, rows and nothing else."""

from __future__ import annotations

from sqlmodel import Field

from storage.rows import Row


class PairsOnlyRow(Row, table=True):
    """That nobody visits a case of a team alone (F14)."""

    __tablename__ = "pairs_only"
    team_id: str = Field(primary_key=True)
    case_ref: str = Field(primary_key=True)


class RatedCaseRow(Row, table=True):
    """As what a case of a team was last visited, where that was a rating of which nobody goes alone (S1)."""

    __tablename__ = "rated_case"
    team_id: str = Field(primary_key=True)
    case_ref: str = Field(primary_key=True)
    rating: str
