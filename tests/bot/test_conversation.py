from datetime import timedelta
from uuid import UUID

import pytest

from domain.content.evidence import share_product
from domain.customers.enrolment import Identity, by_identity
from domain.earning.models import Rule
from domain.programs import Program, by_slug
from tests.bot import books
from tests.bot.people import Person, Room
from tests.clock import MONDAY_NOON, FixedClock
from tests.factories import a_product, posted
from tests.peers.bot_api import Call, Fault


def _link(card: Call) -> str:
    """Return what follows /start in the link that a card offers to copy."""
    (link,) = [button["copy_text"]["text"] for button in card.buttons if "copy_text" in button]
    return str(link).partition("?start=")[2]


async def _member(room: Room, number: int, name: str, language: str = "vi") -> Person:
    person = room.person(number, name, language)
    await person.says("/start")
    await person.taps("✅")
    return person


async def test_an_invited_friend_comes_to_points_by_buttons_alone(room: Room) -> None:
    lan = await _member(room, 1, "Lan")
    invite = await lan.taps("Mời bạn bè")
    an = room.person(2, "An")

    welcome = await an.says(f"/start {_link(invite)}")
    assert "Lan mời bạn tham gia" in welcome.text
    assert "nhận 100 điểm" in welcome.text

    joined = await an.taps("Đồng ý và tham gia")
    assert "+100 điểm khởi đầu" in joined.text

    checked_in = await an.taps("Điểm danh +10")
    assert "+10 điểm cho hôm nay!" in checked_in.text
    assert "Số dư của bạn: 110" in checked_in.text

    balance = await an.taps("Điểm của tôi")
    assert balance.text.startswith("110 điểm")
    assert "1.100" in balance.text

    assert await books.balances() == {"Lan": 50 + 20 + 100, "An": 50 + 50 + 10}
    assert await books.movements() == [
        ("An", "daily_login", 10),
        ("An", "new_account_registration", 50),
        ("An", "new_member_reward", 50),
        ("Lan", "new_account_registration", 50),
        ("Lan", "new_user_referral", 20),
        ("Lan", "referrer_reward", 100),
    ]
    assert await books.referrals() == [("Lan", "An", "complete")]


async def test_the_inviter_hears_of_every_step_of_the_friend(room: Room, clock: FixedClock) -> None:
    lan = await _member(room, 1, "Lan")
    invite = await lan.taps("Mời bạn bè")
    an = room.person(2, "An")
    await an.says(f"/start {_link(invite)}")
    await an.taps("Đồng ý")

    await room.deliver_notices()
    assert "An vừa mở lời mời của bạn" in lan.sees.text
    assert "+20 điểm" in lan.sees.text

    clock.advance(timedelta(seconds=1))
    await room.deliver_notices()
    assert "An đã tham gia nhờ bạn" in lan.sees.text
    assert "+100 điểm" in lan.sees.text
    assert "Đã tham gia: 1 · đang chờ: 0" in (await lan.taps("Mời bạn bè")).text


async def test_a_button_changes_its_own_message_and_is_answered_at_once(room: Room) -> None:
    an = await _member(room, 1, "An")
    before = len(room.peer.shown[1])

    await an.taps("Điểm danh")

    assert len(room.peer.shown[1]) == before
    assert [call.method for call in room.peer.calls[-2:]] == [
        "answerCallbackQuery",
        "editMessageText",
    ]
    assert room.peer.calls[-2].params["text"] == "+10 điểm cho hôm nay!"


async def test_the_same_conversation_in_english(room: Room) -> None:
    an = room.person(1, "An", "en-GB")

    assert "welcome to Mộc Coffee" in (await an.says("/start")).text
    assert "Welcome aboard, An!" in (await an.taps("Accept and join")).text
    assert "+10 points for today!" in (await an.taps("Check in")).text
    assert "worth ₫600" in (await an.taps("Menu")).text
    assert (await an.says("/points")).text.startswith("60 points")


