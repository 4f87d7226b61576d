from datetime import timedelta

import pytest

from bot.telegram.config import BotConfig
from bot.telegram.delivery import deliver_due
from bot.telegram.line import connected
from domain import db
from domain.customers.models import Customer
from domain.notices import outbox
from domain.notices.outbox import ATTEMPTS_MAX
from domain.notices.preferences import mute, muted
from domain.programs import Program
from tests.bot import books
from tests.bot.people import Room
from tests.clock import MONDAY_NOON, FixedClock
from tests.factories import a_member
from tests.peers.bot_api import BLOCKED, HANG, NO_CHAT, TOKEN, Fault, too_many

SECOND = timedelta(seconds=1)


async def _owe(customer: Customer, kind: str = "friend_joined", **facts: object) -> None:
    facts = {"name": "An", "points": 20, **facts}
    async with db.transaction() as connection:
        await outbox.owe(
            connection,
            customer.customer_id,
            customer.program_id,
            kind,
            facts,
            now=MONDAY_NOON,
        )


async def _lan(program: Program, locale: str = "vi") -> Customer:
    return await a_member(program, name="Lan", locale=locale)


@pytest.mark.parametrize(
    ("kind", "locale", "words"),
    [
        ("friend_joined", "vi", ["An vừa mở lời mời của bạn", "+20 điểm cho bạn."]),
        ("friend_joined", "en", ["An opened your invite", "+20 points for you."]),
        ("referral_completed", "vi", ["An đã tham gia nhờ bạn", "+20 điểm cho bạn."]),
        ("referral_completed", "en", ["An has joined thanks to you", "+20 points for you."]),
        ("welcome_points", "vi", ["Quà chào mừng của bạn đã tới", "+20 điểm cho bạn."]),
        ("welcome_points", "en", ["Your welcome gift has arrived", "+20 points for you."]),
    ],
)
async def test_a_notice_speaks_the_customers_language_and_ends_with_a_button(
    room: Room, program: Program, kind: str, locale: str, words: list[str]
) -> None:
    await _owe(await _lan(program, locale), kind)

    await room.deliver_notices()

    (sent,) = room.peer.sent()
    assert all(word in sent.text for word in words)
    assert sent.buttons
    assert await books.notices() == [("Lan", kind, "sent")]


async def test_a_friend_who_brought_no_points_is_told_without_them(
    room: Room, program: Program
) -> None:
    await _owe(await _lan(program), points=0)

    await room.deliver_notices()

    (sent,) = room.peer.sent()
    assert "điểm" not in sent.text


async def test_all_chats_together_get_25_a_second(
    room: Room, program: Program, clock: FixedClock
) -> None:
    for number in range(60):
        await _owe(await a_member(program, name=f"Lan {number}"))

    sent = []
    for _ in range(4):
        await room.deliver_notices()
        sent.append(len(room.peer.sent()))
        clock.advance(SECOND)

    assert sent == [25, 50, 60, 60]


async def test_within_the_same_second_no_more_than_25_go_out(room: Room, program: Program) -> None:
    for number in range(30):
        await _owe(await a_member(program, name=f"Lan {number}"))

    for _ in range(5):
        await room.deliver_notices()

    assert len(room.peer.sent()) == 25


async def test_one_chat_gets_one_a_second_in_the_order_they_were_owed(
    room: Room, program: Program, clock: FixedClock
) -> None:
    lan = await _lan(program)
    for kind in ("friend_joined", "referral_completed", "welcome_points"):
        await _owe(lan, kind)

    seen = []
    for _ in range(4):
        await room.deliver_notices()
        seen.append([call.text[0] for call in room.peer.sent()])
        clock.advance(SECOND)

    assert seen == [["👋"], ["👋", "🎉"], ["👋", "🎉", "🎁"], ["👋", "🎉", "🎁"]]


