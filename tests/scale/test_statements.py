from collections.abc import AsyncIterator

import asyncpg
import pytest

from tests.scale import statements
from tests.scale.lint import problems_of_named
from tests.scale.statements import lint

# What someone might write one day, and the rule that must stop it.
BAD = {
    "a column that is not there": (
        statements.BROKEN,
        "select nickname from customer where customer_id = $1",
    ),
    "a table that is not granted": (
        statements.BROKEN,
        "update lot set remaining = 0 where customer_id = $1",
    ),
    "a function that is not granted": (
        statements.BROKEN,
        "select ledger_store(a) from account a where customer_id = $1",
    ),
    "a change by id alone": (
        statements.CHANGES,
        "update notice set sent_at = $2 where id = $1",
    ),
    "a change of several customers": (
        statements.CHANGES,
        "update customer set locale = $2 where customer_id = any($1::uuid[])",
    ),
    "a change by either customer": (
        statements.CHANGES,
        "update customer set locale = 'vi' where customer_id = $1 or customer_id = $2",
    ),
    "a removal by age": (
        statements.CHANGES,
        "delete from request where recorded_at < $1",
    ),
    "a change bound only through an outer join": (
        statements.CHANGES,
        """
        update notice n set attempts = 0
          from program p left join customer c on c.customer_id = $1
         where n.program_id = p.id""",
    ),
    "a lock on two customers": (
        statements.LOCKS,
        "select 1 from customer where customer_id in ($1, $2) for update",
    ),
    "a lock inside a with": (
        statements.LOCKS,
        "with due as (select id from notice where due_at < $1 for update skip locked) table due",
    ),
    "a read of everybody": (
        statements.READS,
        "select count(*) from movement where program_id = $1",
    ),
    "a read of everybody inside a list": (
        statements.READS,
        "select name, (select count(*) from fact) from customer where customer_id = $1",
    ),
    "a read of everybody through a view": (
        statements.READS,
        "select sum(balance) from audit.account where program_id = $1",
    ),
    "a join by id alone": (
        statements.APART,
        "select 1 from lot l join movement m on m.id = l.movement_id where l.customer_id = $1",
    ),
    "a join with another customer": (
        statements.APART,
        """
        select c.name from referral r join customer c on c.customer_id = r.referrer_id
         where r.customer_id = $1""",
    ),
    "a join with what is spread otherwise": (
        statements.APART,
        """
        select c.name from invite i join customer c on c.customer_id = i.customer_id
         where i.code = $1""",
    ),
    "a join with the staff": (
        statements.APART,
        """
        select s.name from movement m join staff s on 'staff:' || s.id = m.actor
         where m.customer_id = $1""",
    ),
    "a subquery that looks up another customer": (
        statements.APART,
        """
        select (select name from customer c where c.customer_id = r.referrer_id)
          from referral r where r.customer_id = $1""",
    ),
    "a row given to another customer": (
        statements.MOVES,
        "update consent set customer_id = $2 where customer_id = $1",
    ),
    "a change that asks the time": (
        statements.CLOCK,
        "update customer set registered_at = now() where customer_id = $1",
    ),
    "a read that asks the date": (
        statements.CLOCK,
        "select 1 from campaign where starts_at < current_date",
    ),
    "a row that names itself": (
        statements.CLOCK,
        "insert into share_link values ($1, $2, $3, gen_random_uuid())",
    ),
    "a choice by chance": (
        statements.CLOCK,
        "select id from product order by random() limit 1",
    ),
    "a date made of a column": (
        statements.COMPUTES,
        "update notice set due_at = due_at + interval '1 day' where customer_id = $1",
    ),
    "a conflict that computes": (
        statements.COMPUTES,
        """
        insert into channel values ($1, 'telegram', $2, null) on conflict (customer_id, kind)
            do update set unreachable_at = channel.unreachable_at + interval '1 day'""",
    ),
    "an insert inside a with": (
        statements.NESTED,
        """
        with kept as (insert into consent values ($1, 1, $2) returning customer_id)
        select customer_id from kept""",
    ),
    "a subquery among the values": (
        statements.NESTED,
        "insert into consent values ($1, (select max(terms_version) from program), $2)",
    ),
    "a merge": (
        statements.NESTED,
        """
        merge into cap_use u using (values ($1::uuid)) given (id) on u.customer_id = given.id
         when matched then update set used = 0""",
    ),
    "subtotals over everybody": (
        statements.NESTED,
        "select kind, action, sum(amount) from movement group by rollup (kind, action)",
    ),
}

GOOD = {
    "one customer": "select name from customer where customer_id = $1",
    "a given id": "select name from customer where customer_id = '{00000000-0000-0000-0000-000000000001}'",
    "joined by customer": """
        select l.remaining, m.kind from lot l join movement m using (customer_id)
          left join movement_note n on n.customer_id = m.customer_id and n.movement_id = m.id
         where m.customer_id = $1 and m.id = l.movement_id""",
    "grouped, inside and out": """
        select t.kind, t.total, a.balance
          from (select customer_id, kind, sum(amount) as total from movement group by 1, 2) t
          join account a on a.customer_id = t.customer_id
         where a.customer_id = $1""",
    "named first": """
        with mine as (select customer_id, id from lot where customer_id = $1)
        select m.id from mine join allocation t on t.customer_id = mine.customer_id
          join movement m on m.customer_id = t.customer_id and m.id = t.movement_id""",
    "looked up inside": """
        select name, exists (select from fact f where f.customer_id = c.customer_id)
          from customer c where customer_id = $1 and customer_id in (select customer_id from account)""",
    "through a view": "select balance from audit.account where id = $1",
    "what is everywhere": "select p.name from program p join rule r on r.program_id = p.id",
    "what is on one node": "select id from staff where role = any($1) for update skip locked",
    "by its own key": "update customer_session set used_at = $2 where token_hash = $1",
}


@pytest.fixture
async def owner(database: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(database)
    yield connection
    await connection.close()


async def test_bad_statements_are_seen(owner: asyncpg.Connection) -> None:
    findings = await lint(owner, {case: text for case, (_, text) in BAD.items()})

    seen = {(finding.statement, finding.rule) for finding in findings}
    assert {(case, rule) for case, (rule, _) in BAD.items()} - seen == set()


async def test_good_statements_pass(owner: asyncpg.Connection) -> None:
    assert await lint(owner, GOOD) == []


async def test_every_named_query_may_run_on_several_nodes(owner: asyncpg.Connection) -> None:
    assert await problems_of_named(owner) == []
