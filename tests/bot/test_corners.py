"""/history, /privacy, /notify, deep links and groups."""

import pytest

from domain.customers.enrolment import Identity, by_identity
from domain.customers.models import Customer
from domain.notices.kinds import KINDS
from domain.notices.preferences import CannotMute, mute, muted
from domain.programs import Program
from tests.bot import books
from tests.bot.people import Person, Room
from tests.clock import MONDAY_NOON as NOON
from tests.factories import posted
from tests.peers.bot_api import USERNAME


async def _member(room: Room, number: int = 1, name: str = "An", language: str = "vi") -> Person:
    person = room.person(number, name, language)
    await person.says("/start")
    await person.taps("✅")
    return person


async def _customer(person: Person, program: Program) -> Customer:
    found = await by_identity(program.id, Identity("telegram", str(person.id)))
    assert found
    return found


async def test_the_history_is_one_card_with_the_way_to_the_same_screen(room: Room) -> None:
    an = await _member(room)
    await an.says("/checkin")

    card = await an.says("/history")

    assert card.text.split("\n\n")[1].splitlines() == [
        "02/03  +10  Điểm danh hằng ngày",
        "02/03  +50  Đăng ký tài khoản",
    ]
    assert "Số dư của bạn: 60" in card.text
    (screen,) = [b["web_app"]["url"] for b in card.buttons if "web_app" in b]
    assert screen == "https://loyalty.example.test/p/coffee/app/history"


async def test_the_history_is_turned_in_place_and_back_again(room: Room, program: Program) -> None:
    an = await _member(room)
    customer = await _customer(an, program)
    for number in range(1, 20):
        await posted(customer.customer_id, number, now=NOON)
    first = await an.says("/history")
    messages = len(room.peer.shown[1])

    second = await an.taps("Cũ hơn")
    third = await an.taps("Cũ hơn")
    back = await an.taps("Mới hơn")
    front = await an.taps("Mới hơn")

    assert len(room.peer.shown[1]) == messages
    assert "+19" in first.text
    assert "+11" in second.text
    assert "+50" in third.text
    assert not any("Cũ hơn" in label for label in third.labels)
    assert (back.text, front.text) == (second.text, first.text)


@pytest.mark.parametrize("data", ["leaf:-1", "leaf:1000000000", "leaf:x", "leaf:1:2"])
async def test_w5_a_forged_page_of_the_history_is_expired(room: Room, data: str) -> None:
    an = await _member(room)

    await an.presses(data)

    (toast,) = room.peer.of("answerCallbackQuery")[-1:]
    assert toast.params["text"].startswith("Nút này đã hết hạn")


async def test_a_page_past_the_end_has_a_way_back(room: Room) -> None:
    an = await _member(room)
    await an.says("/history")

    card = await an.presses("leaf:0")

    assert any("Mới hơn" in label for label in card.labels)
    assert "+50" in (await an.taps("Mới hơn")).text


async def test_a_member_without_movements_is_told_how_to_begin(
    room: Room, program: Program
) -> None:
    an = room.person(1, "An")
    await an.says("/start")

    assert "đồng ý với điều khoản trước" in (await an.says("/history")).text


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("command", ["/history", "/privacy", "/notify"])
async def test_every_command_answers_with_a_card_that_has_a_way_on(
    room: Room, command: str, language: str
) -> None:
    assert (await room.person(2, "Lan", language).says(command)).buttons

    an = await _member(room, language=language)
    assert (await an.says(command)).buttons


async def test_kinds_are_switched_in_place(room: Room, program: Program) -> None:
    an = await _member(room)
    card = await an.says("/notify")
    assert [label[0] for label in card.labels[:-1]] == ["🔔"] * len(KINDS)
    messages = len(room.peer.shown[1])

    off = await an.taps("Bạn bè mở lời mời")
    assert await muted((await _customer(an, program)).customer_id) == {"friend_joined"}
    on = await an.taps("Bạn bè mở lời mời")

    assert "🔕 Bạn bè mở lời mời của tôi" in off.labels
    assert "🔔 Bạn bè mở lời mời của tôi" in on.labels
    assert len(room.peer.shown[1]) == messages
    assert await muted((await _customer(an, program)).customer_id) == frozenset()


