"""Members by the thousand, written straight into the tables: nobody claims anything here."""

import asyncpg

from domain.programs import Program
from tests.clock import MONDAY_NOON

FIRST_CHAT = 10_000_001


async def a_crowd(
    dsn: str, program: Program, count: int, *, first_chat: int = FIRST_CHAT
) -> list[int]:
    """Let so many members stand there, reachable, with accounts; return their chats."""
    connection = await asyncpg.connect(dsn)
    how = (program.id, count, MONDAY_NOON, first_chat)
    await connection.execute(_MEMBERS, *how)
    await connection.execute(_ACCOUNTS, program.id, MONDAY_NOON)
    await connection.execute(_CHANNELS)
    await connection.execute("analyze customer, channel")
    await connection.close()
    return list(range(first_chat, first_chat + count))


_MEMBERS = """
    insert into customer
        (customer_id, program_id, name, locale, invite_code, joined_at, registered_at, terms_version)
    select gen_random_uuid(), $1, 'Khách ' || n, case when n % 2 = 0 then 'vi' else 'en' end,
           'crowd-' || ($4::bigint + n), $3, $3, 1
      from generate_series(0, $2::integer - 1) n
"""
_CHANNELS = """
    insert into channel (customer_id, kind, address)
    select customer_id, 'telegram', substr(invite_code, 7) from customer
     where invite_code like 'crowd-%'
        on conflict do nothing
"""
_ACCOUNTS = """
    select ledger_open(customer_id, $1, $2) from customer
     where customer_id not in (select customer_id from account)
"""
