from datetime import timedelta
from typing import Any

import pytest

from domain import bots, db, secrets
from domain.access.models import Staff
from domain.access.staff import create_staff
from domain.bots import BotOfTheEnvironment, BotTaken, NoBot, WrongChatCode
from domain.errors import InvalidInput
from domain.programs import Program, by_slug
from tests.clock import MONDAY_NOON as NOON
from tests.factories import a_bot, a_program

TOKEN = "7000000001:AAF-made-up-token-for-tests_0123456789ab"
RENEWED = "7000000001:AAF-the-same-bot-with-another-secret-part"
OTHER = "7000000002:AAF-another-made-up-token-for-tests_01234567"


@pytest.fixture
async def program(opened: str) -> Program:
    return await a_program(slug="coffee")


@pytest.fixture
async def tea(program: Program) -> Program:
    return await a_program(slug="tea")


@pytest.fixture
async def owner(program: Program) -> Staff:
    return await create_staff(program, login="lan", name="Lan", role="owner", now=NOON)


async def _bot(program: Program) -> bots.Bot:
    bot = await bots.bot_of(program.id)
    assert bot is not None
    return bot


async def _row(program: Program) -> dict[str, Any]:
    async with db.reading() as connection:
        row = await connection.fetchrow(
            "select * from telegram_bot where program_id = $1", program.id
        )
    assert row is not None
    return dict(row)


async def _bound(program: Program, chat: int = -100) -> None:
    code = await bots.chat_code(program, by="operator", now=NOON)
    await bots.bind_chat(program, code, chat, "Nhân viên", now=NOON)


async def test_a_program_begins_without_a_bot(program: Program) -> None:
    assert await bots.bot_of(program.id) is None
    assert await bots.all_bots() == []


async def test_what_is_secret_is_stored_sealed_and_shown_by_no_print(
    program: Program, owner: Staff
) -> None:
    bot = await a_bot(program, TOKEN)
    await bots.set_login_secret(program, "a login secret", by=owner, now=NOON)

    stored = str(await _row(program))
    bot = await _bot(program)
    assert (bot.token, bot.login_secret) == (TOKEN, "a login secret")
    assert bot.webhook_secret
    for secret in (TOKEN.partition(":")[2], "a login secret", bot.webhook_secret):
        assert secret not in stored + repr(bot)


async def test_with_another_key_there_is_no_bot_until_it_is_connected_anew(
    program: Program,
) -> None:
    await a_bot(program, TOKEN)
    secrets.configure("another secret key than before")

    assert await bots.bot_of(program.id) is None
    assert await bots.all_bots() == []
    assert (await a_bot(program, TOKEN)).token == TOKEN


async def test_each_connection_makes_a_webhook_secret_of_its_own(
    program: Program, tea: Program
) -> None:
    made = [await a_bot(program, TOKEN), await a_bot(program, TOKEN), await a_bot(tea, OTHER)]

    assert len({bot.webhook_secret for bot in made}) == 3


async def test_a_bot_serves_one_program(program: Program, tea: Program) -> None:
    await a_bot(program, TOKEN)

    with pytest.raises(BotTaken):
        await a_bot(tea, RENEWED)

    assert await bots.bot_of(tea.id) is None
    assert (await by_slug("tea")).telegram_bot is None


async def test_a_bot_that_was_given_up_may_serve_another_program(
    program: Program, tea: Program
) -> None:
    await a_bot(program, TOKEN)
    await bots.disconnect(program, by="operator", now=NOON)

    assert (await a_bot(tea, TOKEN)).program_id == tea.id
    assert (await by_slug("coffee")).telegram_bot is None


async def test_the_number_of_another_bot_does_not_fit_a_token(program: Program) -> None:
    with pytest.raises(InvalidInput):
        await bots.connect(program, token=TOKEN, bot_id=7, username="x", by="operator", now=NOON)


async def test_a_renewed_token_keeps_the_admin_chat_and_another_bot_does_not(
    program: Program,
) -> None:
    await a_bot(program, TOKEN)
    await bots.set_login_secret(program, "a login secret", by="operator", now=NOON)
    await _bound(program)

    same = await a_bot(program, RENEWED)
    other = await a_bot(program, OTHER)

    assert (same.admin_chat_id, same.login_secret) == (-100, "a login secret")
    assert (other.admin_chat_id, other.admin_chat_title, other.login_secret) == (None, None, None)


