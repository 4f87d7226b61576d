"""What customers choose about their own membership, each call answered once.

The account's lock orders the calls of one customer, so a repeated key finds its first answer.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from domain import db
from domain.customers.enrolment import by_id, set_locale
from domain.customers.profile import set_birthday
from domain.ledger.posting import lock
from domain.ledger.requests import RequestKey, Verdict, store_verdict
from domain.notices.preferences import mute

_DONE = 200


@dataclass(frozen=True, kw_only=True)
class Changes:
    """What a customer wants otherwise; None leaves it as it is."""

    birthday: date | None = None
    locale: str | None = None


async def change_profile(
    customer_id: UUID, changes: Changes, *, now: datetime, request: RequestKey
) -> Verdict:
    """Remember what a customer says about themselves.

    Raises BirthdayLocked, UnlikelyBirthday, ValueError for a language that we do not speak:
    then nothing of it was changed.
    """
    async with db.transaction() as connection:
        locked = await lock(connection, customer_id, now=now, request=request)
        if locked.repeated:
            return locked.repeated
        if changes.birthday:
            await set_birthday(customer_id, changes.birthday, today=locked.business_date)
        if changes.locale:
            await set_locale(await by_id(customer_id), changes.locale)
        verdict = Verdict(_DONE, {"outcome": "changed"})
        return await store_verdict(connection, customer_id, request, verdict, locked.at)


async def choose_notices(
    customer_id: UUID, wanted: Mapping[str, bool], *, now: datetime, request: RequestKey
) -> Verdict:
    """Hear of these kinds of notices, or not; raises CannotMute, and then nothing was changed."""
    async with db.transaction() as connection:
        locked = await lock(connection, customer_id, now=now, request=request)
        if locked.repeated:
            return locked.repeated
        for kind, is_wanted in sorted(wanted.items()):
            await mute(customer_id, kind, not is_wanted)
        verdict = Verdict(_DONE, {"outcome": "changed"})
        return await store_verdict(connection, customer_id, request, verdict, locked.at)
