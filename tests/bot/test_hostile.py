import asyncio
import json
import logging
from collections.abc import Iterator
from datetime import timedelta

import pytest

from bot.telegram.webhook import SECRET_HEADER
from domain.programs import Program
from tests.bot import books
from tests.bot.people import Person, Room
from tests.clock import FixedClock
from tests.peers.bot_api import BLOCKED, HANG, TOKEN, Fault, too_many

HOSTILE_NAMES = {
    "markup": "<b>An</b><script>alert(1)</script>",
    "an open tag": "An <b",
    "an entity": "An &lt; &amp; &#60;",
    "a template": "{{7*7}} {% raw %} %(name)s %s",
    "a formula": "=1+1",
    "right to left": "\u202egnA \u0627\u0644\u0639\u0631\u0628\u064a\u0629",
    "nothing to see": "\u200b\u200c\u2060",
    "NUL": "An\x00Tran",
    "half a surrogate": "An\ud83d",
    "256 combining marks": "a" + "\u0301" * 256,
    "very long": "x" * 5_000,
    "markdown": "*An* _Tran_ [link](tg://user?id=1) `code`",
}


async def _member(room: Room, number: int = 1, name: str = "An") -> Person:
    person = room.person(number, name)
    await person.says("/start")
    await person.taps("Đồng ý")
    return person


async def _code(person: Person) -> str:
    """Return what follows /start in somebody's invite link."""
    card = await person.says("/invite")
    (link,) = [button["copy_text"]["text"] for button in card.buttons if "copy_text" in button]
    return str(link).partition("?start=")[2]


async def test_w3_an_update_delivered_five_times_is_answered_once(room: Room) -> None:
    an = await _member(room)
    before = len(room.peer.calls)
    tap = an.press("go:check_in")

    await asyncio.gather(*[room.deliver(tap) for _ in range(5)])
    await room.work()

    assert [call.method for call in room.peer.calls[before:]] == [
        "answerCallbackQuery",
        "editMessageText",
    ]
    assert await books.balances() == {"An": 60}


async def test_w3_an_update_delivered_again_next_day_has_no_effect(
    room: Room, clock: FixedClock
) -> None:
    an = await _member(room)
    tap = an.press("go:check_in")
    await room.deliver(tap)
    await room.work()
    before, calls = await books.ledger(), len(room.peer.calls)

    clock.advance(timedelta(hours=20))
    await room.deliver(tap)

    assert await room.work() == 0
    assert len(room.peer.calls) == calls
    assert await books.ledger() == before


async def test_w4_a_button_of_a_message_that_we_never_sent_is_answered(room: Room) -> None:
    stranger = room.person(1, "An")

    card = await stranger.presses("go:menu")

    assert card.text.startswith("Chào An, mừng bạn đến với Mộc Coffee!")


@pytest.mark.parametrize(
    "data",
    [
        "go:check_in:01a20df0-c1e8-7501-89b3-4b1c6cc3e39e",
        "go:redeem",
        "go:",
        "go",
        "GO:check_in",
        "accept:",
        "accept:one",
        "accept:1:1000000",
        "claim:daily_login:1000",
        "speak:fr",
        "speak:vi ",
        "\u0000",
        "{{7*7}}",
        "x" * 65,
        "go:check_in" + "\u0301" * 30,
    ],
)
async def test_w5_a_forged_button_is_expired(room: Room, data: str) -> None:
    an = await _member(room)
    before = await books.ledger()

    card = await an.presses(data)

    (toast,) = room.peer.of("answerCallbackQuery")[-1:]
    assert toast.params["text"] == "Nút này đã hết hạn. Đây là nút mới cho bạn."
    assert card.text.startswith("Chào An!")
    assert await books.ledger() == before


@pytest.mark.parametrize("version", ["0", "2", "-1", "9" * 50])
async def test_w5_terms_of_a_forged_version_are_not_accepted(room: Room, version: str) -> None:
    an = room.person(1, "An")
    await an.says("/start")
    before = await books.ledger()

    card = await an.presses(f"accept:{version}")

    assert await books.ledger() == before
    assert card.data_of("Đồng ý") == "accept:1"