@pytest.mark.parametrize(
    ("spoken", "greeting"),
    [("vi", "Chào An"), ("vi-VN", "Chào An"), ("en", "Hello An"), ("fr", "Hello An")],
)
async def test_a_stranger_is_greeted_in_the_language_of_their_telegram(
    room: Room, spoken: str, greeting: str
) -> None:
    card = await room.person(1, "An", spoken).says("/start")

    assert card.text.startswith(greeting)


async def test_who_tells_no_language_is_greeted_in_the_programs(room: Room) -> None:
    card = await room.person(1, "An", None).says("/start")

    assert card.text.startswith("Chào An")


async def test_the_chosen_language_holds_whatever_telegram_speaks(room: Room) -> None:
    an = await _member(room, 1, "An")
    await an.says("/language")

    card = await an.taps("English")

    assert card.text.startswith("Hello An!")
    assert (await an.says("/help")).text.startswith("What I can do for you")
    commands, menu = room.peer.of("setMyCommands", "setChatMenuButton")[-2:]
    assert commands.params["scope"] == {"type": "chat", "chat_id": 1}
    assert commands.params["commands"][0] == {"command": "app", "description": "Open my card"}
    assert menu.params["menu_button"]["text"] == "Open card"


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize(
    "command", ["/start", "/app", "/checkin", "/points", "/invite", "/language", "/help", "hello"]
)
async def test_every_answer_has_a_way_on(room: Room, language: str, command: str) -> None:
    newcomer = room.person(1, "An", language)
    assert (await newcomer.says(command)).buttons

    member = await _member(room, 2, "Lan", language)
    assert (await member.says(command)).buttons


@pytest.mark.parametrize("command", ["/checkin", "/points", "/invite"])
async def test_before_the_terms_a_claim_offers_to_accept_them(room: Room, command: str) -> None:
    an = room.person(1, "An")
    await an.says("/start")
    before = await books.ledger()

    card = await an.says(command)

    assert "đồng ý với điều khoản trước" in card.text
    assert await books.ledger() == before
    assert "+50 điểm khởi đầu" in (await an.taps("Đồng ý và tham gia")).text


async def test_the_terms_can_be_read_without_leaving_the_chat(room: Room) -> None:
    an = room.person(1, "An")
    await an.says("/start")

    card = await an.taps("Xem điều khoản")

    assert card.text.startswith("Điều khoản thành viên")
    assert "+50 điểm" in (await an.taps("Đồng ý và tham gia")).text


async def test_terms_that_changed_meanwhile_are_shown_again(room: Room, program: Program) -> None:
    an = room.person(1, "An")
    await an.says("/start")
    before = await books.ledger()
    program.terms_version = 2
    await program.save(update_fields=["terms_version"])

    card = await an.taps("Đồng ý")

    assert await books.ledger() == before
    assert card.data_of("Đồng ý") == "accept:2"
    assert "+50 điểm" in (await an.taps("Đồng ý")).text


async def test_a_second_check_in_of_the_day_changes_nothing(room: Room) -> None:
    an = await _member(room, 1, "An")
    await an.taps("Điểm danh")
    before = await books.ledger()

    card = await an.says("/checkin")

    assert "Hôm nay bạn đã điểm danh rồi" in card.text
    assert await books.ledger() == before


async def test_the_seventh_day_in_a_row_brings_the_bonus(room: Room, clock: FixedClock) -> None:
    an = await _member(room, 1, "An")
    for _ in range(6):
        await an.says("/checkin")
        clock.advance(timedelta(days=1))

    card = await an.says("/checkin")

    assert "+60 điểm cho hôm nay!" in card.text
    assert "+50 là thưởng thêm" in card.text
    assert "✅ ✅ ✅ ✅ ✅ ✅ ✅" in card.text
    assert "7 ngày liên tiếp" in card.text


async def test_a_chat_that_cannot_have_its_own_commands_changes_language_all_the_same(
    room: Room,
) -> None:
    an = await _member(room, 1, "An")
    await an.says("/language")
    room.peer.fail("setMyCommands", Fault(status=400, description="Bad Request: no scope"))

    assert (await an.taps("English")).text.startswith("Hello An!")