@pytest.mark.parametrize(
    ("friends", "locale", "words"),
    [
        (["An", "Bình"], "vi", "👋 An, Bình vừa mở lời mời của bạn"),
        (["An", "Bình", "Chi", "Dũng", "Em"], "vi", "👋 An, Bình, Chi và 2 người nữa vừa mở"),
        (["An", "Bình", "Chi", "Dũng"], "en", "👋 An, Bình, Chi and 1 more opened your invite"),
    ],
)
async def test_notices_of_one_kind_that_wait_together_are_one_message(
    room: Room, program: Program, friends: list[str], locale: str, words: str
) -> None:
    lan = await _lan(program, locale)
    for name in friends:
        await _owe(lan, name=name)

    await room.deliver_notices()

    (sent,) = room.peer.sent()
    assert sent.text.startswith(words)
    assert f"+{20 * len(friends)} " in sent.text
    assert await books.notices() == [("Lan", "friend_joined", "sent")] * len(friends)


async def test_in_the_quiet_hours_notices_wait_for_the_morning(
    room: Room, program: Program, clock: FixedClock
) -> None:
    lan = await _lan(program)
    clock.set(MONDAY_NOON + timedelta(hours=9))  # nine in the evening
    await _owe(lan, name="An")
    await _owe(lan, name="Bình")

    await room.deliver_notices()
    clock.set(MONDAY_NOON + timedelta(hours=19, minutes=59))
    await room.deliver_notices()
    assert room.peer.sent() == []

    clock.set(MONDAY_NOON + timedelta(hours=20))  # eight in the morning
    await room.deliver_notices()

    (sent,) = room.peer.sent()
    assert sent.text.startswith("👋 An, Bình vừa mở")
    async with db.reading() as connection:
        assert await connection.fetchval("select max(attempts) from notice") == 1


async def test_whoever_writes_in_the_quiet_hours_is_answered_at_once(
    room: Room, clock: FixedClock
) -> None:
    clock.set(MONDAY_NOON + timedelta(hours=12))

    assert (await room.person(1, "An").says("/start")).text.startswith("Chào An")


async def test_a_muted_kind_is_not_sent_and_another_is(room: Room, program: Program) -> None:
    lan = await _lan(program)
    await mute(lan.customer_id, "friend_joined", True)
    await _owe(lan, "friend_joined")
    await _owe(lan, "referral_completed")

    await room.deliver_notices()

    (sent,) = room.peer.sent()
    assert sent.text[0] == "🎉"
    assert await books.notices() == [
        ("Lan", "friend_joined", "muted"),
        ("Lan", "referral_completed", "sent"),
    ]


async def test_the_button_below_a_notice_mutes_its_kind_and_the_words_stay(
    room: Room, program: Program
) -> None:
    lan = room.person(1, "Lan")
    await lan.says("/start")
    (customer,) = await Customer.all()
    await _owe(customer)
    await room.deliver_notices()
    words = lan.sees.text

    off = await lan.taps("Tắt loại tin này")
    assert await muted(customer.customer_id) == {"friend_joined"}
    assert off.text == words
    toast = room.peer.of("answerCallbackQuery")[-1].params["text"]
    assert toast == "Bạn sẽ không nhận loại tin này nữa. Đổi lại bằng /notify."

    on = await lan.taps("Nhận lại tin này")
    assert await muted(customer.customer_id) == frozenset()
    assert (on.text, on.labels) == (words, [*off.labels[:-1], "🔕 Tắt loại tin này"])


async def test_two_workers_together_are_no_faster_than_one(
    room: Room, program: Program, config: BotConfig, clock: FixedClock
) -> None:
    for number in range(40):
        await _owe(await a_member(program, name=f"Lan {number}"))

    async with connected(program, TOKEN, config=config, clock=clock) as second:
        for line in (room.line, second) * 3:
            await deliver_due(line)

    assert len(room.peer.sent()) == 25


async def test_a_pause_that_one_worker_was_asked_for_holds_for_all(
    room: Room, program: Program, config: BotConfig, clock: FixedClock
) -> None:
    await _owe(await _lan(program))
    room.peer.fail("sendMessage", too_many(30))
    await room.deliver_notices()
    await _owe(await a_member(program, name="Hoa"))

    async with connected(program, TOKEN, config=config, clock=clock) as second:
        assert await deliver_due(second) == 0
        clock.advance(30 * SECOND)
        assert await deliver_due(second) == 2


async def test_a_busy_chat_holds_up_no_other(room: Room, program: Program) -> None:
    lan = await _lan(program)
    for kind in ("friend_joined", "referral_completed", "welcome_points"):
        await _owe(lan, kind)
    await _owe(await a_member(program, name="Hoa"))

    await room.deliver_notices()

    assert len(room.peer.sent()) == 2


