"""A browser that wants to come in, and an entry somebody asks about, in the chat."""

from uuid import uuid4

import pytest

from domain.access.sign_in_codes import Asked, InvalidCode, ask, state, use
from domain.customers.enrolment import Identity, by_identity
from domain.ledger.statement import movements
from domain.programs import Program
from tests.bot.people import Person, Room
from tests.clock import MONDAY_NOON as NOON


async def _asked(program: Program) -> Asked:
    return await ask(program.id, device="Chrome, Windows", now=NOON)


async def _state(program: Program, asked: Asked) -> str:
    return await state(program.id, asked.nonce, asked.secret, now=NOON)


async def _customer_id(person: Person, program: Program) -> object:
    found = await by_identity(program.id, Identity("telegram", str(person.id)))
    assert found
    return found.customer_id


async def test_the_chat_says_which_browser_it_is_and_lets_it_in_by_its_number(
    room: Room, program: Program
) -> None:
    an, asked = room.person(1), await _asked(program)

    card = await an.says(f"/start login_{asked.nonce}")
    after = await an.taps(asked.number)

    assert "Chrome, Windows" in card.text
    assert "Chỉ làm vậy nếu chính bạn đang đăng nhập" in card.text
    assert len([label for label in card.labels if label.isdigit()]) == 3
    assert "Đã đăng nhập" in after.text
    assert await use(program.id, asked.nonce, asked.secret, now=NOON) == await _customer_id(
        an, program
    )


async def test_another_number_lets_nobody_in_and_cannot_be_made_up_for(
    room: Room, program: Program
) -> None:
    an, asked = room.person(1), await _asked(program)
    card = await an.says(f"/start login_{asked.nonce}")
    wrong = next(label for label in card.labels if label.isdigit() and label != asked.number)

    after = await an.taps(wrong)
    again = await an.says(f"/start login_{asked.nonce}")

    assert "Chưa ai vào được" in after.text
    assert "Lần đăng nhập này đã kết thúc" in again.text
    assert await _state(program, asked) == "over"


async def test_a_no_ends_it(room: Room, program: Program) -> None:
    an, asked = room.person(1), await _asked(program)
    await an.says(f"/start login_{asked.nonce}")

    await an.taps("Không phải tôi")

    assert await _state(program, asked) == "over"
    with pytest.raises(InvalidCode):
        await use(program.id, asked.nonce, asked.secret, now=NOON)


@pytest.mark.parametrize("nonce", ["", "x", "A" * 32, "é", "../..", "A" * 58])
async def test_a_made_up_question_says_the_same_as_one_that_is_over(room: Room, nonce: str) -> None:
    card = await room.person(1).says(f"/start login_{nonce}")

    assert "Lần đăng nhập này đã kết thúc" in card.text


@pytest.mark.parametrize(
    "data",
    ["letin:x:12", f"letin:{'A' * 32}:1", f"letin:{'A' * 32}:123", f"letin:{'A' * 32}:yes"],
)
async def test_w5_a_forged_answer_is_expired(room: Room, program: Program, data: str) -> None:
    an, asked = room.person(1), await _asked(program)
    await an.says("/start")

    await an.presses(data)

    (toast,) = room.peer.of("answerCallbackQuery")[-1:]
    assert toast.params["text"].startswith("Nút này đã hết hạn")
    assert await _state(program, asked) == "waiting"


async def test_an_entry_that_somebody_asks_about_is_explained(room: Room, program: Program) -> None:
    an = room.person(1)
    await an.says("/start")
    await an.taps("✅")
    page = await movements(await _customer_id(an, program))  # type: ignore[arg-type]

    card = await an.says(f"/start ask_{page.items[0].id}")

    assert "Theo quy tắc phiên bản 1: 50 điểm." in card.text
    assert "mục số 1" in card.text
    (screen,) = [b["web_app"]["url"] for b in card.buttons if "web_app" in b]
    assert screen.endswith(f"/history/{page.items[0].id}")


async def test_an_entry_of_somebody_else_is_not_explained(room: Room, program: Program) -> None:
    an, binh = room.person(1), room.person(2, "Bình")
    for person in (an, binh):
        await person.says("/start")
        await person.taps("✅")
    theirs = (await movements(await _customer_id(binh, program))).items[0].id  # type: ignore[arg-type]

    for entry in (theirs, uuid4(), "x"):
        card = await an.says(f"/start ask_{entry}")
        assert "Theo quy tắc" not in card.text
