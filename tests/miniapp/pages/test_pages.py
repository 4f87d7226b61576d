"""Each page, filled by the real domain and rendered by the real templates."""

import re
from datetime import timedelta

import pytest
from aiohttp import ClientResponse

from domain.access.links import make_link
from domain.ids import new_id
from domain.programs import Program
from tests.clock import FixedClock
from tests.factories import a_product, an_article, posted
from tests.miniapp.phone import Digest, MakePhone, Phone, refusal

PAGES = ("", "/", "/welcome", "/earn", "/news", "/products", "/invite", "/history")


async def _shown(phone: Phone, path: str, **headers: str) -> str:
    response = await phone.get(f"{phone.app}{path}", **headers)
    assert response.status == 200, await response.text()
    assert response.content_type == "text/html"
    assert response.headers["Cache-Control"] == "no-store"
    return await response.text()


async def _tap(phone: Phone, path: str, *, key: str = "", **fields: str) -> ClientResponse:
    headers = {"Authorization": f"Bearer {phone.token}", "Idempotency-Key": key or str(new_id())}
    return await phone.client.post(f"{phone.app}{path}", data=fields or b"", headers=headers)


def _screen(html: str) -> str:
    found = re.search(r'data-screen="([\w-]+)"', html)
    assert found
    return found[1]


@pytest.mark.parametrize("path", PAGES)
async def test_a_browser_that_navigates_gets_the_same_shell_as_everybody(
    member: Phone, path: str
) -> None:
    anonymous = await member.client.get(f"{member.app}{path}")

    text = await anonymous.text()
    assert (anonymous.status, anonymous.content_type) == (200, "text/html")
    assert anonymous.headers["Cache-Control"] == "no-store"
    policy = anonymous.headers["Content-Security-Policy"]
    assert "frame-ancestors 'self' https://web.telegram.org" in policy
    assert "X-Frame-Options" not in anonymous.headers
    assert "unsafe" not in policy
    assert (await member.customer()).name not in text


async def test_a_launch_signs_in_and_shows_the_first_screen_at_once(
    a_phone: MakePhone, clock: FixedClock
) -> None:
    phone = a_phone()

    response = await phone.client.post(
        f"{phone.app}/start", headers={"Authorization": f"tma {phone.launch()}"}, json={}
    )

    assert _screen(await response.text()) == "welcome"
    assert response.headers["X-Session-Expires"] == (clock.now() + timedelta(hours=2)).isoformat()
    phone.token = response.headers["X-Session-Token"]
    assert (await phone.gets("me"))["customer"]["registered"] is False


async def test_a_session_starts_the_app_again(member: Phone) -> None:
    response = await member.client.post(
        f"{member.app}/start", headers={"Authorization": f"Bearer {member.token}"}, json={}
    )

    assert response.headers["X-Session-Token"] == member.token
    assert _screen(await response.text()) == "home"


async def test_a_printed_link_starts_the_app(member: Phone, clock: FixedClock) -> None:
    customer = await member.customer()
    token = await make_link(customer.program_id, "customer", customer.customer_id, now=clock.now())

    first, second = [
        await member.client.post(
            f"{member.app}/start", headers={"Authorization": f"link {token}"}, json={}
        )
        for _ in range(2)
    ]

    assert _screen(await first.text()) == "home"
    assert await refusal(second) == (401, "invalid_link")


async def test_the_welcome_names_the_friend_and_the_gift(member: Phone, a_phone: MakePhone) -> None:
    code = (await member.customer()).invite_code
    friend = a_phone(language="en")
    await friend.signs_in(start_param=f"r_{code}")

    html = await _shown(friend, "")

    assert _screen(html) == "welcome"
    assert "Ngọc Ánh" in html
    assert "+100" in html
    assert 'name="terms_version" value="1"' in html


async def test_accepting_the_terms_leads_home_and_says_what_it_brought(visitor: Phone) -> None:
    response = await _tap(visitor, "/registration", terms_version="1")

    html = await response.text()
    assert _screen(html) == "home"
    assert 'value="50"' in html
    assert "+50" in html


