import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest

from domain.content.evidence import read_article
from domain.customers.models import Customer
from domain.earning.actions import ACTIONS, Action, label_of
from domain.earning.claims import claim
from domain.earning.decisions import decisions
from domain.earning.offers import offers
from domain.earning.rules import rulebook
from domain.ledger.audit import run as audit
from domain.ledger.requests import Verdict
from domain.ledger.statement import movements
from domain.programs import Program
from tests.clock import MONDAY_NOON
from tests.factories import a_key, a_member, a_program, a_visitor, an_article, balance_of

NOW = MONDAY_NOON
DAY = timedelta(days=1)
ROOT = Path(__file__).parents[3]
NINTH = Action(
    code="daily_story",
    label="Story of the day",
    hint="Read one story a day",
    icon="book-open",
    scope="business_date",
    claimable=True,
    evidence="read",
    points=15,
)


@pytest.fixture
def ninth(monkeypatch: pytest.MonkeyPatch) -> Action:
    """An action that nobody knew before: what one more entry in the catalogue makes."""
    monkeypatch.setitem(ACTIONS, NINTH.code, NINTH)
    return NINTH


def test_the_catalogue_has_the_sources_of_the_report_and_the_adjustment() -> None:
    assert set(ACTIONS) == {
        "referrer_reward",
        "new_member_reward",
        "new_user_referral",
        "first_product_share",
        "first_news_read",
        "new_account_registration",
        "first_product_view",
        "daily_login",
        "manual_adjustment",
    }
    assert all(code == action.code for code, action in ACTIONS.items())
    assert all(action.evidence is None or action.claimable for action in ACTIONS.values())


def test_a_business_key_names_one_fact_of_the_world() -> None:
    on = date(2026, 3, 2)

    assert ACTIONS["first_news_read"].business_key(on=on, source="x") == "first_news_read"
    assert ACTIONS["daily_login"].business_key(on=on) == "daily_login:2026-03-02"
    assert ACTIONS["referrer_reward"].business_key(source="kim") == "referrer_reward:kim"
    with pytest.raises(AssertionError):
        ACTIONS["referrer_reward"].business_key(on=on)


def test_what_nobody_named_is_called_by_its_code() -> None:
    assert [label_of(code) for code in ("daily_login", "lucky_wheel", "tombola")] == [
        "Daily login",
        "Lucky wheel",
        "tombola",
    ]


async def _reads(program: Program, member: Customer, day: int) -> Verdict:
    now = NOW + day * DAY
    article = await an_article(program, now=now)
    read = await read_article(program, member.customer_id, article.id, now=now)
    return await claim(
        program,
        member.customer_id,
        NINTH.code,
        evidence=read.token,
        channel="miniapp",
        now=read.claim_after,
        request=a_key(member.customer_id),
    )


async def test_a_ninth_action_is_offered_paid_logged_and_named_everywhere(
    opened: str, ninth: Action
) -> None:
    program = await a_program()
    visitor, member = await a_visitor(program), await a_member(program)

    async def offered(customer: Customer) -> tuple[str, int, int]:
        [offer] = [o for o in await offers(program, customer, now=NOW) if o.action is ninth]
        return offer.state, offer.points, offer.claimed

    before = [await offered(visitor), await offered(member)]
    verdicts = [await _reads(program, member, day) for day in (0, 0, 1)]

    assert before == [("locked", 15, 0), ("available", 15, 0)]
    assert await offered(member) == ("done", 15, 2)
    assert [v.status for v in verdicts] == [201, 409, 201]
    assert await balance_of(member, now=NOW + DAY) == 50 + 2 * 15
    rule = (await rulebook(program.id)).rule(ninth.code, NOW)
    assert rule
    assert (rule.scope, rule.points) == ("business_date", 15)
    log = await decisions(member.customer_id)
    newest_first = [d.verdict for d in log if d.action == ninth.code]
    assert newest_first == ["posted", "already_earned", "posted"]
    assert (await movements(member.customer_id)).items[0].action == ninth.code
    assert label_of(ninth.code) == "Story of the day"
    assert await audit() == []


async def test_what_is_done_today_is_told_for_each_daily_action(opened: str, ninth: Action) -> None:
    program = await a_program()
    member = await a_member(program)

    await _reads(program, member, 0)
    found = {o.action.code: o.state for o in await offers(program, member, now=NOW)}

    assert (found["daily_login"], found["daily_story"]) == ("available", "done")


def test_a_ninth_action_asks_for_its_words_and_is_in_the_reports() -> None:
    script = f"""
from domain.earning import actions
from domain.earning.actions import Action
ninth = {NINTH!r}
actions.ACTIONS[ninth.code] = ninth

from domain.reporting.customer_loyalty import SOURCES
from locales import check
print(ninth.code in SOURCES)
check.main([])
"""

    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert done.stdout == "True\n"
    assert "no Vietnamese for 'Story of the day'" in done.stderr
    assert "no Vietnamese for 'Read one story a day'" in done.stderr