async def test_a_shared_product_opened_by_somebody_else_pays_the_sharer(
    room: Room, program: Program
) -> None:
    lan = await _member(room, 1, "Lan")
    product = await a_product(program)
    sharer = await _customer_of(lan)
    share = await share_product(program, sharer, product.id, now=MONDAY_NOON)

    card = await room.person(2, "An").says(f"/start s_{share.code}")

    assert "mừng bạn đến với" in card.text
    assert await books.balances() == {"Lan": 50 + 30, "An": 0}
    assert await books.referrals() == []


async def test_points_on_hold_are_promised_not_counted(room: Room) -> None:
    await Rule.filter(action="daily_login").update(holding_days=3)
    an = await _member(room, 1, "An")

    card = await an.says("/checkin")

    assert "+10 điểm cho hôm nay!" in card.text
    assert "Điểm sẽ vào số dư khi hết thời gian chờ" in card.text
    assert await books.balances() == {"An": 50}


async def test_where_checking_in_is_off_nobody_is_asked_to(room: Room) -> None:
    await Rule.filter(action="daily_login").update(enabled=False)
    an = await _member(room, 1, "An")
    for card in (an.sees, await an.taps("Menu")):
        assert not any("Điểm danh" in label for label in card.labels)
    before = await books.ledger()

    card = await an.says("/checkin")

    assert "Điểm danh đang tạm nghỉ" in card.text
    assert await books.ledger() == before


async def test_before_the_bot_knows_its_name_there_is_no_link_to_send(
    room: Room, program: Program
) -> None:
    await Program.filter(id=program.id).update(telegram_bot=None)
    an = await _member(room, 1, "An")

    card = await an.says("/invite")

    assert card.labels == ["👥 Bạn bè của tôi", "‹ Menu"]


async def test_points_that_lapse_are_named_with_their_last_day(room: Room) -> None:
    an = await _member(room, 1, "An")
    customer = await _customer_of(an)
    last = MONDAY_NOON.replace(hour=17) + timedelta(days=9)
    await posted(customer, 300, now=MONDAY_NOON, expires_at=last)

    card = await an.says("/points")

    assert "300 điểm dùng được đến hết ngày 11/03/2026" in card.text


async def test_points_on_hold_are_named_with_their_day(room: Room) -> None:
    an = await _member(room, 1, "An")
    customer = await _customer_of(an)
    matures = MONDAY_NOON + timedelta(days=3)
    await posted(customer, 300, now=MONDAY_NOON, matures_at=matures)

    card = await an.says("/points")

    assert card.text.startswith("50 điểm")
    assert "Thêm 300 điểm đang chờ; đợt gần nhất vào số dư ngày 05/03/2026" in card.text


@pytest.mark.parametrize("start", ["/start", "/START", "/start@moc_coffee_bot", "/start  "])
async def test_a_command_may_be_written_in_several_ways(room: Room, start: str) -> None:
    assert (await room.person(1, "An").says(start)).text.startswith("Chào An")


async def test_what_nobody_understands_is_answered_by_the_menu(room: Room) -> None:
    an = await _member(room, 1, "An")

    card = await an.says("mấy giờ mở cửa?")

    assert "Mình hiểu nút bấm hơn là lời nói" in card.text


async def test_a_notice_of_telegrams_is_not_answered(room: Room) -> None:
    an = await _member(room, 1, "An")
    before = len(room.peer.calls)
    update = an.message("")
    del update["message"]["text"]
    update["message"]["write_access_allowed"] = {"from_request": True}

    await room.deliver(update)
    await room.work()

    assert len(room.peer.calls) == before
    assert (await books.updates())[-1][1:3] == (True, False)


async def test_the_app_opens_inside_the_chat(room: Room) -> None:
    card = await room.person(1, "An").says("/app")

    assert card.buttons[0]["web_app"] == {"url": "https://loyalty.example.test/p/coffee/app"}


async def _customer_of(person: Person) -> UUID:
    program = await by_slug("coffee")
    customer = await by_identity(program.id, Identity("telegram", str(person.id)))
    assert customer is not None
    return customer.customer_id
