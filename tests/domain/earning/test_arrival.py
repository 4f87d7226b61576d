import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from domain import db
from domain.customers.enrolment import Identity, by_identity
from domain.customers.models import Customer
from domain.earning.rules import change_rule
from domain.ledger.audit import run as audit
from domain.ledger.standing import standing
from domain.programs import Program
from tests.clock import MONDAY_NOON
from tests.domain.earning.arriving import KIM, MINUTE, arrives, verdicts_on
from tests.factories import a_member, a_program, a_visitor, balance_of

NOW = MONDAY_NOON
DAY = timedelta(days=1)


def _link(customer: Customer) -> str:
    return f"r_{customer.invite_code}"


async def _edges() -> list[tuple[UUID, UUID]]:
    async with db.reading() as connection:
        rows = await connection.fetch("select customer_id, referrer_id from referral")
    return [(row["customer_id"], row["referrer_id"]) for row in rows]


async def test_a_new_user_is_attributed_and_pays_the_inviter_at_once(opened: str) -> None:
    program = await a_program()
    inviter = await a_member(program, name="Ngọc Ánh")

    arrival = await arrives(program, _link(inviter))

    assert (arrival.is_new, arrival.invited_by, arrival.link_problem) == (True, "Ngọc Ánh", None)
    assert await _edges() == [(arrival.customer.customer_id, inviter.customer_id)]
    assert await balance_of(inviter) == 50 + 20
    assert await balance_of(arrival.customer) == 0
    async with db.reading() as connection:
        owed = await connection.fetchrow("select * from notice where kind = 'friend_joined'")
    assert owed
    assert (owed["customer_id"], owed["facts"]) == (
        inviter.customer_id,
        {"name": "Kim", "points": 20},
    )


async def test_the_first_touch_counts_and_no_other(opened: str) -> None:
    program = await a_program()
    first, second = await a_member(program), await a_member(program)

    come = await arrives(program, _link(first))
    again = [await arrives(program, _link(each), now=NOW + DAY) for each in (second, first)]

    assert [a.link_problem for a in again] == ["already_member"] * 2
    assert [a.is_new for a in again] == [False, False]
    assert await _edges() == [(come.customer.customer_id, first.customer_id)]
    assert (await balance_of(first), await balance_of(second)) == (70, 50)
    assert await verdicts_on(come.customer, "new_user_referral") == ["already_member"] * 2


async def test_who_came_alone_is_attributed_to_nobody_later(opened: str) -> None:
    program = await a_program()
    inviter = await a_member(program)
    await arrives(program, None)

    late = await arrives(program, _link(inviter))

    assert late.link_problem == "already_member"
    assert await _edges() == []
    assert await balance_of(inviter) == 50


async def test_an_own_link_does_nothing_and_the_reason_is_kept(opened: str) -> None:
    program = await a_program()
    member = await a_member(program, identity=KIM)

    arrival = await arrives(program, _link(member))

    assert (arrival.is_new, arrival.link_problem) == (False, "own_link")
    assert await _edges() == []
    assert await verdicts_on(member, "new_user_referral") == ["own_link"]
    assert await balance_of(member) == 50


async def test_a_code_of_nobody_or_of_another_program_brings_nobody(opened: str) -> None:
    program, elsewhere = await a_program(), await a_program()
    stranger = await a_member(elsewhere)

    foreign = await arrives(program, _link(stranger))
    unknown = await arrives(program, "r_NOBODYS1", identity=Identity("telegram", "2"))

    assert [a.link_problem for a in (foreign, unknown)] == ["unknown_link"] * 2
    assert [a.invited_by for a in (foreign, unknown)] == [None, None]
    assert await _edges() == []
    assert await balance_of(stranger) == 50


async def test_a_hostile_start_parameter_is_ignored(opened: str) -> None:
    program = await a_program()
    inviter = await a_member(program)
    code, own_id = inviter.invite_code, str(inviter.customer_id)
    hostile = [
        "",
        "r_",
        "s_",
        code,
        f"R_{code}",
        f" r_{code}",
        f"r_{code}\x00",
        f"r_{code}/../x",
        f"r_r_{code}'--",
        own_id,
        f"r_{own_id}",
        "r_" + "A" * 33,
        "A" * 600,
        "//evil.example",
        "https://evil.example/r_" + code,
        "javascript:alert(1)",
        "r_\ud800",
        "r_éé",
        "r_ＡＢＣＤ",
        "startapp=r_" + code,
    ]

    for number, start_param in enumerate(hostile):
        arrival = await arrives(program, start_param, identity=Identity("telegram", str(number)))
        assert (arrival.is_new, arrival.invited_by, arrival.link_problem) == (True, None, None)

    assert await _edges() == []
    assert await balance_of(inviter) == 50


async def test_an_arrival_that_does_not_commit_leaves_nothing(opened: str) -> None:
    program = await a_program()
    inviter = await a_member(program)

    async def dies() -> None:
        async with db.transaction():
            await arrives(program, _link(inviter))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await dies()

    assert await by_identity(program.id, KIM) is None
    assert await _edges() == []
    assert await balance_of(inviter) == 50
    assert await verdicts_on(inviter, "new_user_referral") == []
    async with db.reading() as connection:
        assert await connection.fetchval("select count(*) from notice") == 0
        assert await connection.fetchval("select count(*) from cap_use") == 0


async def test_two_arrivals_at_once_make_one_customer(opened: str) -> None:
    program = await a_program()
    inviter = await a_member(program)

    arrivals = await asyncio.gather(*(arrives(program, _link(inviter)) for _ in range(5)))

    assert len({a.customer.customer_id for a in arrivals}) == 1
    assert [a.is_new for a in arrivals].count(True) == 1
    assert len(await _edges()) == 1
    assert await balance_of(inviter) == 70


