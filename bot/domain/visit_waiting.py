"""How a visit changes by what happens while it waits for somebody's word (F7, K11, H15, S3). Part of `visit`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from bot.domain import agreement_facts as a
from bot.domain.terms import AWAITED, BY_PHONE

if TYPE_CHECKING:
    from bot.domain.visit import Visit


def _unsure_said(visit: Visit, _fact: a.UnsureSaid, at: datetime) -> Visit:
    return replace(
        visit,
        unsure_at=at,
        contact_at=at,
        agree_asked=(),
        answered_by=None,
        held_off=False,
        # From now on the worker's own doubt is what it waits for.
        terms=tuple(term for term in visit.terms if term not in (AWAITED, BY_PHONE)),
    )


def _terms_said(visit: Visit, fact: a.TermsSaid, _at: datetime) -> Visit:
    return replace(visit, terms=visit.terms + fact.terms)


def _word_awaited(visit: Visit, fact: a.WordAwaited, at: datetime) -> Visit:
    return replace(visit, unsure_at=at, terms=(*visit.terms, fact.why))


def _agreement_asked(visit: Visit, fact: a.AgreementAsked, _at: datetime) -> Visit:
    return replace(
        visit,
        agree_step=fact.step,
        agree_asked=tuple(dict.fromkeys(visit.agree_asked + fact.asked)),
        agree_due_at=fact.due_at,
        agree_turn=visit.agree_turn + 1,
    )


def _agreement_given(visit: Visit, fact: a.AgreementGiven, _at: datetime) -> Visit:
    return replace(visit, unsure_at=None, agree_due_at=None, answered_by=fact.by)


def _agreement_refused(visit: Visit, fact: a.AgreementRefused, _at: datetime) -> Visit:
    return replace(visit, unsure_at=None, agree_due_at=None, answered_by=fact.by, held_off=True)


AFTER: Mapping[type, Callable[[Visit, Any, datetime], Visit]] = {
    a.UnsureSaid: _unsure_said,
    a.TermsSaid: _terms_said,
    a.WordAwaited: _word_awaited,
    a.AgreementAsked: _agreement_asked,
    a.AgreementGiven: _agreement_given,
    a.AgreementRefused: _agreement_refused,
}
