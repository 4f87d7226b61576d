import asyncio

from domain import db
from domain.content.evidence import share_product
from domain.customers.enrolment import Identity
from domain.customers.models import Customer
from domain.earning.arrival import Arrival
from domain.earning.claims import claim
from domain.ledger.audit import run as audit
from tests.clock import MONDAY_NOON
from tests.domain.earning.arriving import KIM, MINUTE, arrives, verdicts_on
from tests.factories import a_key, a_member, a_product, a_program, a_visitor, balance_of

NOW = MONDAY_NOON


async def test_a_shared_link_pays_its_sharer_at_the_first_open_by_someone_else(opened: str) -> None:
    program = await a_program()
    product = await a_product(program)
    sharer = await a_member(program, identity=KIM)
    link = await share_product(program, sharer.customer_id, product.id, now=NOW)

    await arrives(program, f"s_{link.code}")
    own = await balance_of(sharer)
    for n in range(2):
        await arrives(program, f"s_{link.code}", identity=Identity("telegram", f"{n}"))

    assert own == 50
    assert await balance_of(sharer) == 50 + 30
    async with db.reading() as connection:
        assert await connection.fetchval("select count(*) from referral") == 0


async def test_many_opens_at_once_pay_the_sharer_once(opened: str) -> None:
    program = await a_program()
    product, sharer = await a_product(program), await a_member(program)
    links = [
        await share_product(program, sharer.customer_id, product.id, now=NOW) for _ in range(2)
    ]
    friends = [await a_visitor(program) for _ in range(4)]

    async def opens(friend: Customer, code: str) -> Arrival:
        async with db.reading() as connection:
            value = await connection.fetchval(
                "select value from identity where customer_id = $1", friend.customer_id
            )
        return await arrives(program, f"s_{code}", identity=Identity("telegram", value))

    await asyncio.gather(*(opens(f, link.code) for f in friends for link in links))

    assert await balance_of(sharer) == 80
    assert (await verdicts_on(sharer, "first_product_share")).count("posted") == 1
    assert await audit() == []


async def test_a_share_is_paid_once_by_evidence_or_by_its_link(opened: str) -> None:
    program = await a_program()
    product, sharer = await a_product(program), await a_member(program)
    share = await share_product(program, sharer.customer_id, product.id, now=NOW)
    claimed = await claim(
        program,
        sharer.customer_id,
        "first_product_share",
        evidence=share.token,
        channel="miniapp",
        now=NOW + MINUTE,
        request=a_key(sharer.customer_id),
    )

    await arrives(program, f"s_{share.code}")

    assert claimed.status == 201
    assert await balance_of(sharer) == 80


async def test_a_link_that_a_visitor_shared_counts_once_they_are_a_member(opened: str) -> None:
    program = await a_program()
    product, sharer = await a_product(program), await a_visitor(program, identity=KIM)
    link = await share_product(program, sharer.customer_id, product.id, now=NOW)
    early, later = Identity("telegram", "1"), Identity("telegram", "2")

    await arrives(program, f"s_{link.code}", identity=early)
    before = await balance_of(sharer)
    await a_member(program, identity=KIM)
    await arrives(program, f"s_{link.code}", identity=later)

    assert (before, await balance_of(sharer)) == (0, 50 + 30)


async def test_who_arrives_again_after_a_crash_still_pays_the_sharer(opened: str) -> None:
    program = await a_program()
    product, sharer = await a_product(program), await a_member(program)
    link = await share_product(program, sharer.customer_id, product.id, now=NOW)
    await arrives(program, None)  # enrolled, and then the process died

    again = await arrives(program, f"s_{link.code}")

    assert not again.is_new
    assert await balance_of(sharer) == 80
