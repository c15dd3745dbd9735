"""What is said to a person whose request could not be followed: one kind sentence per key of `UserMistake`.

Nothing here blames, and nothing repeats what was not understood: it may be a resident's name (K3, H2). The words are
the same whether an alarm is open or not. Where a mistake carries a `suggestion`, `REPAIR` follows the sentence.
`{say}` is what a command begins with where the person wrote.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

REPAIR = "Did you mean: {suggestion}"
"""Said after the sentence, or put on a button, when the mistake offers a complete command."""

KEPT = "The address that you filled in is kept, sealed, and goes with the button below."
"""Said after the sentence where a refused form held an address."""

UNREAD_LINE = "I could not read this line"
LINES: Mapping[str, str] = MappingProxyType(
    {
        "times_missing": "the times are missing",
        "end_missing": "the end is missing",
        "time_unreadable": "I could not read the time",
        "times_passed": "those times are over",
        "end_before_start": "the end comes before the start",
        "same_times": "the start and the end are the same",
        "times_skipped": "the clocks go forward then, and those times do not exist",
        "case_ref_missing": "the case reference is missing",
        "case_ref_unknown_form": "that is not how your case references look",
        "extra_words": "I was not sure about some of the words",
        "companion_unknown": "I do not know that colleague",
        "companion_unclear": "I did not see who comes along",
        "outsider_private": "names and numbers are for your private chat with me",
        "place_private": "places are for your private chat with me",
        "duration_too_long": "that is longer than 24 hours",
        "duration_not_positive": "the time needs to be at least one minute",
    }
)
"""What is wrong with one line of a plan, in words that follow "Line 2:"."""

SENTENCES: Mapping[str, str] = MappingProxyType(
    {
        # A call for help.
        "second_person": "Thank you. Somebody else than you has to confirm that; they have been asked.",
        "ground_missing": "Please choose how you know that they are safe, and how it ended.",
        "how_not_now": "A question now would stand out: they are asked once a visit at most, only before its end, and on no "
        "visit under 20 minutes.",
        # A rehearsal.
        "drill_private": "Please send that in your private chat with me: {form}",
        "drill_not_yours": "A rehearsal is for those who lead the team to ask for. Please ask {who}.",
        "drill_visit": "There is a visit under way or soon, and no rehearsal goes with that. Please try another time.",
        "drill_over": "That was more than an hour ago, so nothing has begun. Please ask your manager to send it again.",
        # In private.
        "private_not_yours": "That is for those who lead the team to do. Please ask {who}.",
        "private_own": "Somebody else than you has to do that for you. Please ask {who}.",
        "private_no_view": "That cannot be done in this chat, where nothing of it may stay. Whoever installed me has a way.",
        "private_visit": "Nothing of that goes with a visit, and one is under way or begins soon. "
        "Please try again when everybody concerned is back.",
        # What was typed.
        "said_aside": "That was not said to me, so nobody watches over this visit yet. "
        "Here in the group, please begin with the word visit.",
        "not_understood": "Sorry, I did not understand that, and nothing was changed. "
        "To start a visit, send: {form}. "
        "To see all I understand, send: {help}. In danger, dial 999.",
        "times_missing": "When is the visit? Please send its times as well, for example: {form}",
        "end_missing": "When does the visit end? "
        "Please send the end or how long it takes, for example: {form}",
        "time_unreadable": "I could not read that time. Times look like 14:00, 2pm or 45m; for example: {form}",
        "times_passed": "Those times are already over. Tomorrow? Or now: {form}",
        "end_before_start": "The end comes before the start, or more than 12 hours after it. Please send the times "
        "again, for example: {form}",
        "same_times": "The start and the end are the same time. Please send the end or how long it takes, "
        "for example: {form}",
        "times_skipped": "The clocks go forward that night, and those times do not exist. Please send the new times, "
        "for example: {form}",
        "case_ref_missing": "Which case is it? Please add the case reference, and no name or address: {form}",
        "case_ref_unknown_form": "That is not how your team's case references look. Please send the "
        "reference alone, for example: {form}. "
        "If your message holds a name or an address and others can read it, please delete it.",
        "extra_words": "I was not sure about the words around that, so nothing was changed. Please send only: {form}",
        "extend_missing": "For how long, or until when? Please send, for example: {form}",
        "duration_not_positive": "The time needs to be at least one minute. Please send, for example: {form}",
        "duration_too_long": "That is longer than 24 hours. Please send a shorter time, for example: {form}",
        "duration_unclear": "Is that a number of minutes or a time of day? Please send, for example: {form}",
        "which_half": "Is that in the morning or in the afternoon? Please send it like this: {form}",
        "rating_twice": "You gave two ratings. Please send only one, for example: {form}",
        "back_unclear": "That time back is before the end of the visit, or more than 12 hours after it. "
        "Please send it again, or leave it out: {form}",
        "check_in_outside": "That time to check in is not between the start and the end of the visit. "
        "Please send it again, or leave it out: {form}",
        "companion_unknown": "I do not know that colleague. Please write @ and the first name of somebody of your team, "
        "for example: {form}",
        "companion_unclear": "Who comes along? A colleague: with @ and the first name. "
        "Somebody else: with their name and mobile, in your private chat with me. Without them: {form}",
        "companion_self": "You are the one who goes, so name only who comes along.",
        "outsider_private": "Others can read this here, so please delete your message. Names and numbers of people from "
        "outside the team are for your private chat with me. Here, send only: {form}",
        "place_private": "Others can read this here, so please delete your message. "
        "Where it is, please tell me in your private chat with me. Here, send only: {form}",
        "place_too_long": "That place is longer than 120 characters. Please send it shorter.",
        "next_private": "Others can read this here. Please say only that you have left, or the next case reference: {form}",
        "plan_empty": "Please send your visits with one on each line, for example: {form}",
        "plan_too_long": "That is more than 12 visits at once. Please send fewer, for example: {form}",
        "plan_overlaps": "{one} and {two} are at the same time, so nothing is planned yet. "
        "Please put their times right and send the whole plan again: {form}",
        "plan_overlaps_visit": "Nothing is planned yet: one of those visits is at the same time as {case}, "
        "which you have until {end_at}.",
        "plan_lines": "Nothing is planned yet. Please put these lines right and send the whole plan again, "
        "for example: {form}",
        # What was pressed.
        "form_too_long": "One of those blanks is longer than {limit} characters. Please shorten it and send it again.",
        "by_text": "By text message I understand: ok, arrived, left, +15, home, help now, and the code of a text of mine. "
        "Nothing was changed; please say it here.",
        "old_button": "That button is from an older message, and nothing was changed. "
        "To see what I understand, send: {say}help",
        "outcome_missing": "Good that they are safe. "
        "Please also choose what happened, or until when they are staying.",
        "decision_why": "Please also write why the police are not called: the decision goes on the record.",
        "note_too_long": "That note is longer than {limit} characters. Please shorten it and send it again.",
        "reference_too_long": "That number is longer than {limit} characters. "
        "Please put only the incident number there, and the rest in the note.",
        "late_changed": "The worker has written something else since, or nothing that one tap could confirm. "
        "Please use the newest card.",
        "stale_step": "This alarm has moved on since that message. Please use the newest card.",
        "not_for_you": "That was asked of somebody else. "
        "If you know something about this visit, please tell your manager.",
        # Private details.
        "details_in_words": "Please do not write addresses or names here; I have kept nothing of it. "
        "If others can read your message, please delete it. "
        "For a private form, send: {form}",
        "details_empty": "Nothing was filled in, so nothing was changed.",
        "detail_too_long": "One of the answers is longer than {limit} characters. Nothing was kept. "
        "Please shorten it.",
        "number_unreadable": "I could not read the telephone number, and nothing was kept. "
        "Please write it with digits only.",
        "safe_to_ring_missing": "Please say as well whether it is safe to ring that number. Nothing was kept yet.",
        "nothing_on_file": "There is nothing on file any more. Please fill in the form instead.",
        "which_details": "That could be several of your visits: {cases}. Please send, for example: {form}",
        "reason_missing": "Please say why you need them. The reason goes into the record.",
        "number_not_yours": "I show the number to those who are asked or in charge. "
        "To take charge, press “I'm on it” on the alarm.",
        "no_view": "I cannot show that safely in this chat. The details are in your case system.",
        # What the visit does not allow.
        "no_visit": "You have no visit under way. To start one, send: {form}",
        "which_visit": "That could be several of your visits: {cases}. Please add the case reference you mean.",
        "already_accepted": "{name} already has this visit. There is nothing you need to do.",
        "day_settled": "Nothing of that day waits for a buddy any more. There is nothing you need to do.",
        "buddy_out": "You have {case} yourself until {end_at}, so you could not act. Please ask a colleague to take this one.",
        "reach_missing": "That visit is outside routine hours, until {end_at}. "
        "Please press the button that says how you are reached until then.",
        "heard_late": "People are already asking about this visit. Please note it on the newest card.",
        "not_left": "That visit still goes on. Please use the newest card.",
        "stand_in_out": "{name} is out, or away, at that time. Please name somebody else.",
        "stand_in_whom": "Who can be the buddy in your place? Please choose somebody.",
        "at_the_scene": "You are down as being there yourself, so somebody else has to take it.",
        "own_visit": "This visit or alarm is your own, so somebody else has to take it. Please ask a colleague.",
        "visit_over": "That visit is over. To see your visits, send: {say}status",
        "extend_too_long": "That would be more than {limit} longer. Please send a shorter time.",
        "extend_backwards": "{case} goes on until {end_at} as it is, and that time is no later, so nothing was changed. "
        "To stay longer, send a later time; if you have left, send: {say}left",
        "extend_past": "That time is over for today, so nothing was changed: {case} ends at {end_at}. "
        "To stay longer, send a later time, or for how long, for example: {say}extend 30m",
        "already_extended": "The visit was already extended and now ends at {end_at}. "
        "To go on longer, send a new time.",
        "stay_overdue": "The visit is past its end and its alarm has begun. "
        "Please note on the alarm what you found: “Reached, safe” asks until when they are staying.",
        "stay_changed": "That time is not asked for any more. Please use the newest message about this visit.",
        "visit_too_long": "A visit can last up to {limit}. Please send a shorter one.",
        "overlaps": "You already have {case} until {end_at}. If that one is over, send: {say}done {case}",
        "cannot_cancel_late": "This visit has begun, so it can no longer be cancelled. "
        "If you have left, send: {say}done",
        "already_in": "You have gone in already. If you have left, send: {say}left. In danger, dial 999.",
        "not_with_you": "That person is not down as being with you at {case}. If everybody is out, send: {say}all out",
        "companion_late": "This visit is past its end and people are asking about it. "
        "Please ring the buddy or your manager now and say how you are.",
        "home_but_out": "Good that you are back. {case} is still under way: have you left it? "
        "If so, send: {say}left {case}",
        # Who watches, and who is on duty.
        "cannot_be_buddy": "{name} cannot be the buddy of this visit. Please name somebody else of your team.",
        "not_your_buddy": "Only the worker, the buddy or a manager can say who is to be the buddy of this visit.",
        "not_your_watch": "You are not the buddy of this visit, so there is nothing to give up.",
        "buddy_late": "This visit is past its end and people are asking about it, so its buddy stays. "
        "In an alarm, use the buttons on its card.",
        "already_asked": "I have asked {name} already. Please wait for the answer, or name somebody else.",
        "nobody_else": "There is nobody else here whom I could ask, so the visit stays with you. "
        "Please ring your manager.",
        "person_away": "{name} is away until {until}. Please name somebody else.",
        "person_missing": "Who? Please write @ and the first name of somebody of your team, for example: {form}",
        "person_unknown": "I do not know that colleague. Please write @ and the first name of somebody of your team, "
        "for example: {form}",
        "which_buddy": "Of which visit? There are {cases}. Please send, for example: {form}",
        "away_missing": "Until when are you away? Please send a time or a day, for example: {form}",
        "away_unreadable": "I could not read until when. Please send a time, or a day such as monday or 15 aug: {form}",
        "away_passed": "That time is over already, so nothing was changed. Please send, for example: {form}",
        "away_too_long": "That is more than a year. Please send a nearer day, for example: {form}",
        "away_in_charge": "You are in charge of the alarm about {name}. "
        "Please hand it over on its card, or bring it to its end, before you go.",
        "away_uncovers": "There is an alarm about {name}, and nobody else is there to answer it. "
        "Please stay until it is over, or ring your manager.",
        "leave_not_yours": "Whether somebody else is away is for those who lead the team to say. Please ask {who}.",
        "leave_in_charge": "{who} is in charge of the alarm about {name}. "
        "Please have it handed over on its card, or brought to its end, first.",
        "leave_uncovers": "There is an alarm about {name}, and nobody but {who} is there to answer it. "
        "Please see that somebody else can, first.",
        "not_away": "{name} is not away, so nothing was changed.",
        "nothing_to_hand_over": "You are on duty for nothing and watch nobody just now, so there is nothing to hand over.",
        "offer_over": "That offer is over, and nothing was changed. Please ask your colleague how it stands.",
        "note_private": "What you were told may hold a name, so I noted nothing here. "
        "Please send it in your private chat with me: note and what was said.",
        "note_missing": "What shall I note? Please send, for example: {form}",
        "note_whose": "Of which visit? I noted nothing. Only who watches a visit, or answers for it, can. Please send: note, "
        "the reference of that visit, and what you were told.",
        # Whether a visit goes ahead.
        "not_yours_to_agree": "Whether this visit goes ahead is not for you to say. Please ask {who}.",
        "agreement_over": "That question is settled, or the visit is past its end, and nothing was changed. "
        "How it stands is on its card.",
        "unsure_no_visit": "I know of no such visit of yours, so I have asked nobody. "
        "In doubt, do not go, and ring your manager. In danger, dial 999.",
        # Cases that nobody visits alone.
        "pairs_only": "Nobody visits {case} alone, so nothing was started. What you sent is kept: choose who comes along, "
        "or send: {say}{command} with @colleague. In private also with a name and mobile.",
        "pairs_only_plan": "Nothing is planned yet: nobody visits {case} alone. "
        "Please send the whole plan again with somebody on that line: {line} with @colleague",
        "rating_alone": "By your procedure nobody goes alone to a visit rated as {case} is, so nothing was started. "
        "What you sent is kept: choose who comes along, or send: {say}{command} with @colleague. "
        "In private also with a name and mobile.",
        "rating_alone_plan": "Nothing is planned yet: by your procedure nobody goes alone to a visit rated as {case} is. "
        "Please send the whole plan again with somebody on that line: {line} with @colleague",
        "rating_before": "Last time {case} was {rated}, and nobody goes alone to such a visit, so nothing was started. "
        "If it still is, somebody comes along. If you have looked it up and it is not, add: systems checked.",
        "rating_which": "Nothing was started: a visit {rated} is of one kind or the other. New is a first visit; "
        "agency is one that another agency asks for without an assessment. Please add that word after amber.",
        "rating_assessed": "Please stop: by your procedure a visit {rated} waits until an individual risk assessment is "
        "recorded, so nothing was started. Once it is, add: risk assessed.",
        "rating_checked": "By your procedure the systems are checked before a visit {rated}, so nothing was started. "
        "Once they are, add: systems checked.",
        "rating_where": "By your procedure a visit {rated} takes place in an office, or two go and a manager agrees. "
        "Nothing was started. Add: in the office; or choose who comes along.",
        "rating_building": "By your procedure a visit {rated} takes place in a council building, so nothing was started. "
        "If it does, add: in the office.",
        "rating_device": "By your procedure a safety device goes along to a visit {rated}, so nothing was started. "
        "If you have it with you, add: with device.",
        "rating_training": "By your procedure a visit {rated} is for workers who have had their training, and nobody has noted "
        "yours, so nothing was started. Please ask {who} to note it, or come along with a colleague who has had theirs.",
        "training_unreadable": "I could not read the day of the training, and nothing was noted. "
        "Please write it like this: {form}",
        "training_ahead": "That day is still ahead, and nothing was noted. Once it is over, please write it like this: {form}",
        "rating_daylight": "By your procedure a visit {rated} is in daylight only and not at the end of the day: "
        "from {at} to {until}. Nothing was started.",
        "rating_dark": "By your procedure a visit {rated} is in daylight only, and that day there is none. "
        "Nothing was started. Please choose another day.",
        "rating_plan": "Nothing is planned yet: by your procedure {case} needs more, because it is {rated}. "
        "Please plan the others without it, and start that one by itself: I then say what it needs.",
        "along_whom": "Who comes along? Please choose somebody.",
        "not_yours_to_mark": "Which cases nobody visits alone is for those who lead the team to say. Please ask {who}.",
        "desk_who": "Who is at the desk just now? Please give your name, so that colleagues know who has it.",
        "desk_name": "Please give a name of up to 80 characters: who is at the desk just now?",
        "desk_none": "You are not a shared desk, so I know who you are. To see who is in the team, send: {say}people",
        # Who is in the team.
        "test_not_yours": "Testing somebody else's ways is for those who lead the team, and whoever is on duty. "
        "Please ask {who}.",
        "no_ways": "{name} has no way besides the chat. Ways by text, call and e-mail stand in the team file.",
        "tested_just_now": "That was tested at {at}. Please give it ten minutes.",
        "not_a_manager": "Adding people and ending them is for those who lead the team. Please ask {who}.",
        "role_by_file": "That role is given in the team file. Please ask whoever looks after Buddyline.",
        "name_missing": "Please give a name of up to 80 characters; nobody was added.",
        "mobile_unreadable": "I could not read the mobile number, and nobody was added. Please write it with digits only.",
        "address_unreadable": "That address has a space in it or is too long, and nobody was added. "
        "Left empty, I make one of the name.",
        "in_team_already": "They are in your team already. To see who is, send: {form}",
        "one_at_a_time": "One at a time, please, for example: {form}",
        "address_taken": "Somebody else is reached at that address, and nobody was added. Please give another one.",
        "last_day_unreadable": "I could not read the last day, and nothing was changed. "
        "Please write it like this: {form}",
        "last_day_passed": "That day is over already, and nothing was changed. Please write it like this: {form}",
        "only_holder": "{name} is the only {role}. That duty has to be handed over first: {name} sends handover and "
        "@ with a colleague's name.",
        "left_team": "You have left the team, so I only hear what you say of your own visit. Please ask your manager.",
        # What an alarm does not allow.
        "alarm_over": "This alarm is over. There is nothing you need to do.",
        "charge_taken": "{name} took charge at {at}. Please tell {name} what you know.",
        "not_in_charge": "{name} is in charge of this alarm. "
        "Please tell {name} what you found out, or take charge first.",
        "hand_over_to_whom": "To whom would you like to hand over? Please choose somebody else who can answer this alarm.",
        # Who it came from, and how.
        "not_asked_team": "Only the people of this team can do that. Please ask somebody of the team.",
        "unknown_sender": "I do not know you yet. Please ask your manager to add you. In danger, dial 999.",
        "edit_ignored": "I do not follow changes to a message. Please send it again as a new one.",
    }
)
