from datetime import timedelta

import pytest

from domain import db, inbox
from domain.earning import claims
from domain.setup import retention
from tests.clock import MONDAY_NOON
from tests.factories import a_key, a_member, a_program


async def _count(table: str) -> int:
    statements = {
        "decision": "select count(*) from decision",
        "movement": "select count(*) from movement",
        "received_update": "select count(*) from received_update",
    }
    async with db.reading() as connection:
        return int(await connection.fetchval(statements[table]))


async def test_each_program_keeps_updates_and_decisions_as_long_as_it_says(opened: str) -> None:
    short = await a_program(update_retention_days=2, decision_retention_days=30)
    long = await a_program()
    for number, program in enumerate((short, long), start=1):
        member = await a_member(program)
        await claims.claim(
            program,
            member.customer_id,
            "daily_login",
            now=MONDAY_NOON,
            request=a_key(member.customer_id),
            evidence=None,
            channel="telegram",
        )
        await inbox.receive(program.id, "telegram", number, "1", b"{}", now=MONDAY_NOON)
        (update,) = await inbox.due(program.id, "telegram", now=MONDAY_NOON, limit=1)
        await inbox.done(update, now=MONDAY_NOON)
    movements, decisions = await _count("movement"), await _count("decision")

    await retention.forget_old(MONDAY_NOON + timedelta(days=2))
    assert await _count("received_update") == 2
    await retention.forget_old(MONDAY_NOON + timedelta(days=2, seconds=1))
    assert await _count("received_update") == 1
    assert await _count("decision") == decisions
    await retention.forget_old(MONDAY_NOON + timedelta(days=30, seconds=1))

    assert await _count("decision") == decisions / 2
    assert await _count("received_update") == 0
    assert await _count("movement") == movements


async def test_more_than_a_batch_is_forgotten_at_once(
    opened: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "BATCH", 2)
    program = await a_program(decision_retention_days=30)
    for _ in range(3):
        await a_member(program)
    assert await _count("decision") > 2

    await retention.forget_old(MONDAY_NOON + timedelta(days=31))

    assert await _count("decision") == 0
