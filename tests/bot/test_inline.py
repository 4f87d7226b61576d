import pytest

from domain.programs import Program
from tests.bot import books
from tests.bot.people import Person, Room
from tests.clock import MONDAY_NOON as NOON
from tests.factories import a_product
from tests.peers.bot_api import USERNAME, Call, Fault


async def _member(room: Room, number: int = 1, name: str = "An", language: str = "vi") -> Person:
    person = room.person(number, name, language)
    await person.says("/start")
    await person.taps("✅")
    return person


def _links(answer: Call) -> list[str]:
    rows = [r["reply_markup"]["inline_keyboard"] for r in answer.params["results"]]
    return [button["url"] for row in rows for keys in row for button in keys]


async def test_an_empty_query_suggests_the_own_invite(room: Room) -> None:
    an = await _member(room)

    answer = await an.types("")

    (card,) = answer.params["results"]
    assert card["title"] == "Mời vào Mộc Coffee"
    assert "Tham gia Mộc Coffee cùng mình" in card["input_message_content"]["message_text"]
    (link,) = _links(answer)
    assert link.startswith(f"https://t.me/{USERNAME}?startapp=r_")
    assert (answer.params["is_personal"], answer.params["cache_time"]) == (True, 0)


async def test_a_friend_who_follows_the_card_is_the_members_referral(room: Room) -> None:
    an = await _member(room)
    (link,) = _links(await an.types(""))

    lan = room.person(2, "Lan")
    await lan.says(f"/start {link.partition('=')[2]}")
    await lan.taps("✅")

    assert await books.referrals() == [("An", "Lan", "complete")]


@pytest.mark.parametrize("query", ["product bạc", "bac xiu", "sản phẩm BẠC XỈU", "white coffee"])
async def test_words_suggest_the_products_that_have_them(
    room: Room, program: Program, query: str
) -> None:
    product = await a_product(program)
    await a_product(program, title={"vi": "Trà đào", "en": "Peach tea"})
    an = await _member(room)

    answer = await an.types(query)

    (card,) = answer.params["results"]
    assert (card["id"], card["title"]) == (str(product.id), "Bạc xỉu")
    assert "39.000" in card["description"]
    assert _links(answer)[0].startswith(f"https://t.me/{USERNAME}?startapp=r_")


async def test_a_product_with_a_photo_shows_it(room: Room, program: Program) -> None:
    photo = "0" * 32 + "-1280x960"
    await a_product(program, photo=photo)
    an = await _member(room)

    answer = await an.types("product")

    (card,) = answer.params["results"]
    address = f"/p/{program.slug}/pictures/{photo}-chat.jpg"
    assert card["thumbnail_url"].endswith(address)
    preview = card["input_message_content"]["link_preview_options"]
    assert preview["url"] == card["thumbnail_url"]
    assert preview["show_above_text"]


async def test_only_published_products_of_the_own_program_are_suggested(
    room: Room, program: Program
) -> None:
    await a_product(program, title={"vi": "Ẩn"}, hidden_at=NOON)
    await a_product(program, title={"vi": "Mai"}, published_at=NOON.replace(year=2030))
    an = await _member(room)

    answer = await an.types("product")

    assert [card["id"] for card in answer.params["results"]] == ["invite"]


@pytest.mark.parametrize("query", ["1234", "balance", "số dư", "points An", "' or 1=1", "x" * 256])
async def test_nothing_private_is_ever_suggested(room: Room, query: str) -> None:
    lan = await _member(room, 2, "Lan Riêng")
    an = await _member(room)
    await lan.says("/checkin")
    await an.says("/checkin")

    answer = await an.types(query)

    said = str(answer.params)
    assert [card["id"] for card in answer.params["results"]] == ["invite"]
    assert not any(secret in said for secret in ("60", "Lan", "An"))


@pytest.mark.parametrize("has_started", [False, True])
async def test_who_has_not_joined_is_asked_to_and_nothing_is_suggested(
    room: Room, has_started: bool
) -> None:
    stranger = room.person(1, "An", "en")
    if has_started:
        await stranger.says("/start")

    answer = await stranger.types("")

    assert answer.params["results"] == []
    assert answer.params["button"] == {
        "text": "Join Mộc Coffee to invite friends",
        "start_parameter": "join",
    }
    assert (await stranger.says("/start join")).text.startswith("Hello An, welcome")


async def test_typing_alone_makes_nobody_a_customer(room: Room) -> None:
    await room.person(1, "An").types("")

    assert await books.balances() == {}


async def test_a_query_too_old_to_be_answered_is_done(room: Room) -> None:
    an = await _member(room)
    room.peer.fail(
        "answerInlineQuery", Fault(status=400, description="Bad Request: query is too old")
    )

    await an.types("")

    assert all(done and not parked for _, done, parked, *_ in await books.updates())


async def test_who_types_without_end_is_not_answered_without_end(room: Room) -> None:
    an = await _member(room)
    limit = room.line.config.inline_burst

    for _ in range(limit + 5):
        await an.types("a")

    assert len(room.peer.of("answerInlineQuery")) == limit
    assert (await an.says("/points")).text.startswith("50")
