import base64
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import db, secrets
from domain.content.evidence import (
    LIFETIME,
    VIEW_TIME,
    Evidence,
    Share,
    issue,
    open_share,
    read_article,
    share_product,
    unopened,
    use,
    verify,
    view_product,
)
from domain.errors import NotFound
from domain.ids import new_id
from tests.clock import MONDAY_NOON
from tests.factories import a_member, a_product, a_program, an_article

NOW = MONDAY_NOON
OWNER, ITEM, MARK = UUID(int=1), UUID(int=2), UUID(int=3)


@pytest.fixture(autouse=True)
def secret() -> None:
    secrets.configure("a secret that only tests know")


def _evidence(kind: str = "view", owner: UUID = OWNER) -> Evidence:
    return issue(kind, owner, ITEM, MARK, NOW)


def _raw(token: str) -> bytes:
    return base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))


def _token(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


@pytest.mark.parametrize("kind", ["view", "read", "share"])
def test_genuine_evidence_says_what_was_seen(kind: str) -> None:
    proven = verify(_evidence(kind).token, OWNER)

    assert proven
    assert (proven.kind, proven.item_id, proven.evidence_id) == (kind, ITEM, MARK)
    assert proven.claim_after == NOW


def test_evidence_of_someone_else_is_none() -> None:
    assert verify(_evidence().token, UUID(int=9)) is None


def test_evidence_is_over_a_day_after_it_is_ripe() -> None:
    proven = verify(_evidence().token, OWNER)

    assert proven
    assert not proven.is_over(NOW + LIFETIME)
    assert proven.is_over(NOW + LIFETIME + timedelta(milliseconds=1))


def test_evidence_signed_with_another_secret_is_none() -> None:
    token = _evidence().token
    secrets.configure("a secret of somebody else")

    assert verify(token, OWNER) is None


def test_what_was_signed_for_another_purpose_is_no_evidence() -> None:
    said = _raw(_evidence().token)[:-16]

    assert verify(_token(said + secrets.sign("session", said)[:16]), OWNER) is None


@given(st.integers(0, 73 * 8 - 1))
def test_evidence_with_any_bit_turned_is_none(bit: int) -> None:
    raw = bytearray(_raw(_evidence().token))
    raw[bit // 8] ^= 1 << bit % 8

    assert verify(_token(bytes(raw)), OWNER) is None


@given(st.integers(0, 96))
def test_evidence_cut_short_is_none(length: int) -> None:
    assert verify(_evidence().token[:length], OWNER) is None


@pytest.mark.parametrize(
    ("_case", "spoil"),
    [
        ("padded", lambda token: token + "=="),
        ("longer", lambda token: token + "AAAA"),
        ("twice", lambda token: token + token),
        ("a line end", lambda token: token + "\n"),
        ("with strangers inside", lambda token: token[:8] + "!" + token[8:]),
        ("a blank before", lambda token: " " + token),
        ("other unused bits", lambda token: token[:-1] + chr(ord(token[-1]) + 1)),
        ("letters of another script", lambda token: token[:-1] + "é"),
        ("full-width", lambda token: token[:-1] + "Ａ"),
        ("a lone surrogate", lambda token: token + "\ud800"),
        ("NUL", lambda token: token + "\x00"),
    ],
)
def test_a_token_has_one_spelling(_case: str, spoil: Callable[[str], str]) -> None:
    assert verify(spoil(_evidence().token), OWNER) is None


@given(st.text(max_size=120) | st.binary(max_size=120).map(_token))
def test_no_made_up_token_is_evidence(token: str) -> None:
    assert verify(token, OWNER) is None


async def test_a_view_counts_after_three_seconds(opened: str) -> None:
    program = await a_program()
    product = await a_product(program)
    viewer = new_id()

    seen = await view_product(program, viewer, product.id, now=NOW)

    assert seen.claim_after == NOW + VIEW_TIME
    proven = verify(seen.token, viewer)
    assert proven
    assert (proven.kind, proven.item_id) == ("view", product.id)


async def test_an_article_counts_after_its_own_time(opened: str) -> None:
    program = await a_program()
    article = await an_article(program, read_seconds=40)

    begun = await read_article(program, new_id(), article.id, now=NOW)

    assert begun.claim_after == NOW + timedelta(seconds=40)


async def test_what_is_not_shown_here_and_now_gives_no_evidence(opened: str) -> None:
    program, elsewhere = await a_program(), await a_program()
    unseen: tuple[dict[str, Any], ...] = (
        {"published_at": NOW + timedelta(seconds=1)},
        {"hidden_at": NOW},
        {"hidden_at": NOW - timedelta(days=1)},
    )
    products = [await a_product(program, **how) for how in unseen] + [await a_product(elsewhere)]
    articles = [await an_article(program, **how) for how in unseen] + [await an_article(elsewhere)]
    nothing = new_id()

    for see, ids in (
        (view_product, [nothing, *(product.id for product in products)]),
        (share_product, [nothing, *(product.id for product in products)]),
        (read_article, [nothing, *(article.id for article in articles)]),
    ):
        for item_id in ids:
            with pytest.raises(NotFound):
                await see(program, new_id(), item_id, now=NOW)


async def test_evidence_is_used_once(opened: str) -> None:
    program = await a_program()
    one, other = await a_member(program), await a_member(program)

    async def used(customer_id: UUID) -> bool:
        proven = verify(_evidence(owner=customer_id).token, customer_id)
        assert proven
        async with db.transaction() as connection:
            return await use(connection, customer_id, proven, now=NOW)

    assert [await used(c.customer_id) for c in (one, one, other)] == [True, False, True]


async def test_a_share_is_opened_once_and_in_its_program(opened: str) -> None:
    program, elsewhere = await a_program(), await a_program()
    sharer = await a_member(program)
    product = await a_product(program)
    shared: Share = await share_product(program, sharer.customer_id, product.id, now=NOW)

    async with db.transaction() as connection:
        assert await unopened(connection, elsewhere.id, shared.code) is None
        assert await unopened(connection, program.id, "nobodys") is None
        found = await unopened(connection, program.id, shared.code)
        assert found
        assert found.sharer_id == sharer.customer_id
        assert await open_share(connection, found, now=NOW)
        assert not await open_share(connection, found, now=NOW)
        assert await unopened(connection, program.id, shared.code) is None
