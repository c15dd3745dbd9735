"""The ids of everything that can be wrong with a team file."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

PROBLEMS: Mapping[str, str] = {
    "team.unreadable": "The team file cannot be read.",
    "team.syntax": "The team file is not valid TOML.",
    "team.none": "The file describes no team.",
    "team.unknown_key": "A key that team files do not have, or one under the wrong heading.",
    "team.missing": "Something that every team or person needs is missing or empty.",
    "team.type": "Something else than a text, a list or a table stands where one belongs.",
    "team.too_long": "A text is longer than allowed.",
    "team.control": "A text holds a line break or an invisible control character.",
    "team.id": "An id is not made of small letters, digits and hyphens.",
    "team.duplicate_team": "Two teams have the same id.",
    "team.duplicate_person": "Two people have the same id.",
    "team.duplicate_way": "Two people, or a person and a channel, have the same address.",
    "team.listed_twice": "Somebody is named twice in one list.",
    "team.unknown_person": "A role, a buddy or the cover order names somebody who is not in the team.",
    "team.unknown_role": "A role that does not exist.",
    "team.own_buddy": "Somebody is their own standing buddy.",
    "team.buddy_of_no_worker": "Somebody has a standing buddy but is not a worker.",
    "team.zone": "The time zone does not exist.",
    "team.holidays": "No bank holidays are known for that place.",
    "team.case_pattern": "A case pattern cannot be used: it is broken, too slow, or lets anything through.",
    "team.mobile": "A mobile number cannot be rung as written.",
    "team.pin": "A PIN is not four to eight digits, or is one digit over and over.",
    "team.last_day": "Somebody's last day is not written as a day.",
    "team.joined": "The day on which somebody joined is not written as a day.",
    "team.trained": "The day of somebody's last training is not written as a day.",
    "team.desk": "A desk is not written as one, or stands where a person is needed.",
    "team.way": "An address is not of the form platform:address.",
    "team.no_worker": "Nobody in the team is a worker.",
    "team.no_cover": "A worker has neither a standing buddy nor anybody else in the cover order.",
    "team.no_manager": "Nobody in the team is its team manager or line manager.",
    "team.adjustment_reason": "An adjustment of the pack lacks its value or its reason.",
    "team.waking": "A number or an e-mail address that is to wake somebody is none, or is not used.",
    "team.platform": "A person or a channel is reached by a platform that is not connected.",
}
"""Every problem id of this folder, with its meaning; the ids are stable."""
