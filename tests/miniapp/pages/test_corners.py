"""Entries, the profile, the papers, leaving, and launches that name a screen."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest

from domain.ledger.corrections import Correction, reimburse
from domain.programs import Program
from tests.clock import FixedClock
from tests.factories import a_product, a_program, an_article, posted
from tests.miniapp.pages.test_pages import _screen, _shown, _tap
from tests.miniapp.phone import Digest, MakePhone, Phone, refusal


async def _opens(phone: Phone, hint: str | None, **signed: str) -> str | None:
    """Launch the app, and return the screen that it is led to."""
    response = await phone.client.post(
        f"{phone.app}/start",
        headers={"Authorization": f"tma {phone.launch(**signed)}"},
        json={"start_param": hint} if hint else {},
    )
    assert response.status == 200, await response.text()
    return response.headers.get("X-Screen")


async def test_an_entry_shows_its_rule_and_both_balances(member: Phone) -> None:
    made = await (await member.claims("daily_login")).json()

    html = await _shown(member, f"/history/{made['movement_id']}")

    assert _screen(html) == "entry"
    assert re.search(r"50</dd>.*\+10</dd>.*60</dd>", html, re.DOTALL)
    assert "Theo quy tắc phiên bản 1: 10 điểm." in html
    assert f"https://t.me/moc_bot?start=ask_{made['movement_id']}" in html


async def test_an_entry_and_its_correction_link_to_each_other(
    member: Phone, clock: FixedClock
) -> None:
    customer_id = (await member.customer()).customer_id
    spent = await posted(customer_id, -30, now=clock.now())
    assert spent.movement_id
    correction = Correction(business_key="gift:1", actor="system")
    await reimburse(customer_id, spent.movement_id, 30, correction, now=clock.now())
    back = (await member.gets("movements?limit=1"))["items"][0]["id"]

    assert f"/app/history/{back}" in await _shown(member, f"/history/{spent.movement_id}")
    assert f"/app/history/{spent.movement_id}" in await _shown(member, f"/history/{back}")


async def test_m7_an_entry_of_somebody_else_looks_like_one_that_never_was(
    member: Phone, a_phone: MakePhone
) -> None:
    stranger = a_phone()
    await stranger.signs_in()
    await stranger.joins()
    theirs = (await stranger.gets("movements"))["items"][0]["id"]

    pages = [
        await member.get(f"{member.app}/history/{movement_id}")
        for movement_id in (theirs, str(uuid4()))
    ]

    texts = {re.sub(r'id="[^"]*"', "", await page.text()) for page in pages}
    assert [page.status for page in pages] == [404, 404]
    assert len(texts) == 1


async def test_a_birthday_is_set_once_on_the_page(member: Phone) -> None:
    first = await _tap(member, "/profile/birthday", birthday="1994-04-12")
    second = await _tap(member, "/profile/birthday", birthday="1994-04-13")

    assert "12/04/1994" in await first.text()
    assert await refusal(second) == (409, "birthday_locked")
    page = await _shown(member, "/profile")
    assert 'type="date"' not in page
    assert "12/04/1994" in page


async def test_the_language_changes_the_whole_page(member: Phone) -> None:
    response = await _tap(member, "/profile/language", locale="en")

    html = await response.text()
    assert response.headers["X-Screen"] == "/profile"
    assert "About you" in html
    assert 'lang="en"' in await _shown(member, "/earn")


async def test_a_switch_turns_and_stays(member: Phone) -> None:
    off = await _tap(member, "/profile/notices", kind="broadcast", wanted="no")

    assert 'aria-checked="false"' in await off.text()
    page = await _shown(member, "/profile")
    assert re.search(r'id="switch-broadcast"[^>]*aria-checked="false"', page)
    assert "21:00" in page


async def test_leaving_needs_the_word_and_says_what_went(member: Phone, ledger: Digest) -> None:
    offer = await _shown(member, "/leave")
    before = await ledger()
    refused = await _tap(member, "/departure", word="thôi")
    assert await ledger() == before

    left = await _tap(member, "/departure", word=" rời đi ")

    assert "RỜI ĐI" in offer
    assert await refusal(refused) == (422, "not_confirmed")
    html = await left.text()
    assert _screen(html) == "farewell"
    assert "50 điểm cũng không còn nữa" in html
    await member.signs_in()
    welcome = await _shown(member, "")
    assert "Mừng bạn trở lại" in welcome
    assert "+50" not in welcome


async def test_help_is_made_from_the_rules_in_force(a_phone: MakePhone, member: Phone) -> None:
    html = await _shown(member, "/help")

    assert "100 điểm trị giá khoảng 1.000" in html
    assert "Điểm không hết hạn" in html
    assert "+10" in html


async def test_the_terms_say_when_they_were_accepted(member: Phone, visitor: Phone) -> None:
    html = await _shown(member, "/terms")

    assert "Phiên bản 1" in html
    assert "Bạn đã đồng ý ngày 02/03/2026" in html


async def test_privacy_names_the_retention_in_force(member: Phone) -> None:
    html = await _shown(member, "/privacy")

    assert "30 ngày" in html
    assert "400 ngày" in html


@pytest.mark.parametrize(
    ("start_param", "path"),
    [
        ("earn", "/earn"),
        ("history", "/history"),
        ("invite", "/invite"),
        ("news", "/news"),
        ("products", "/products"),
        ("profile", "/profile"),
        ("help", "/help"),
        ("terms", "/terms"),
        ("privacy", "/privacy"),
        ("home", None),
        ("r_7Qk2x9Ab", None),
    ],
)
async def test_a_launch_opens_the_screen_that_it_names(
    member: Phone, start_param: str, path: str | None
) -> None:
    assert await _opens(member, None, start_param=start_param) == path
    assert await _opens(member, start_param) == path
    if path:
        assert (await member.get(f"{member.app}{path}")).status == 200


async def test_a_launch_opens_a_thing_that_is_there(member: Phone, program: Program) -> None:
    article, product = await an_article(program), await a_product(program)
    entry = (await member.gets("movements"))["items"][0]["id"]

    assert await _opens(member, f"news_{article.id}") == f"/news/{article.id}"
    assert await _opens(member, f"product_{product.id}") == f"/products/{product.id}"
    assert await _opens(member, f"movement_{entry}") == f"/history/{entry}"


async def test_r7_a_launch_to_what_is_not_for_this_customer_opens_home(
    member: Phone, program: Program, a_phone: MakePhone, clock: FixedClock
) -> None:
    elsewhere = await a_program()
    stranger = a_phone()
    await stranger.signs_in()
    await stranger.joins()
    theirs = (await stranger.gets("movements"))["items"][0]["id"]
    foreign, hidden = await a_product(elsewhere), await an_article(program)
    hidden.hidden_at = clock.now() - timedelta(minutes=1)
    await hidden.save()

    for start_param in (
        f"product_{foreign.id}",
        f"news_{hidden.id}",
        f"movement_{theirs}",
        f"news_{uuid4()}",
    ):
        assert await _opens(member, start_param) is None


@pytest.mark.parametrize(
    "start_param",
    [
        "https://evil.example/",
        "//evil",
        "javascript:alert(1)",
        "../admin",
        "earn/../../admin",
        "earn#signin=x",
        "news_1",
        "leave",
        "departure",
        "EARN",
        "earn" * 128 + "x",
        "\u0065\u0301arn",
    ],
)
async def test_r7_only_known_screens_open(member: Phone, ledger: Digest, start_param: str) -> None:
    before = await ledger()

    assert await _opens(member, start_param) is None
    assert await _opens(member, None, start_param=start_param) is None
    assert await ledger() == before


async def test_r7_what_the_chat_signed_beats_what_the_address_says(member: Phone) -> None:
    assert await _opens(member, "earn", start_param="history") == "/history"
    assert await _opens(member, "earn", start_param="//evil") is None


async def test_a_visitor_is_welcomed_wherever_the_launch_leads(a_phone: MakePhone) -> None:
    assert await _opens(a_phone(), "earn") is None


async def test_who_is_no_member_sees_their_profile_without_a_way_to_leave(
    visitor: Phone,
) -> None:
    html = await _shown(visitor, "/profile")

    assert "Chưa là thành viên" in html
    assert "/app/leave" not in html


async def test_the_code_that_opens_the_bot_is_a_picture_of_ours(member: Phone) -> None:
    response = await member.client.get(f"{member.app}/bot.svg")

    assert response.content_type == "image/svg+xml"
    assert (await response.text()).startswith('<svg xmlns="http://www.w3.org/2000/svg"')
