"""What is owed to somebody whose account another carries on is paid to the survivor."""

from datetime import timedelta

from domain.content.evidence import share_product
from domain.customers.models import Customer
from domain.earning.registration import register
from domain.ledger.transfer import Reason, transfer
from domain.programs import Program
from tests.clock import MONDAY_NOON
from tests.domain.earning.arriving import MINUTE, arrives
from tests.factories import a_key, a_member, a_product, a_program, a_visitor, balance_of

MERGE = Reason(action="merge", actor="system")
LATER = MONDAY_NOON + timedelta(hours=1)


async def _merged(program: Program) -> tuple[Customer, Customer]:
    """Two members, the first carried on by the second, who has the 100 points of both."""
    gone, survivor = await a_member(program), await a_member(program)
    await transfer(gone.customer_id, survivor.customer_id, MERGE, now=MONDAY_NOON)
    return gone, survivor


async def _registers(program: Program, customer: Customer) -> None:
    await register(
        program,
        customer.customer_id,
        terms_version=program.terms_version,
        channel="telegram",
        now=LATER,
        request=a_key(customer.customer_id),
    )


async def test_a_friend_who_comes_by_an_old_link_pays_the_survivor(opened: str) -> None:
    program = await a_program()
    gone, survivor = await _merged(program)

    friend = (await arrives(program, f"r_{gone.invite_code}", now=MONDAY_NOON + MINUTE)).customer
    await _registers(program, friend)

    assert await balance_of(survivor, now=LATER) == 100 + 20 + 100
    assert await balance_of(gone, now=LATER) == 0


async def test_a_friend_invited_before_pays_the_survivor_when_they_register(opened: str) -> None:
    program = await a_program()
    gone, survivor = await a_member(program), await a_member(program)
    friend = (await arrives(program, f"r_{gone.invite_code}")).customer
    await transfer(gone.customer_id, survivor.customer_id, MERGE, now=LATER)
    before = await balance_of(survivor, now=LATER)

    await _registers(program, friend)

    assert await balance_of(survivor, now=LATER) == before + 100
    assert await balance_of(friend, now=LATER) == 50 + 50


async def test_nobody_brings_themselves(opened: str) -> None:
    program = await a_program()
    gone = await a_member(program)
    friend = (await arrives(program, f"r_{gone.invite_code}")).customer
    await transfer(gone.customer_id, friend.customer_id, MERGE, now=LATER)
    before = await balance_of(friend, now=LATER)

    await _registers(program, friend)

    # The registration itself was paid to the account that was carried on.
    assert await balance_of(friend, now=LATER) == before


async def test_an_old_share_pays_the_survivor(opened: str) -> None:
    program = await a_program()
    product, gone = await a_product(program), await a_member(program)
    link = await share_product(program, gone.customer_id, product.id, now=MONDAY_NOON)
    survivor = await a_visitor(program)
    await transfer(gone.customer_id, survivor.customer_id, MERGE, now=MONDAY_NOON)
    await _registers(program, survivor)
    before = await balance_of(survivor, now=LATER)

    await arrives(program, f"s_{link.code}", now=LATER)

    assert await balance_of(survivor, now=LATER) == before + 30