async def test_w5_a_button_without_data_or_message_is_survived(room: Room) -> None:
    an = await _member(room)
    before = await books.ledger()
    game = an.press("x")
    del game["callback_query"]["data"]
    game["callback_query"]["game_short_name"] = "chess"
    inline = an.press("go:check_in")
    del inline["callback_query"]["message"]
    inline["callback_query"]["inline_message_id"] = "1"
    old = an.press("go:menu")
    old["callback_query"]["message"] = {
        "chat": {"id": 1, "type": "private"},
        "message_id": 5,
        "date": 0,
    }

    for update in (game, inline, old):
        await room.deliver(update)
        await room.work()

    assert await books.ledger() == before
    assert all(done and not parked for _, done, parked, *_ in await books.updates())
    assert an.sees.text.startswith("Chào An!")


async def test_w6_a_double_tap_is_one_check_in_and_the_second_answer_shows_it(room: Room) -> None:
    an = await _member(room)
    first, second = an.press("go:check_in"), an.press("go:check_in")

    await asyncio.gather(room.deliver(first), room.deliver(second))
    await room.work()

    assert await books.balances() == {"An": 60}
    assert "Hôm nay bạn đã điểm danh rồi" in an.sees.text
    assert "1 ngày liên tiếp" in an.sees.text


@pytest.mark.parametrize("name", HOSTILE_NAMES.values(), ids=HOSTILE_NAMES.keys())
async def test_w8_a_hostile_name_is_plain_text_in_every_card(room: Room, name: str) -> None:
    lan = await _member(room, 1, "Lan")
    hostile = room.person(2, name)

    await hostile.says(f"/start {await _code(lan)}")
    await hostile.taps("Đồng ý")
    await hostile.taps("Menu")
    await room.deliver_notices()

    # The peer refuses markup that does not add up, so what was taken is what was meant.
    assert all(done and not parked for _, done, parked, *_ in await books.updates())
    (known,) = {name for name in await books.balances() if name != "Lan"}
    assert known in hostile.sees.text
    assert known in lan.sees.text
    assert await books.balances() == {"Lan": 50 + 20 + 100, known: 100}


async def test_w8_a_programs_name_is_plain_text_too(room: Room, program: Program) -> None:
    program.name = "<i>Mộc & Lá</i>"
    await program.save(update_fields=["name"])

    card = await room.person(1, "An").says("/start")

    assert "mừng bạn đến với <i>Mộc & Lá</i>!" in card.text


@pytest.mark.parametrize(
    "payload",
    [
        "r_",
        "r_" + "x" * 63,
        "s_" + "x" * 63,
        "r_AAAA=",
        "cl9BQUFB====",
        "r_\u0041\u0301AAA",
        "r_AAAA BBBB",
        "r_../../admin",
        "r_%27;--",
        "https://evil.example",
        "01a20df0-c1e8-7501-89b3-4b1c6cc3e39e",
        "42",
        "customer_42",
    ],
)
async def test_w9_a_start_payload_that_is_no_code_is_a_plain_welcome(
    room: Room, payload: str
) -> None:
    await _member(room, 1, "Lan")

    card = await room.person(2, "An").says(f"/start {payload}")

    assert card.text.startswith("Chào An, mừng bạn đến với Mộc Coffee!")
    assert "mời bạn tham gia" not in card.text
    assert await books.referrals() == []
    assert await books.movements() == [("Lan", "new_account_registration", 50)]


async def test_w9_an_unknown_code_is_a_welcome_that_says_so(room: Room) -> None:
    card = await room.person(1, "An").says("/start r_ABCD2345")

    assert "Liên kết mời không còn dùng được" in card.text
    assert await books.referrals() == []


async def test_r1_the_own_link_refers_nobody(room: Room) -> None:
    lan = await _member(room, 1, "Lan")
    code = await _code(lan)
    before = await books.ledger()

    card = await lan.says(f"/start {code}")

    assert "liên kết mời của chính bạn" in card.text
    assert await books.ledger() == before


async def test_r3_who_is_here_already_cannot_be_invited(room: Room) -> None:
    lan, an = await _member(room, 1, "Lan"), await _member(room, 2, "An")
    code = await _code(lan)
    before = await books.ledger()

    card = await an.says(f"/start {code}")

    assert "Bạn đã là thành viên rồi" in card.text
    assert await books.ledger() == before