async def test_429_silences_everything_until_its_pause_is_over(
    room: Room, program: Program, clock: FixedClock
) -> None:
    for number in range(3):
        await _owe(await a_member(program, name=f"Lan {number}"))
    room.peer.fail("sendMessage", *[too_many(7)] * 3)
    await room.deliver_notices()
    tried = len(room.peer.calls)

    clock.advance(6 * SECOND)
    assert await room.deliver_notices() == 0
    assert len(room.peer.calls) == tried

    clock.advance(SECOND)
    assert await room.deliver_notices() == 3
    assert {outcome for *_, outcome in await books.notices()} == {"sent"}


@pytest.mark.parametrize("fault", [BLOCKED, NO_CHAT], ids=["blocked", "never started"])
async def test_who_cannot_be_reached_is_marked_and_not_tried_again(
    room: Room, program: Program, clock: FixedClock, fault: Fault
) -> None:
    lan = await _lan(program)
    await _owe(lan)
    await _owe(lan)
    room.peer.fail("sendMessage", fault)

    for _ in range(3):
        await room.deliver_notices()
        clock.advance(SECOND)

    assert len(room.peer.sent()) == 1
    assert await books.reachable() == {"Lan": False}
    assert {outcome for *_, outcome in await books.notices()} == {"unreachable"}


async def test_who_comes_back_gets_what_is_owed_from_then_on(room: Room, program: Program) -> None:
    lan = room.person(1, "Lan")
    await lan.says("/start")
    await lan.blocks()
    (customer,) = await Customer.all()
    await _owe(customer)
    await room.deliver_notices()

    await lan.says("/start")
    await _owe(customer, name="Bình")
    await room.deliver_notices()

    assert [outcome for *_, outcome in await books.notices()] == ["unreachable", "sent"]
    assert "Bình vừa mở lời mời" in lan.sees.text


@pytest.mark.parametrize(
    "fault",
    [Fault(), Fault(status=502, body="<html></html>"), HANG],
    ids=["500", "no JSON", "no answer"],
)
async def test_a_notice_that_failed_goes_out_later(
    room: Room, program: Program, clock: FixedClock, fault: Fault
) -> None:
    await _owe(await _lan(program))
    room.peer.fail("sendMessage", fault)
    await room.deliver_notices()

    clock.advance(SECOND)
    assert await room.deliver_notices() == 0
    clock.advance(SECOND)
    assert await room.deliver_notices() == 1

    assert await books.notices() == [("Lan", "friend_joined", "sent")]


async def test_a_notice_is_given_up_in_the_end_and_the_ledger_never_hears_of_it(
    room: Room, program: Program, clock: FixedClock
) -> None:
    await _owe(await _lan(program))
    before = await books.ledger()
    room.peer.fail("sendMessage", *[Fault()] * ATTEMPTS_MAX)

    for _ in range(ATTEMPTS_MAX + 2):
        await room.deliver_notices()
        clock.advance(timedelta(minutes=20))

    assert len(room.peer.sent()) == ATTEMPTS_MAX
    assert await books.notices() == [("Lan", "friend_joined", "gave up: TelegramServerError")]
    assert await books.ledger() == before


async def test_what_the_chat_refuses_is_dropped_with_the_reason(
    room: Room, program: Program
) -> None:
    await _owe(await _lan(program))
    room.peer.fail("sendMessage", Fault(status=400, description="Bad Request: no such thing"))

    await room.deliver_notices()

    ((_, _, outcome),) = await books.notices()
    assert outcome == "refused: Bad Request: no such thing"


async def test_a_kind_without_words_is_dropped(room: Room, program: Program) -> None:
    await _owe(await _lan(program), "from_the_future")

    await room.deliver_notices()

    assert await books.notices() == [("Lan", "from_the_future", "unknown kind")]
    assert room.peer.calls == []


async def test_a_sender_that_died_in_between_sends_again(
    room: Room, program: Program, clock: FixedClock
) -> None:
    await _owe(await _lan(program))
    await outbox.due(program.id, "telegram", now=clock.now(), limit=10)

    assert await room.deliver_notices() == 0
    clock.advance(outbox.LEASE)
    assert await room.deliver_notices() == 1

    assert len(room.peer.sent()) == 1
