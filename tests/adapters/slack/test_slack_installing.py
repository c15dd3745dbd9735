"""Workspaces let us in by themselves: only those on the list, once, from the browser that asked; and they can take us out."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from urllib.parse import parse_qs, urlsplit

import pytest

from adapters.slack import Client, Keys
from adapters.slack.workspaces import PLATFORM
from bot.domain.people import Way
from bot.ports import Install
from tests.adapters.slack.house import House, a_house, team_on_slack, user
from tests.fakes.slack import SECRET, TEAM
from tests.fakes.slack_faults import Fault
from tests.fakes.slack_installs import CLIENT_ID, CLIENT_SECRET
from tests.scenarios.harness import Loaded

OTHER, STRANGERS = "T0OTHER", "T0STRANGERS"


def keys(api_url: str) -> Keys:
    client = Client(CLIENT_ID, CLIENT_SECRET)
    return Keys("", SECRET, api_url, client=client, allowed=frozenset({TEAM, OTHER}))


def team_in_two() -> Loaded:
    """Everybody is in the first workspace but Ben, who is in the other one."""
    entry, policy, content = team_on_slack()
    ben = Way("slack", f"{OTHER}/{user('ben')}")
    people = tuple(replace(one, ways=(ben,)) if one.id == "ben" else one for one in entry.people)
    return replace(entry, people=people), policy, content


@dataclass
class Browser:
    """Somebody who installs the app."""

    house: House
    cookie: str = ""

    async def get(self, path: str, **asked: str) -> tuple[int, str, dict[str, str]]:
        url = self.house.url.replace("/slack/events", path)
        headers = {"Cookie": self.cookie} if self.cookie else {}
        async with self.house.slack._http.get(
            url, params=asked, headers=headers, allow_redirects=False
        ) as answer:
            return answer.status, await answer.text(), dict(answer.headers)

    async def asks(self) -> str:
        """Open the link; return the state that goes along to Slack."""
        status, _, headers = await self.get("/slack/install")
        assert status == 302
        assert headers["Cache-Control"] == "no-store"
        cookie = headers["Set-Cookie"]
        assert all(word in cookie for word in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"))
        self.cookie = cookie.partition(";")[0]
        to = urlsplit(headers["Location"])
        assert (to.path, to.hostname) == ("/oauth/v2/authorize", "127.0.0.1")
        asked = parse_qs(to.query)
        assert asked["client_id"] == [CLIENT_ID]
        assert "chat:write" in asked["scope"][0]
        return asked["state"][0]

    async def comes_back(self, state: str, code: str) -> tuple[int, str]:
        status, text, headers = await self.get("/slack/oauth_redirect", state=state, code=code)
        assert headers["Referrer-Policy"] == "no-referrer"
        return status, text

    async def installs(self, workspace: str) -> tuple[int, str]:
        state = await self.asks()
        return await self.comes_back(state, self.house.slack.apps.says_yes(workspace))


@pytest.fixture
async def several() -> AsyncIterator[House]:
    """Buddyline for two workspaces, neither of which has let us in."""
    async with a_house(team_in_two(), keys=keys) as opened:
        yield opened


async def test_each_workspace_is_spoken_to_by_its_own_token(several: House) -> None:
    for workspace in (TEAM, OTHER):
        status, text = await Browser(several).installs(workspace)
        assert (status, "is in your workspace" in text) == (200, True)
    await several.command("amira", "start now 45m CASE123")
    asked = several.slack.newest(user("ben"), "I'm on it")
    card = several.slack.newest(user("carla"), "I'm on it")
    assert (asked.team, card.team) == (OTHER, TEAM)
    press = several.slack.press(user("ben"), asked, "I'm on it")
    await several.deliver(
        press | {"team": {"id": OTHER}, "user": {"id": user("ben"), "team_id": OTHER}}
    )
    assert several.sees("carla", "Buddy: Ben Carter")
    assert several.slack.calls.count("auth.test") == 0


async def test_nobody_is_let_in_whose_workspace_is_not_on_the_list(several: House) -> None:
    status, text = await Browser(several).installs(STRANGERS)
    assert (status, "not on the list" in text) == (403, True)
    assert several.slack.apps.tokens == {}, "what was given is given back"
    assert await several.adapter.known() == ()
    several.slack.apps.for_all = True
    assert (await Browser(several).installs(TEAM))[0] == 403


async def test_a_workspace_that_was_taken_off_the_list_is_not_heard(several: House) -> None:
    token = "xoxb-9-invented"
    several.slack.apps.tokens[token] = STRANGERS
    install, now = Install(PLATFORM, STRANGERS, "U0BOT", token), several.clock.now()
    await several.store.run(lambda tx: tx.installs.put(install, now=now), name="w")
    body = several.slack.command(user("amira"), "start now 45m CASE123")
    await several.deliver(body | {"team_id": STRANGERS})
    assert several.slack.messages == []


async def test_what_leads_back_is_good_once(several: House) -> None:
    browser = Browser(several)
    state = await browser.asks()
    code = several.slack.apps.says_yes(TEAM)
    assert (await browser.comes_back(state, code))[0] == 200
    assert (await browser.comes_back(state, several.slack.apps.says_yes(TEAM)))[0] == 403
    assert several.slack.calls.count("oauth.v2.access") == 1


async def test_what_leads_back_is_good_for_ten_minutes(several: House) -> None:
    browser = Browser(several)
    in_time, late = await browser.asks(), ""
    await several.passes(minutes=9, seconds=59)
    assert (await browser.comes_back(in_time, several.slack.apps.says_yes(TEAM)))[0] == 200
    late = await browser.asks()
    await several.passes(minutes=10)
    assert (await browser.comes_back(late, several.slack.apps.says_yes(TEAM)))[0] == 403


async def test_what_leads_back_is_for_the_browser_that_asked(several: House) -> None:
    """Else somebody could have another person's browser finish an installation that they began."""
    browser, other = Browser(several), Browser(several)
    state = await browser.asks()
    await other.asks()
    for one in (other, Browser(several)):
        assert (await one.comes_back(state, several.slack.apps.says_yes(TEAM)))[0] == 403