async def test_the_environments_bot_wins_and_cannot_be_changed_here(
    program: Program, tea: Program
) -> None:
    await a_bot(program, OTHER)
    bots.configure(TOKEN, "s3cret")

    bot = await _bot(program)
    assert (bot.token, bot.webhook_secret, bot.is_environments) == (TOKEN, "s3cret", True)
    with pytest.raises(BotOfTheEnvironment):
        await a_bot(program, OTHER)
    with pytest.raises(BotOfTheEnvironment):
        await bots.disconnect(program, by="operator", now=NOON)
    with pytest.raises(BotTaken):
        await a_bot(tea, TOKEN)


async def test_a_program_that_stored_the_environments_bot_has_none(
    program: Program, tea: Program
) -> None:
    """Otherwise what Telegram signs for one program would let people in to the other."""
    await a_bot(tea, TOKEN)
    bots.configure(TOKEN, None)

    assert await bots.bot_of(tea.id) is None
    assert [bot.program_id for bot in await bots.all_bots()] == [program.id]


async def test_a_problem_is_kept_until_it_is_over(program: Program) -> None:
    await a_bot(program, TOKEN)

    await bots.introduced(program.id, now=NOON, problem="bot_api_refused", detail="x" * 1000)
    bot = await _bot(program)
    assert (bot.introduced_at, bot.problem) == (None, "bot_api_refused")
    assert bot.problem_detail == "x" * 500

    await bots.introduced(program.id, now=NOON)
    bot = await _bot(program)
    assert (bot.introduced_at, bot.problem, bot.problem_detail) == (NOON, None, None)


async def test_without_a_bot_there_is_no_code_and_no_login_secret(program: Program) -> None:
    with pytest.raises(NoBot):
        await bots.chat_code(program, by="operator", now=NOON)
    with pytest.raises(NoBot):
        await bots.set_login_secret(program, "x", by="operator", now=NOON)


async def test_a_code_is_stored_as_its_hash_only(program: Program) -> None:
    await a_bot(program, TOKEN)

    code = await bots.chat_code(program, by="operator", now=NOON)

    assert code not in str(await _row(program))
    assert len(code) == 8


async def test_after_the_last_instant_of_its_quarter_of_an_hour_a_code_is_worth_nothing(
    program: Program,
) -> None:
    await a_bot(program, TOKEN)
    code = await bots.chat_code(program, by="operator", now=NOON)

    with pytest.raises(WrongChatCode):
        await bots.bind_chat(program, code, -1, "x", now=NOON + bots.CODE_LIFETIME)
    await bots.bind_chat(
        program, code, -1, "x", now=NOON + bots.CODE_LIFETIME - timedelta(seconds=1)
    )


async def test_what_staff_do_to_the_bot_is_written_down_without_secrets(
    program: Program, owner: Staff
) -> None:
    await bots.connect(
        program, token=TOKEN, bot_id=7000000001, username="moc_bot", by=owner, now=NOON
    )
    await bots.set_login_secret(program, "a login secret", by=owner, now=NOON)
    code = await bots.chat_code(program, by=owner, now=NOON)
    await bots.bind_chat(program, code, -100, "Nhân viên", now=NOON)
    await bots.unbind_chat(program, by=owner, now=NOON)
    await bots.disconnect(program, by=owner, now=NOON)

    async with db.reading() as connection:
        rows = await connection.fetch(
            "select actor, act, facts::text as facts from audit_entry where act <> 'staff_created'"
            " order by recorded_at, id"
        )
    assert [row["act"] for row in rows] == [
        "bot_connected",
        "login_secret_changed",
        "chat_code_made",
        "chat_bound",
        "chat_unbound",
        "bot_disconnected",
    ]
    assert {row["actor"] for row in rows} == {f"staff:{owner.id}"}
    told = str([row["facts"] for row in rows])
    assert not any(secret in told for secret in (TOKEN.partition(":")[2], "a login secret", code))


@pytest.mark.parametrize(
    "token", ["", "7", "7:", ":abcdefgh", "7:abc defgh", "７:abcdefgh", "7:abcdefgh\n", "7" * 30]
)
def test_what_is_no_token_names_no_bot(token: str) -> None:
    with pytest.raises(InvalidInput):
        bots.id_in(token)
