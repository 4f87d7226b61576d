import asyncpg
import pytest

from domain.db import transaction
from domain.earning.cap_use import used
from domain.earning.caps import count_use, day_window, week_window
from domain.earning.check_in import week
from domain.errors import NotFound
from domain.ids import new_id
from domain.programs import Program
from domain.referrals.invitations import invitations
from domain.referrals.inviter import inviter_name
from tests.clock import MONDAY_NOON, FixedClock
from tests.factories import a_member, a_program, a_visitor


@pytest.fixture
async def program(opened: str) -> Program:
    return await a_program()


async def test_a_friend_shows_the_points_that_they_brought(program: Program) -> None:
    referrer = await a_member(program)
    link = f"r_{referrer.invite_code}"
    await a_visitor(program, name="Lan", start_param=link)
    await a_member(program, name="Minh", start_param=link)

    found = await invitations(referrer.customer_id)

    assert [(f.name, f.status, f.points) for f in found.items] == [
        ("Minh", "complete", 120),
        ("Lan", "pending", 20),
    ]


async def test_more_friends_than_are_listed_are_counted_all_the_same(
    program: Program, opened: str
) -> None:
    referrer = await a_member(program)
    owner = await asyncpg.connect(opened)
    await owner.execute(
        """
        with friend as (
            insert into customer (customer_id, program_id, name, locale, invite_code, joined_at)
            select gen_random_uuid(), $1, n::text, 'vi', n::text, $3::timestamptz + n * interval '1 second'
              from generate_series(1, 205) n
            returning *)
        insert into referral (customer_id, program_id, referrer_id, code, joined_at,
                              referrer_joined_at, status, attributed_at, cancelled_at)
        select customer_id, program_id, $2, 'x', joined_at, $3,
               case when name::int <= 4 then 'cancelled' else 'pending' end, joined_at,
               case when name::int <= 4 then joined_at end
          from friend
        """,
        program.id,
        referrer.customer_id,
        MONDAY_NOON,
    )
    await owner.close()

    found = await invitations(referrer.customer_id)

    assert (found.pending, found.completed, found.cancelled) == (201, 0, 4)
    assert [f.name for f in found.items] == [str(n) for n in range(205, 5, -1)]


async def test_nobody_sees_the_friends_of_a_customer_who_is_not_there(opened: str) -> None:
    with pytest.raises(NotFound):
        await invitations(new_id())


async def test_a_friend_knows_who_brought_them(program: Program) -> None:
    referrer = await a_member(program, name="Bảo")
    friend = await a_visitor(program, start_param=f"r_{referrer.invite_code}")

    assert await inviter_name(friend.customer_id) == "Bảo"
    assert await inviter_name(referrer.customer_id) is None


async def test_the_use_of_a_cap_can_be_read(program: Program) -> None:
    member = await a_member(program)
    day, this_week = day_window(MONDAY_NOON.date()), week_window(MONDAY_NOON.date())
    async with transaction() as connection:
        for _ in range(3):
            await count_use(connection, member.customer_id, "x", {day: 5})

    assert await used(member.customer_id, "x", (day, this_week)) == (3, 0)
    assert await used(member.customer_id, "y", (day,)) == (0,)


async def test_a_new_streak_promises_its_first_bonus_a_week_later(
    program: Program, clock: FixedClock
) -> None:
    member = await a_member(program)

    strip = await week(program, member.customer_id, now=clock.now())

    assert (strip.tomorrow_points, strip.bonus_points) == (10, 50)
    assert (strip.bonus_on - strip.today).days == 6
