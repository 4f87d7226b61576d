import asyncio
from datetime import timedelta
from uuid import uuid4

import pytest

from domain import db
from domain.access import invitations, staff, staff_sessions, team
from domain.access.links import InvalidLink
from domain.access.models import Staff
from domain.access.sessions import SignInRequired
from domain.access.sign_in import by_link
from domain.access.tokens import another_token, bearer_of, issue_token, revoke_token
from domain.errors import NotFound
from tests.clock import MONDAY_NOON
from tests.domain.access.people import HERE, a_colleague, with_factor
from tests.factories import a_program

LATER = MONDAY_NOON + timedelta(minutes=1)


async def test_an_invitation_lets_a_new_member_in_once(opened: str) -> None:
    program = await a_program()
    owner = await a_colleague(program)

    token = await invitations.invite(
        program, login="bao", name="Quốc Bảo", role="manager", by=owner, now=MONDAY_NOON
    )

    invited = (await team.people(program.id, now=MONDAY_NOON))[-1]
    assert (invited.name, invited.role) == ("Quốc Bảo", "manager")
    assert invited.invited_until == MONDAY_NOON + timedelta(days=3)
    entry = await by_link(token, visitor=HERE, now=LATER)
    assert entry.way == "invitation"
    assert (await staff_sessions.session_of(entry.token, now=LATER)).member.login == "bao"
    came = (await team.people(program.id, now=LATER))[-1]
    assert (came.invited_until, came.signed_in_at, came.sessions) == (None, LATER, 1)
    with pytest.raises(InvalidLink):
        await by_link(token, visitor=HERE, now=LATER)
    with pytest.raises(invitations.NotInvited):
        await invitations.invite_again(await Staff.get(id=invited.id), by=owner, now=LATER)


async def test_an_invitation_lapses_and_sending_another_kills_the_one_before(opened: str) -> None:
    program = await a_program()
    owner = await a_colleague(program)
    first = await invitations.invite(
        program, login="bao", name="Bảo", role="cashier", by=owner, now=MONDAY_NOON
    )
    member = await Staff.get(login="bao")

    second = await invitations.invite_again(member, by=owner, now=LATER)

    for token, at in ((first, LATER), (second, LATER + timedelta(days=3))):
        with pytest.raises(InvalidLink):
            await by_link(token, visitor=HERE, now=at)
    assert await by_link(second, visitor=HERE, now=LATER + timedelta(days=2))


async def test_an_invitation_of_someone_disabled_lets_nobody_in(opened: str) -> None:
    program = await a_program()
    owner = await a_colleague(program)
    token = await invitations.invite(
        program, login="bao", name="Bảo", role="cashier", by=owner, now=MONDAY_NOON
    )
    await team.disable(await Staff.get(login="bao"), by=owner, now=LATER)

    with pytest.raises(InvalidLink):
        await by_link(token, visitor=HERE, now=LATER)


async def test_nobody_changes_their_own_role_or_shuts_themselves_out(opened: str) -> None:
    program = await a_program()
    owner = await a_colleague(program)
    await a_colleague(program)

    with pytest.raises(team.OwnRole):
        await team.change_role(owner, "cashier", by=owner, now=LATER)
    with pytest.raises(team.OwnRole):
        await team.disable(owner, by=owner, now=LATER)


async def test_the_last_owner_stays_one(opened: str) -> None:
    """Service accounts, the disabled and the invited own nothing that a person could use."""
    program = await a_program()
    owner, gone = await a_colleague(program), await a_colleague(program)
    await staff.disable(gone, now=MONDAY_NOON)
    await invitations.invite(
        program, login="new", name="x", role="owner", by=owner, now=MONDAY_NOON
    )
    robot = await bearer_of(await issue_token(program, "robot", MONDAY_NOON), now=MONDAY_NOON)

    for verb in (team.disable, lambda m, **how: team.change_role(m, "manager", **how)):
        with pytest.raises(team.LastOwner):
            await verb(owner, by=robot, now=LATER)

    await staff.enable(gone, now=LATER)
    await team.change_role(owner, "manager", by=robot, now=LATER)


