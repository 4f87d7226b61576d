"""What the application may not do, whatever it tries: it reaches the ledger by its functions only."""

from itertools import product

import asyncpg
import pytest

from domain.db import APP_ROLE
from domain.sql import queries

BOOKS = queries("tests.domain.ledger", "books.sql")
LEDGER = (
    "account",
    "movement",
    "lot",
    "allocation",
    "debt_item",
    "substitute",
    "correctable",
    "pending_award",
    "hold",
    "hold_part",
    "inheritance",
    "fact",
)
# Added by the application, and then as final as a movement.
KEPT = ("decision", "check_in", "evidence_use", "audit_entry", "movement_note", "closed_day")
OPEN_FUNCTIONS = {
    "program_date",
    "ledger_id",
    "ledger_hash",
    "ledger_open",
    "ledger_lock",
    "check_in_lock",
    "check_in_pay",
    "ledger_settle",
    "ledger_post",
    "ledger_correct",
    "ledger_hold",
    "ledger_capture",
    "ledger_release",
    "ledger_transfer",
    "ledger_forgo",
    "program_date_over",
    "closing_due",
    "closing_begin",
    "closing_cut",
    "closed_day_of",
}
ATTEMPTS = {
    "add": "insert into {} select * from {}",
    "change": "update {} set customer_id = customer_id",
    "remove": "delete from {}",
    "empty": "truncate {} cascade",
}
ESCAPES = {
    "change a movement through the audit's view": "update audit.movement set amount = 1",
    "switch the constraints off": "set session_replication_role = replica",
    "drop a constraint": "alter table movement drop constraint movement_sign",
    "replace a function": """
        create or replace function ledger_store(a account) returns void language sql as ''""",
    "make a function of its own in the schema": """
        create function public.mine() returns void language sql as ''""",
    "take the ledger over": "alter table movement owner to loyalty_app",
    "load rows from the server's files": "copy movement from '/dev/null'",
    "change who a customer is": "update customer set customer_id = customer_id",
    "change when a customer joined": "update customer set joined_at = joined_at",
    "change who brought whom": "update referral set referrer_id = referrer_id",
    "forget who brought whom": "delete from referral",
    "open a closed day again": "update closing set closed_through = '-infinity'",
    "change a stored verdict": "update request set status = 201",
}


async def _is_refused(books: asyncpg.Connection, statement: str) -> None:
    await books.execute(f"set local role {APP_ROLE}")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await books.execute(statement)


@pytest.mark.parametrize("attempt", ATTEMPTS)
@pytest.mark.parametrize("table", LEDGER)
async def test_the_application_does_not_write_the_ledger_itself(
    books: asyncpg.Connection, table: str, attempt: str
) -> None:
    await _is_refused(books, ATTEMPTS[attempt].format(table, table))


@pytest.mark.parametrize(
    ("table", "attempt"),
    # Decisions are forgotten once they are older than the program keeps them.
    sorted(set(product(KEPT, ("change", "remove", "empty"))) - {("decision", "remove")}),
)
async def test_the_application_does_not_rewrite_what_it_noted(
    books: asyncpg.Connection, table: str, attempt: str
) -> None:
    column = {"audit_entry": "id", "closed_day": "program_id"}.get(table, "customer_id")
    await _is_refused(books, ATTEMPTS[attempt].format(table, table).replace("customer_id", column))


@pytest.mark.parametrize("escape", ESCAPES)
async def test_the_application_cannot(books: asyncpg.Connection, escape: str) -> None:
    await _is_refused(books, ESCAPES[escape])


async def test_only_the_ledgers_doors_are_open(books: asyncpg.Connection) -> None:
    functions = await books.fetch(BOOKS["functions"])

    assert {f["name"] for f in functions if f["is_open"]} == OPEN_FUNCTIONS
    closed = [f["call"] for f in functions if not f["is_open"]]
    assert len(closed) > 3
    for call in closed:
        inner = books.transaction()
        await inner.start()
        await _is_refused(books, call)
        await inner.rollback()