async def test_r3_the_first_invite_counts_and_is_still_shown_when_it_is_opened_again(
    room: Room,
) -> None:
    lan, binh = await _member(room, 1, "Lan"), await _member(room, 2, "Bình")
    an = room.person(3, "An")
    await an.says(f"/start {await _code(lan)}")

    again = await an.says(f"/start {await _code(binh)}")

    assert "Lan mời bạn tham gia" in again.text
    await an.taps("Đồng ý")
    assert await books.referrals() == [("Lan", "An", "complete")]


@pytest.mark.parametrize("kind", ["group", "supergroup", "channel"])
async def test_w10_what_is_said_in_a_group_is_not_heard(room: Room, kind: str) -> None:
    an = await _member(room)
    before, calls = await books.ledger(), len(room.peer.calls)
    chat = {"id": -100, "type": kind, "title": "Everybody"}
    said = an.message("/checkin", chat=chat)
    pressed = an.press("go:check_in")
    pressed["callback_query"]["message"]["chat"] = chat

    for update in (said, pressed):
        await room.deliver(update)
        await room.work()

    assert len(room.peer.calls) == calls
    assert await books.ledger() == before


async def test_w10_an_edited_command_is_not_heard_again(room: Room) -> None:
    an = await _member(room)
    before, calls = await books.ledger(), len(room.peer.calls)
    update = an.message("/checkin")
    update["edited_message"] = update.pop("message")

    await room.deliver(update)

    assert await room.work() == 0
    assert len(room.peer.calls) == calls
    assert await books.ledger() == before


async def test_another_bot_is_not_answered(room: Room) -> None:
    bot = room.person(9, "Bot")
    update = bot.message("/start")
    update["message"]["from"]["is_bot"] = True

    await room.deliver(update)
    await room.work()

    assert room.peer.calls == []
    assert await books.balances() == {}


async def test_w13_who_floods_is_told_once_and_nobody_else_waits(room: Room) -> None:
    flooder, other = await _member(room, 1, "An"), room.person(2, "Lan")
    before = len(room.peer.sent(1))
    flood = [flooder.message("/points") for _ in range(100)]

    await asyncio.gather(*[room.deliver(update) for update in flood])
    await other.says("/start")

    assert other.sees.text.startswith("Chào Lan")
    answers = [call.text for call in room.peer.sent(1)[before:]]
    warnings = [text for text in answers if "hơi nhanh" in text]
    assert len(warnings) == 1
    assert len(answers) <= room.line.config.person_burst
    assert all(done and not parked for _, done, parked, *_ in await books.updates())


async def test_w13_a_flood_of_taps_earns_once(room: Room, clock: FixedClock) -> None:
    an = await _member(room)
    taps = [an.press("go:check_in") for _ in range(60)]

    await asyncio.gather(*[room.deliver(tap) for tap in taps])
    await room.work()

    assert await books.balances() == {"An": 60}
    clock.advance(timedelta(minutes=1))
    assert (await an.says("/points")).text.startswith("60 điểm")


@pytest.fixture
def everything_logged(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    with caplog.at_level(logging.DEBUG):
        yield caplog


async def test_w14_the_token_is_in_no_log_whatever_goes_wrong(
    room: Room, everything_logged: pytest.LogCaptureFixture, clock: FixedClock
) -> None:
    an = await _member(room)
    faults = [Fault(), too_many(3), BLOCKED, Fault(body="<html>Bad gateway</html>", status=502)]
    for fault in [*faults, Fault(status=302, body=""), Fault(status=404, description="Not Found")]:
        room.peer.fail("sendMessage", fault)
        await an.says("/points")
        clock.advance(timedelta(minutes=1))
    room.peer.fail("sendMessage", HANG)
    await an.says("/points")
    for update in (an.message("/help"), {"update_id": room.next_id(), "message": {"from": 1}}):
        await room.deliver(update)
        for _ in range(8):
            await room.work()
            clock.advance(timedelta(minutes=6))
    room.peer.token = "1:another"
    await an.says("/points")

    secret = TOKEN.partition(":")[2]
    assert secret not in everything_logged.text
    assert "is parked" in everything_logged.text
    assert not any(secret in str(problem) for *_, problem in await books.updates())


async def test_w14_the_token_is_in_no_address_of_ours(room: Room) -> None:
    answer = await room.client.post(
        f"/p/coffee/telegram/{TOKEN}",
        data=json.dumps(room.person(1).message("/start")),
        headers={SECRET_HEADER: room.secret},
    )

    assert answer.status == 404
