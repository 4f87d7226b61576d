from domain import db
from domain.customers.enrolment import by_id
from tests.clock import MONDAY_NOON
from tests.factories import a_program, a_visitor
from tests.scale.capture import captured
from tests.scale.lint import problems_of_captured


async def test_what_the_application_asks_is_seen_and_what_a_test_asks_is_not(opened: str) -> None:
    visitor = await a_visitor(await a_program(), now=MONDAY_NOON)

    with captured() as statements:
        await by_id(visitor.customer_id)
        async with db.reading() as connection:
            await connection.fetch("select * from movement")

    assert len(statements) == 1
    assert statements.pop().startswith('SELECT "')


async def test_a_statement_seen_that_would_not_do_is_a_problem(database: str) -> None:
    seen = ["BEGIN;", "select count(*)\n  from movement", "update program set name = $1"]

    problems = await problems_of_captured(database, seen)

    assert problems == ["'select count(*) from movement': reads rows of many: movement"]
