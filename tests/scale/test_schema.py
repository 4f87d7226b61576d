import asyncpg
import pytest

from tests.scale.schema import RULES, broken_rules, place

# What someone might write one day, and the rule that must stop it.
MUTATIONS = {
    "a table that nobody placed": (
        "create table raffle (id uuid primary key)",
        "table is in no class: raffle",
    ),
    "a declared table that is gone": (
        "drop table share_link",
        "table is in no class: share_link",
    ),
    "a customer_id of another type": (
        "alter table consent drop constraint consent_customer_id_fkey, alter customer_id type text",
        "customer id is missing: consent",
    ),
    "a customer_id that may be null": (
        "alter table notice drop constraint notice_pkey, alter customer_id drop not null",
        "customer id is missing: notice",
    ),
    "a primary key by id alone": (
        "alter table decision drop constraint decision_pkey, add primary key (id)",
        "key does not hold: decision_pkey",
    ),
    "a key unique in the program": (
        "create unique index one_code on customer (program_id, invite_code)",
        "key does not hold: one_code",
    ),
    "a key that only includes customer_id": (
        "create unique index one_fact on fact (business_key) include (customer_id)",
        "key does not hold: one_fact",
    ),
    "an exclusion across customers": (
        "alter table share add constraint no_twin exclude using hash (code with =)",
        "key does not hold: no_twin",
    ),
    "an identity unique without its value": (
        "create unique index one_kind on identity (customer_id, kind)",
        "key does not hold: one_kind",
    ),
    "a reference to another customer": (
        (
            "alter table referral add constraint by_whom"
            " foreign key (referrer_id) references customer (customer_id)"
        ),
        "reference leaves its node: by_whom",
    ),
    "a reference from what is everywhere to a customer": (
        "alter table news add author uuid constraint written_by references customer (customer_id)",
        "reference leaves its node: written_by",
    ),
    "a reference from a customer to the staff": (
        "alter table consent add witness uuid constraint seen_by references staff (id)",
        "reference leaves its node: seen_by",
    ),
    "a child that forgets its parent": (
        (
            "alter table movement_note add constraint forgets foreign key (customer_id, movement_id)"
            " references movement (customer_id, id) on delete set null"
        ),
        "reference changes its child: forgets",
    ),
    "a trigger": (
        (
            "create trigger noted before update on lot for each row"
            " execute function suppress_redundant_updates_trigger()"
        ),
        "trigger or rule: noted",
    ),
    "a rule": (
        "create rule kept as on delete to movement do instead nothing",
        "trigger or rule: kept",
    ),
    "a row that numbers itself": (
        "alter table decision add number bigint generated always as identity",
        "numbers itself: decision.number",
    ),
    "a serial": (
        "alter table share_link add number bigserial",
        "numbers itself: share_link.number",
    ),
    "a default that reads the clock": (
        "alter table consent alter accepted_at set default now()",
        "reads the clock: consent.accepted_at",
    ),
    "a default that invents an id": (
        "alter table staff alter id set default gen_random_uuid()",
        "reads the clock: staff.id",
    ),
    "an unlogged table": (
        "alter table cap_use set unlogged",
        "cannot be moved: cap_use",
    ),
    "an heir": (
        (
            "alter table consent rename to consents; create table consent (like consents including all)"
            " inherits (consents)"
        ),
        "cannot be moved: consent",
    ),
    "a table without a primary key": (
        "alter table check_in drop constraint check_in_pkey",
        "cannot be moved: check_in",
    ),
    "a function that empties every customer's lots": (
        (
            "create function wipe() returns void language plpgsql as"
            " $$ begin update lot set remaining = 0 where remaining > 0; end $$"
        ),
        (
            "function touches many customers: wipe:"
            " begin update lot set remaining = 0 where remaining > 0"
        ),
    ),
    "a function that knows the time": (
        "create function today() returns date language sql as $$ select now()::date $$",
        "function reads the clock: today",
    ),
}


async def test_the_schema_may_lie_on_several_nodes(schema: asyncpg.Connection) -> None:
    await place(schema)

    assert await broken_rules(schema) == []


@pytest.mark.parametrize("mutation", MUTATIONS)
async def test_a_schema_that_could_not_is_refused(
    schema: asyncpg.Connection, mutation: str
) -> None:
    statement, finding = MUTATIONS[mutation]
    await schema.execute(statement)
    await place(schema)

    assert finding in await broken_rules(schema)


def test_every_rule_has_refused_something() -> None:
    refusing = {finding.split(":", 1)[0] for _, finding in MUTATIONS.values()}

    assert refusing == {rule.replace("_", " ") for rule in RULES}
