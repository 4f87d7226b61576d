"""Fragments and the shell, without a browser."""

import re
from base64 import b64encode
from dataclasses import replace
from hashlib import sha256

import pytest

from miniapp.pages.render import answer, fragment, shell, shell_answer
from miniapp.pages.screens import HistoryScreen
from tests.miniapp.samples import HOSTILE, ZONE, action, face, samples
from tests.miniapp.wording import Tongue

DEMO = face("demo")
ALL = [(name, locale) for locale in ("vi", "en") for name in samples(locale)]


@pytest.mark.parametrize(("name", "locale"), ALL)
def test_a_fragment_needs_no_inline_style_or_script(name: str, locale: str) -> None:
    html = fragment(samples(locale)[name], DEMO, locale)

    assert not re.search(r"<script|<style|\sstyle=|\son[a-z]+=|javascript:", html)
    assert f'lang="{locale}"' in html


@pytest.mark.parametrize(("name", "locale"), ALL)
def test_a_fragment_has_one_main_heading_and_no_identity_twice(name: str, locale: str) -> None:
    html = fragment(samples(locale)[name], DEMO, locale)
    identities = re.findall(r'\sid="([^"]+)"', html)

    assert html.count("<h1") == 1
    assert len(identities) == len(set(identities))


@pytest.mark.parametrize("name", ["welcome-hostile", "home-hostile", "invite-hostile"])
def test_a_hostile_name_is_escaped(name: str) -> None:
    html = fragment(samples("vi")[name], DEMO, "vi")

    assert "<b>Zalgo" not in html
    assert "&lt;b&gt;Zalgo&lt;/b&gt;" in html
    assert HOSTILE.split()[-1] in html


def test_only_what_is_built_can_be_reached() -> None:
    links = {
        link.split("?")[0].split("/app", 1)[1]
        for locale in ("vi", "en")
        for screen in samples(locale).values()
        for link in re.findall(r'(?:href|hx-get|hx-post)="(/p/demo/app[^"]*)"', fragment(screen, DEMO, locale))
    }  # fmt: skip

    known = (
        r"(/(earn|invite|history(/\w+)?|registration|welcome|news(/\d+)?|products(/\d+)?|actions/\w+"
        r"|profile(/(birthday|language|notices))?|help|terms|privacy|leave|departure))?"
    )
    assert [link for link in links if not re.fullmatch(known, link)] == []


def test_a_claim_is_answered_with_the_whole_hero_beside_it() -> None:
    html = fragment(action("daily_login"), DEMO, "vi")

    assert html.index('id="check-in"') < html.index('id="hero"')
    assert html.count('hx-swap-oob="true"') == 1
    assert 'hx-swap-oob="innerHTML:#toast"' in html


def test_a_claim_away_from_home_is_answered_with_the_purse_beside_it() -> None:
    html = fragment(action("first_news_read"), DEMO, "vi")

    assert 'id="purse"' in html
    assert 'id="hero"' not in html


def test_a_continuation_does_not_repeat_the_month_above_it() -> None:
    entries = Tongue("vi").entries(ZONE)
    page = HistoryScreen(balance=0, chosen="all", entries=entries, next_cursor=None)
    begun = replace(page, begun=page.months[0].first_day)

    whole = fragment(page, DEMO, "vi", part="more")
    rest = fragment(begun, DEMO, "vi", part="more")

    assert "<nav" not in whole
    assert whole.count("<h2>") == 2
    assert rest.count("<h2>") == 1


def test_an_unknown_picture_does_not_spoil_the_page() -> None:
    product = samples("vi")["product"]
    cover = replace(product.product.cover, icon="no-such-icon")  # type: ignore[union-attr]
    spoiled = replace(product, product=replace(product.product, cover=cover))  # type: ignore[union-attr,call-arg]

    assert "<svg" in fragment(spoiled, DEMO, "vi")


def test_signed_in_answers_are_never_stored() -> None:
    response = answer(samples("vi")["home"], DEMO, "vi")

    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["Content-Language"] == "vi"


def test_the_policy_allows_exactly_the_shells_own_script_and_style() -> None:
    page = shell(DEMO, "vi")
    scripts = re.findall(r"<script>(.*?)</script>", page.html, re.DOTALL)
    styles = re.findall(r"<style>(.*?)</style>", page.html, re.DOTALL)

    hashes = [
        f"'sha256-{b64encode(sha256(source.encode()).digest()).decode()}'"
        for source in scripts + styles
    ]
    assert len(hashes) == 3
    assert all(value in page.policy for value in hashes)
    assert "unsafe" not in page.policy
    assert "frame-ancestors 'self' https://web.telegram.org" in page.policy


def test_the_shell_knows_nobody() -> None:
    response = shell_answer(DEMO, "en")

    assert response.headers["Cache-Control"] == "no-store"
    assert "Authorization" in response.headers["Vary"]
    assert shell(DEMO, "en") is shell(DEMO, "en")


def test_a_program_without_a_bot_sends_nobody_to_one() -> None:
    assert "t.me" not in shell(replace(DEMO, bot_username=None), "vi").html
