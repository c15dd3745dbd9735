"""Code phrases are found whatever becomes of them, and ordinary talk is left alone. All phrases here are invented."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.phrases.classify import NOTHING, Detector, Tier, classify
from bot.domain.phrases.forms import Phrase, Wording, forms_of
from bot.domain.phrases.normalise import LONGEST, words_of
from tests.bot.domain.phrases.distortions import badly, slightly

INVENTED = (
    Phrase("parrot", "has Gwendolyn watered the yellow cactus"),
    Phrase("trumpet", "please bring my trumpet to the Penrose meeting"),
    Phrase("lantern", "the copper lantern belongs to Mrs Okonkwo"),
    Phrase("kettle", "I promised Barnaby a striped kettle"),
    Phrase("short", "velvet ladder"),
)
DETECTOR = Detector(INVENTED)
ORDINARY = (
    "running ten minutes late, sorry",
    "the yellow bins are out on Thursday",
    "meeting moved to 3, same room",
    "has anybody watered the plants",
    "I left the ladder in the garage",
    "all fine here, leaving now 👍",
    "Gwendolyn is on leave this week",
    "kettle is broken again, bring a flask",
    "please bring my lunch to the meeting",
    "",
    "🙂",
)


def found(*messages: str) -> Tier:
    return DETECTOR.classify(messages).tier


@pytest.mark.parametrize("phrase", INVENTED, ids=lambda phrase: phrase.id)
def test_a_phrase_as_it_is_learnt_is_an_alarm(phrase: Phrase) -> None:
    verdict = classify([phrase.text], INVENTED)
    assert (verdict.tier, verdict.phrase) == (Tier.ALARM, phrase.id)


@settings(max_examples=300)
@given(data=st.data(), phrase=st.sampled_from(INVENTED))
def test_a_phrase_slightly_distorted_is_an_alarm(data: st.DataObject, phrase: Phrase) -> None:
    verdict = DETECTOR.classify(data.draw(slightly(phrase.text)))
    assert (verdict.tier, verdict.phrase) == (Tier.ALARM, phrase.id)


@settings(max_examples=400)
@given(data=st.data(), phrase=st.sampled_from(INVENTED))
def test_a_phrase_badly_distorted_is_never_passed_over(data: st.DataObject, phrase: Phrase) -> None:
    assert found(*data.draw(badly(phrase.text))) is not Tier.NONE


@pytest.mark.parametrize("text", ORDINARY)
def test_ordinary_talk_is_left_alone(text: str) -> None:
    assert DETECTOR.classify([text]) == NOTHING


@pytest.mark.parametrize(
    "text",
    [
        "has Gwendolyn watered the cactus",
        "the copper lantern belongs to",
        "velvet l",
        "ladder, the velvet one",
        "she said the copper lantern belongs to Mrs Okonkwo",
        "our code phrase is velvet ladder, drill on Friday",
        "he promised Barnaby a striped kettle",
        "velvet letter",
    ],
)
def test_what_resembles_a_phrase_or_speaks_about_it_is_to_be_checked(text: str) -> None:
    assert found(text) is Tier.CHECK


def test_a_phrase_may_come_in_pieces() -> None:
    assert found("velvet", "ladder") is Tier.ALARM
    assert found("vel", "vet ladder") is Tier.ALARM
    assert found("velvet", "sorry", "ladder") is not Tier.NONE
    assert found("velvet curtains are up", "thanks", "the ladder is back") is Tier.NONE


def test_words_that_only_hold_a_key_word_are_another_word() -> None:
    detector = Detector([Phrase("tin", "red anchor")])
    for text in ("they hired anchor crews", "shared anchors", "the bored anchorman"):
        assert detector.classify([text]) == NOTHING, text
    assert detector.classify(["redanchor"]).tier is Tier.ALARM
    assert detector.classify(["r e d anchor"]).tier is Tier.ALARM


def test_key_words_of_a_form_can_be_given() -> None:
    phrase = Phrase(
        "own", "a long sentence about a heron", (Wording("heron by the pond", ("heron",)),)
    )
    first, second = forms_of(phrase)
    assert [first.words[i] for i in first.keys] == ["sentence", "heron"]
    assert [second.words[i] for i in second.keys] == ["heron"]


def test_a_phrase_without_words_is_never_found() -> None:
    assert classify(["🙂", ""], [Phrase("none", "🙂")]) == NOTHING
    assert classify([], INVENTED) == NOTHING


@settings(max_examples=200)
@given(st.lists(st.text(max_size=200), max_size=3))
def test_no_text_breaks_it(messages: list[str]) -> None:
    verdict = DETECTOR.classify(messages)
    assert 0.0 <= verdict.score <= 1.0
    assert (verdict.tier is Tier.NONE) == (verdict.phrase == "")


@pytest.mark.parametrize("piece", ["velvet ", "ladder velvet ", "v e l v e t ", "<", "a", "😀"])
def test_a_very_long_text_is_read_at_both_ends_only(piece: str) -> None:
    long = piece * (2 * LONGEST // len(piece))
    assert len(words_of(long).words) <= LONGEST
    DETECTOR.classify([long])
    assert found("x " * LONGEST + "velvet ladder") is Tier.ALARM