async def test_every_page_opens_for_a_member(member: Phone, program: Program) -> None:
    await a_product(program)
    await an_article(program)

    shown = [_screen(await _shown(member, path)) for path in PAGES if path != "/welcome"]

    assert shown == ["home", "home", "earn", "news", "products", "invite", "history"]


async def test_a_tap_checks_in_and_answers_the_strip_and_the_whole_hero(member: Phone) -> None:
    response = await _tap(member, "/actions/daily_login")

    html = await response.text()
    assert response.status == 200
    assert 'id="check-in"' in html
    assert 'id="hero"' in html
    assert 'value="60"' in html


async def test_a_second_tap_says_so_in_the_customers_language(
    member: Phone, ledger: Digest
) -> None:
    await _tap(member, "/actions/daily_login")
    before = await ledger()

    response = await _tap(member, "/actions/daily_login")

    assert response.status == 409
    assert (await response.json())["error"]["message"] == "Bạn đã nhận điểm này rồi."
    assert await ledger() == before


async def test_the_same_tap_again_is_the_same_answer(member: Phone, ledger: Digest) -> None:
    first = await _tap(member, "/actions/daily_login", key="tap")
    before = await ledger()

    again = await _tap(member, "/actions/daily_login", key="tap")

    assert (again.status, await again.text()) == (first.status, await first.text())
    assert await ledger() == before


async def test_an_article_carries_the_evidence_that_reading_it_earns(
    member: Phone, program: Program, clock: FixedClock
) -> None:
    article = await an_article(program)

    html = await _shown(member, f"/news/{article.id}")
    evidence = re.search(r'name="evidence" value="([\w-]+)"', html)
    assert evidence
    assert f'data-dwell="{article.read_seconds}"' in html
    early = await _tap(member, "/actions/first_news_read", evidence=evidence[1])
    clock.advance(timedelta(seconds=article.read_seconds))
    claimed = await _tap(member, "/actions/first_news_read", evidence=evidence[1])

    assert await refusal(early) == (422, "too_soon")
    assert '<b class="digits">70</b>' in await claimed.text()
    assert "data-dwell" not in await _shown(member, f"/news/{article.id}")


async def test_a_product_earns_a_look_and_a_share(member: Phone, program: Program) -> None:
    product = await a_product(program)

    html = await _shown(member, f"/products/{product.id}")

    assert 'hx-post="/p/moc/app/actions/first_product_view"' in html
    assert f'data-share="/p/moc/api/v1/products/{product.id}/shares"' in html


@pytest.mark.parametrize("place", ["news", "products"])
async def test_what_is_gone_is_a_screen_that_says_so(
    member: Phone, program: Program, clock: FixedClock, place: str
) -> None:
    make = an_article if place == "news" else a_product
    hidden = await make(program, hidden_at=clock.now())

    for item in (hidden.id, new_id(), "x"):
        response = await member.get(f"{member.app}/{place}/{item}")
        assert response.status == 404
        assert _screen(await response.text()) == "gone"


async def test_the_history_continues_where_the_page_ended(member: Phone, clock: FixedClock) -> None:
    customer_id = (await member.customer()).customer_id
    for _ in range(25):
        await posted(customer_id, 7, now=clock.now())

    whole = await _shown(member, "/history")
    following = re.search(r'hx-get="([^"]+)"', whole)
    assert following
    more = await member.get(following[1].replace("&amp;", "&"), **{"HX-Target": "more"})
    rest = await more.text()

    assert whole.count("+7") == 20
    assert rest.count("+7") == 5
    assert "<h1>" not in rest
    assert "<h2>" not in rest


@pytest.mark.parametrize(
    ("filter_", "amount", "shown"),
    [("earned", 30, True), ("used", -30, True), ("refunded", 30, False), ("expired", -30, False)],
)
async def test_the_history_shows_only_what_was_chosen(
    member: Phone, clock: FixedClock, filter_: str, amount: int, shown: bool
) -> None:
    await posted((await member.customer()).customer_id, amount, now=clock.now())

    html = await _shown(member, f"/history?filter={filter_}")

    assert ((f"+{amount}" if amount > 0 else f"−{-amount}") in html) is shown