async def test_one_chat_user_is_another_customer_in_another_program(opened: str) -> None:
    programs = [await a_program(), await a_program()]

    arrivals = [await arrives(program, None) for program in programs]

    assert arrivals[0].customer.customer_id != arrivals[1].customer.customer_id
    assert all(a.is_new for a in arrivals)


async def test_a_name_is_taken_over_as_the_chat_shows_it_now(opened: str) -> None:
    program = await a_program()

    await arrives(program, None, name="Kim\x00\u202e")
    await arrives(program, None, name="Kim Ngân")

    found = await by_identity(program.id, KIM)
    assert found
    assert (found.name, found.locale) == ("Kim Ngân", "vi")


async def test_a_language_that_we_do_not_speak_becomes_english(opened: str) -> None:
    program = await a_program()

    arrival = await arrives(program, None, locale="pt-br")

    assert arrival.customer.locale == "en"


async def test_an_invite_code_that_is_taken_is_drawn_again(
    opened: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = await a_program()
    taken = (await a_visitor(program)).invite_code
    letters = iter(taken + "BCDFGHJK")
    monkeypatch.setattr("secrets.choice", lambda _: next(letters))

    arrival = await arrives(program, None)

    assert arrival.customer.invite_code == "BCDFGHJK"


async def test_an_inviter_who_has_not_registered_is_not_paid(opened: str) -> None:
    program = await a_program()
    inviter = await a_visitor(program)

    arrival = await arrives(program, _link(inviter))

    assert arrival.invited_by == inviter.name
    assert await _edges() == [(arrival.customer.customer_id, inviter.customer_id)]
    assert await verdicts_on(inviter, "new_user_referral") == ["not_registered"]
    assert await balance_of(inviter) == 0


async def _friends(program: Program, inviter: Customer, count: int, **how: Any) -> list[Customer]:
    return [
        (
            await arrives(program, _link(inviter), identity=Identity("telegram", f"{n}"), **how)
        ).customer
        for n in range(count)
    ]


async def test_caps_of_the_day_and_the_week_keep_their_reasons(opened: str) -> None:
    program = await a_program(referral_daily_cap=2, referral_weekly_cap=3)
    inviter = await a_member(program)
    identities = iter(Identity("telegram", f"{n}") for n in range(20))

    balances = []
    for days, friends in ((0, 3), (1, 2), (7, 1)):
        for _ in range(friends):
            now = NOW + days * DAY + MINUTE
            await arrives(program, _link(inviter), identity=next(identities), now=now)
        balances.append(await balance_of(inviter, now=now))

    assert balances == [50 + 2 * 20, 50 + 3 * 20, 50 + 4 * 20]
    newest_first = await verdicts_on(inviter, "new_user_referral")
    assert newest_first[::-1] == ["posted", "posted", "daily_cap", "posted", "weekly_cap", "posted"]
    assert len(await _edges()) == 6


async def test_the_rules_own_cap_counts_where_it_is_lower(opened: str) -> None:
    program = await a_program()
    await change_rule(program.id, "new_user_referral", now=NOW, by="staff", daily_cap=1)
    inviter = await a_member(program)

    await _friends(program, inviter, 2)

    assert await verdicts_on(inviter, "new_user_referral") == ["daily_cap", "posted"]


async def test_what_pays_nothing_uses_up_no_cap(opened: str) -> None:
    program = await a_program(referral_daily_cap=1)
    inviter = await a_member(program)
    await change_rule(program.id, "new_user_referral", now=NOW, by="staff", enabled=False)
    await _friends(program, inviter, 1)
    await change_rule(program.id, "new_user_referral", now=NOW + DAY / 4, by="staff", enabled=True)

    paid = Identity("telegram", "9")
    await arrives(program, _link(inviter), identity=paid, now=NOW + DAY / 4)

    assert await balance_of(inviter, now=NOW + DAY / 4) == 70


async def test_a_hold_keeps_the_inviters_points_pending(opened: str) -> None:
    program = await a_program(referral_hold_days=7)
    inviter = await a_member(program)

    await _friends(program, inviter, 1)

    held = await standing(inviter.customer_id, now=NOW + MINUTE)
    assert (held.balance, held.pending) == (50, 20)
    assert await balance_of(inviter, now=NOW + MINUTE + 7 * DAY) == 70


async def test_many_friends_at_once_pay_for_each_and_lock_nobody_out(opened: str) -> None:
    program = await a_program(referral_daily_cap=15)
    inviter = await a_member(program)

    arrivals = await asyncio.gather(
        *(
            arrives(program, _link(inviter), identity=Identity("telegram", f"{n}"))
            for n in range(25)
        )
    )

    assert all(a.invited_by for a in arrivals)
    assert len(await _edges()) == 25
    assert await balance_of(inviter) == 50 + 15 * 20
    assert (await verdicts_on(inviter, "new_user_referral")).count("daily_cap") == 10
    assert await audit() == []


async def test_an_inviter_who_joined_later_is_not_credited(opened: str) -> None:
    program = await a_program()
    inviter = await a_member(program, now=NOW + 2 * MINUTE)  # before the clock was set back

    arrival = await arrives(program, _link(inviter), now=NOW)

    assert (arrival.is_new, arrival.invited_by) == (True, None)
    assert await _edges() == []
    assert await balance_of(inviter, now=NOW + 2 * MINUTE) == 50