@pytest.mark.parametrize("state", ["", "x", "ä", "a" * 2_000, "AQAAAA"])
async def test_what_we_did_not_make_leads_nowhere(several: House, state: str) -> None:
    browser = Browser(several)
    await browser.asks()
    status, text = await browser.comes_back(state, several.slack.apps.says_yes(TEAM))
    assert (status, "cannot be used" in text) == (403, True)
    assert "oauth.v2.access" not in several.slack.calls


async def test_whoever_says_no_is_answered_kindly(several: House) -> None:
    browser = Browser(several)
    state = await browser.asks()
    answer = await browser.get("/slack/oauth_redirect", state=state, error="access_denied")
    assert (answer[0], "Nothing has changed" in answer[1]) == (200, True)


@pytest.mark.parametrize(
    "fault", [Fault(status=500), Fault(drop=True), Fault(error="invalid_code")]
)
async def test_slack_may_fail_meanwhile(several: House, fault: Fault) -> None:
    several.slack.fails("oauth.v2.access", fault)
    status, text = await Browser(several).installs(TEAM)
    assert (status, "in a moment" in text) == (502, True)
    assert (await Browser(several).installs(TEAM))[0] == 200


async def test_the_token_is_sealed_and_nowhere_in_the_log(
    several: House, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        await Browser(several).installs(TEAM)
    (token,) = several.slack.apps.tokens
    with several.store.engine.begin() as connection:
        rows = connection.exec_driver_sql("SELECT * FROM install").all()
        codes = connection.exec_driver_sql("SELECT * FROM used_code").all()
    assert len(rows) == len(codes) == 1
    assert token not in f"{rows}{codes}"
    assert all(secret not in caplog.text for secret in (token, CLIENT_SECRET, "code-1"))
    assert token not in repr(await several.store.read(lambda tx: tx.installs.get(PLATFORM, TEAM)))


async def test_a_workspace_takes_us_out_and_lets_us_in_again(several: House) -> None:
    await Browser(several).installs(TEAM)
    await several.says("amira", "help")
    several.slack.apps.taken_out(TEAM)
    await several.deliver(several.slack.event({"type": "app_uninstalled"}))
    assert await several.adapter.known() == ()
    before = len(several.slack.messages)
    await several.deliver(several.slack.command(user("amira"), "start now 45m CASE123"))
    assert len(several.slack.messages) == before
    await Browser(several).installs(TEAM)
    await several.command("amira", "start now 45m CASE123")
    assert several.sees("carla", "CASE123")


async def test_news_that_come_late_take_nobody_out(several: House) -> None:
    """Slack may tell of the old token when there is a new one already."""
    await Browser(several).installs(TEAM)
    await several.deliver(
        several.slack.event({"type": "tokens_revoked", "tokens": {"bot": ["U0BOT"]}})
    )
    await several.command("amira", "start now 45m CASE123")
    assert several.sees("carla", "CASE123")


async def test_a_token_that_another_process_replaced_is_read_anew(several: House) -> None:
    await Browser(several).installs(TEAM)
    await several.says("amira", "help")
    several.slack.apps.taken_out(TEAM)
    token = "xoxb-8-invented"
    several.slack.apps.tokens[token] = TEAM
    install, now = Install(PLATFORM, TEAM, "U0BOT", token), several.clock.now()
    await several.store.run(lambda tx: tx.installs.put(install, now=now), name="w")
    await several.command("amira", "start now 45m CASE123")
    await several.passes(seconds=5)
    assert several.sees("amira", "CASE123"), "the first try failed, and was not the last"


async def test_settings_of_bolts_own_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """bolt reads the same names from the environment, and then asks files of its own who has let us in."""
    monkeypatch.setenv("SLACK_CLIENT_ID", CLIENT_ID)
    monkeypatch.setenv("SLACK_CLIENT_SECRET", CLIENT_SECRET)
    async with a_house() as one, a_house(team_in_two(), keys=keys) as several:
        await Browser(several).installs(TEAM)
        for house in (one, several):
            await house.command("amira", "start now 45m CASE123")
            assert house.sees("carla", "CASE123")


async def test_without_them_nothing_can_be_installed(house: House) -> None:
    assert (await Browser(house).get("/slack/install"))[0] == 404


@pytest.mark.parametrize(
    "fault", [Fault(status=500), Fault(drop=True), Fault(error="token_revoked")]
)
async def test_a_word_is_heard_while_slack_does_not_say_who_we_are(fault: Fault) -> None:
    """By the one token: bolt would answer that it was taken, and it would be gone."""
    async with a_house() as house:
        house.slack.fails("auth.test", fault)
        await house.says("amira", "start now 45m CASE123")
        assert house.sees("carla", "CASE123")