@pytest.mark.parametrize(
    "query", ["filter=x", "cursor=x", "month=2026-13", "month=x", "other=1", "cursor=1&cursor=2"]
)
async def test_a_history_that_does_not_exist_is_refused(member: Phone, query: str) -> None:
    assert await refusal(await member.get(f"{member.app}/history?{query}")) == (
        422,
        "invalid_input",
    )


async def test_friends_stand_with_what_they_brought(member: Phone, a_phone: MakePhone) -> None:
    code = (await member.customer()).invite_code
    names = {"Minh": True, "Lan": False}
    for name, joins in names.items():
        friend = a_phone(first_name=name)
        await friend.signs_in(start_param=f"r_{code}")
        if joins:
            await friend.joins()

    html = await _shown(member, "/invite")

    assert f"startapp=r_{code}" in html
    assert re.search(r"Minh.*\+120", html, re.DOTALL)
    assert "Lan" in html
    assert "+140" in html


HOSTILE = "<b>Zalgo</b> \u202eevil \"' {{7919*7919}} %(name)s =1+1 " + "a" + "\u0301" * 256


async def test_w8_a_hostile_name_is_text_on_every_page(
    a_phone: MakePhone, program: Program
) -> None:
    mallory = a_phone(first_name=HOSTILE)
    await mallory.signs_in()
    await mallory.joins()
    code = (await mallory.customer()).invite_code
    friend = a_phone(first_name=HOSTILE)
    await friend.signs_in(start_param=f"r_{code}")

    pages = [await _shown(mallory, path) for path in ("", "/earn", "/invite", "/history")]
    pages.append(await _shown(friend, ""))

    for html in pages:
        assert "<b>Zalgo" not in html
        assert str(7919 * 7919) not in html
        assert "\u202e" not in html
    assert "&lt;b&gt;Zalgo&lt;/b&gt;" in pages[0]


@pytest.mark.parametrize(
    "picture", ["../../etc/passwd", "x", "", "javascript:alert(1)", '"><script>', "//evil"]
)
async def test_a_picture_that_is_none_is_drawn(
    member: Phone, program: Program, picture: str
) -> None:
    await an_article(program, picture=picture)
    product = await a_product(program, picture=picture)

    for path in ("", "/news", "/products", f"/products/{product.id}"):
        html = await _shown(member, path)
        assert "<script>" not in html
        assert "javascript:" not in html
        assert "//evil" not in html


async def test_m9_a_tap_without_a_key_is_400(member: Phone, ledger: Digest) -> None:
    before = await ledger()
    bearer = {"Authorization": f"Bearer {member.token}"}

    for path in ("/registration", "/actions/daily_login"):
        data = {"terms_version": "1"} if path == "/registration" else None
        response = await member.client.post(f"{member.app}{path}", data=data, headers=bearer)
        assert await refusal(response) == (400, "idempotency_key_missing")
    assert await ledger() == before


@pytest.mark.parametrize("version", ["", "0x1", "１", "1.0", "-1", "9" * 20, "2"])
async def test_m11_terms_that_are_none_are_not_accepted(
    visitor: Phone, ledger: Digest, version: str
) -> None:
    response = await _tap(visitor, "/registration", terms_version=version)

    assert response.status == (409 if version == "2" else 422)
    assert await ledger() == (0, 0, 0)


async def test_m17_a_strangers_page_cannot_tap(member: Phone, ledger: Digest) -> None:
    before = await ledger()

    response = await member.client.post(
        f"{member.app}/actions/daily_login",
        headers={
            "Authorization": f"Bearer {member.token}",
            "Idempotency-Key": "tap",
            "Origin": "https://evil.example",
        },
    )

    assert await refusal(response) == (403, "foreign_origin")
    assert await ledger() == before


async def test_without_a_session_no_page_shows_anything_personal(member: Phone) -> None:
    name, member.token = (await member.customer()).name, "invented"

    for path in PAGES:
        response = await member.get(f"{member.app}{path}")
        assert await refusal(response) == (401, "sign_in_required")
        assert name not in await response.text()