async def test_of_two_owners_who_demote_each_other_one_stays(opened: str) -> None:
    program = await a_program()
    one, other = await a_colleague(program), await a_colleague(program)

    answers = await asyncio.gather(
        team.change_role(one, "cashier", by=other, now=LATER),
        team.disable(other, by=one, now=LATER),
        return_exceptions=True,
    )

    assert sorted(type(answer).__name__ for answer in answers) == ["LastOwner", "NoneType"]
    assert await Staff.filter(role="owner", disabled_at=None).count() == 1


async def test_without_the_lock_two_owners_would_demote_each_other(opened: str) -> None:
    """The negative control of the race above: whoever only looks sees an owner left."""
    program = await a_program()
    one, other = await a_colleague(program), await a_colleague(program)
    looked = asyncio.Barrier(2)

    async def demote_unlocked(member: Staff) -> None:
        async with db.transaction():
            assert await Staff.filter(role="owner", disabled_at=None).count() == 2
            await looked.wait()
            await staff.change_role(member, "cashier", now=LATER)

    await asyncio.gather(demote_unlocked(one), demote_unlocked(other))

    assert await Staff.filter(role="owner", disabled_at=None).count() == 0


async def test_an_owner_ends_what_a_member_has_open(opened: str) -> None:
    program = await a_program()
    owner, member = await a_colleague(program), await a_colleague(program, "manager")
    token = await staff_sessions.open_session(member, now=MONDAY_NOON)

    await team.end_sessions(member, by=owner, now=LATER)

    with pytest.raises(SignInRequired):
        await staff_sessions.session_of(token, now=LATER)


async def test_a_member_ends_one_session_and_all_the_others(opened: str) -> None:
    program = await a_program()
    member, stranger = await a_colleague(program), await a_colleague(program)
    tokens = [
        await staff_sessions.open_session(
            member, address=f"192.0.2.{n}", browser="x", now=MONDAY_NOON
        )
        for n in range(3)
    ]
    seats = {seat.address: seat for seat in await staff_sessions.seats_of(member, now=LATER)}
    assert len(seats) == 3

    with pytest.raises(NotFound):
        await staff_sessions.end_seat(stranger, seats["192.0.2.0"].token_hash, now=LATER)
    await staff_sessions.end_seat(member, seats["192.0.2.0"].token_hash, now=LATER)
    await staff_sessions.end_others(member, but=seats["192.0.2.1"].token_hash, now=LATER)

    assert (await staff_sessions.session_of(tokens[1], now=LATER)).member.id == member.id
    for ended in (tokens[0], tokens[2]):
        with pytest.raises(SignInRequired):
            await staff_sessions.session_of(ended, now=LATER)


async def test_a_members_program_is_the_only_one_that_finds_them(opened: str) -> None:
    mine, other = await a_program(), await a_program()
    member = await a_colleague(mine)

    assert (await team.member_of(mine.id, member.id)).id == member.id
    for program, staff_id in ((other, member.id), (mine, uuid4())):
        with pytest.raises(NotFound):
            await team.member_of(program.id, staff_id)
    assert await team.people(other.id, now=LATER) == []


async def test_tokens_are_told_apart_by_how_they_end_and_revoked_one_by_one(opened: str) -> None:
    program = await a_program()
    owner = await a_colleague(program)
    first = await issue_token(program, "nightly", MONDAY_NOON, role="analyst", by=owner)
    account = await bearer_of(first, now=LATER)
    second = await another_token(account, by=owner, now=LATER)

    [service] = await team.services(program.id)
    assert (service.login, service.role) == ("nightly", "analyst")
    assert [token.hint for token in service.tokens] == [second[-4:], first[-4:]]
    assert [token.used_at for token in service.tokens] == [None, LATER]
    await revoke_token(account, service.tokens[1].id, by=owner, now=LATER)

    with pytest.raises(SignInRequired):
        await bearer_of(first, now=LATER)
    assert (await bearer_of(second, now=LATER)).id == account.id
    for twice in (service.tokens[1].id, uuid4()):
        with pytest.raises(NotFound):
            await revoke_token(account, twice, by=owner, now=LATER)


async def test_the_team_says_who_has_a_second_step(opened: str) -> None:
    program = await a_program()
    plain, careful = await a_colleague(program), await a_colleague(program)
    await with_factor(careful, program)

    found = {one.id: one.has_factor for one in await team.people(program.id, now=LATER)}

    assert found == {plain.id: False, careful.id: True}