@pytest.mark.parametrize(
    "data", ["hear:nothing:0", "mute:nothing:0", "hear:friend_joined", "mute:"]
)
async def test_w5_a_forged_switch_is_expired(room: Room, program: Program, data: str) -> None:
    an = await _member(room)

    card = await an.presses(data)

    assert card.text.startswith("Chào An!")
    assert await muted((await _customer(an, program)).customer_id) == frozenset()


async def test_what_is_not_in_the_catalogue_cannot_be_muted(room: Room, program: Program) -> None:
    customer = await _customer(await _member(room), program)

    with pytest.raises(CannotMute):
        await mute(customer.customer_id, "nothing", True)


@pytest.mark.parametrize(
    ("param", "page"),
    [
        ("invite", "/invite"),
        ("history", "/history"),
        ("home", ""),
        ("product_01a20df0-c1e8-7501-89b3-4b1c6cc3e39e", None),
        ("news_01a20df0-c1e8-7501-89b3-4b1c6cc3e39e", None),
    ],
)
async def test_a_deep_link_leads_to_its_screen(room: Room, param: str, page: str | None) -> None:
    an = await _member(room)

    for person in (an, room.person(2, "Lan")):
        card = await person.says(f"/start {param}")
        places = [b["web_app"]["url"] for b in card.buttons if "web_app" in b]
        kind, _, item = param.partition("_")
        wanted = page if page is not None else f"/{kind.rstrip('s')}s/{item}"
        assert f"https://loyalty.example.test/p/coffee/app{wanted}" in places


@pytest.mark.parametrize(
    "param",
    [
        *("admin", "product_", "product_1", "https://evil.example", "javascript:alert(1)"),
        *(
            "product_../../x",
            "gift_6cd7a6eb-abbe-423e-bf3c-18fc53c7de67",
            "invite/../../admin",
            "INVITE",
        ),
    ],
)
async def test_r7_only_known_screens_are_opened(room: Room, param: str) -> None:
    card = await (await _member(room)).says(f"/start {param}")

    (place,) = [b["web_app"]["url"] for b in card.buttons if "web_app" in b]
    assert place == "https://loyalty.example.test/p/coffee/app"


def _in_group(person: Person, text: str, kind: str = "supergroup") -> dict[str, object]:
    return person.message(text, chat={"id": -100, "type": kind, "title": "Everybody"})


async def test_w10_whoever_names_the_bot_in_a_group_hears_one_sentence(room: Room) -> None:
    an = await _member(room)
    before = await books.ledger()

    for _ in range(3):
        await room.deliver(_in_group(an, f"/checkin@{USERNAME}"))
    await room.work()

    (said,) = room.peer.sent(-100)
    assert said.text == "Mình chỉ giữ điểm trong cuộc trò chuyện riêng."
    assert [b["url"] for b in said.buttons] == [f"https://t.me/{USERNAME}"]
    assert await books.ledger() == before


@pytest.mark.parametrize(
    "text",
    ["/checkin", "/start@another_bot", "hello", f"hello @{USERNAME}", "", "/", "@", "/report"],
)
async def test_w10_everything_else_in_a_group_is_not_answered(room: Room, text: str) -> None:
    an = await _member(room)
    calls = len(room.peer.calls)

    await room.deliver(_in_group(an, text))
    await room.work()

    assert len(room.peer.calls) == calls
    assert all(done and not parked for _, done, parked, *_ in await books.updates())


async def test_w10_a_stranger_in_a_group_becomes_no_customer(room: Room) -> None:
    await room.deliver(_in_group(room.person(1, "An"), f"/start@{USERNAME}"))
    await room.work()

    assert await books.balances() == {}
