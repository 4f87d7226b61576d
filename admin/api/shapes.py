"""What the admin API takes and answers. Points are whole numbers without a sign in totals."""

import re
from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from web.bodies import Body

_ISO = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


def _day(text: object) -> date:
    if isinstance(text, str) and _ISO.fullmatch(text):
        return date.fromisoformat(text)
    raise ValueError("write a day as YYYY-MM-DD")


def _uuid(text: object) -> UUID:
    if isinstance(text, str) and _UUID.fullmatch(text):
        return UUID(text)
    raise ValueError("write an id as a UUID")


IsoDay = Annotated[date, BeforeValidator(_day)]
Id = Annotated[UUID, BeforeValidator(_uuid)]
ZoneName = Literal["program", "utc"]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{1,62}$")]
Cursor = Annotated[str, StringConstraints(max_length=120)]
Rows = Annotated[str, StringConstraints(pattern=r"^([1-9]|[1-9][0-9]|1[0-9][0-9]|200)$")]
Kinds = Annotated[
    str,
    StringConstraints(
        pattern=r"^(earned|reversed|redeemed|reimbursed|expired)"
        r"(,(earned|reversed|redeemed|reimbursed|expired)){0,4}$"
    ),
]
ActionCode = Annotated[str, StringConstraints(pattern=r"^[a-z_]{2,40}$")]


class Ranged(Body):
    """A range of days, both included, by the program's dates or by UTC dates."""

    program: Slug | None = None
    from_: IsoDay = Field(alias="from")
    to: IsoDay
    zone: ZoneName = "program"


class LoyaltyQuery(Ranged):
    """Customer Loyalty of a range."""

    format: Literal["json", "csv"] = "json"


class MovementsQuery(Ranged):
    """The movements behind a figure; `kind` may name several, with commas between."""

    kind: Kinds | None = None
    action: ActionCode | None = None
    on: IsoDay | None = None
    through: IsoDay | None = None
    customer: Id | None = None
    cursor: Cursor | None = None
    limit: Rows = "50"
    format: Literal["json"] = "json"


class ReferralsQuery(Ranged):
    """The referrals behind a figure."""

    customer: Id | None = None
    cursor: Cursor | None = None
    limit: Rows = "50"
    format: Literal["json"] = "json"


class FigureAnswer(BaseModel):
    """Points of one action; in `deducted`, `kind` says whether they were reversed or expired."""

    action: str
    kind: str
    amount: int
    count: int


class PartAnswer(BaseModel):
    """A section of the report, the largest figure first."""

    total: int
    by_action: list[FigureAnswer]


class DayAnswer(BaseModel):
    """Points issued and used on one day."""

    date: date
    issued: int
    used: int


class ReferrerAnswer(BaseModel):
    """A customer, their successful referrals, and what those paid them."""

    customer_id: UUID
    customer: str
    total: int
    points: int
    latest: date


class TotalsAnswer(BaseModel):
    """The totals of a period."""

    model_config = ConfigDict(serialize_by_alias=True)

    from_: date = Field(serialization_alias="from")
    to: date
    issued: PartAnswer
    used: PartAnswer
    deducted: PartAnswer


class LoyaltyAnswer(TotalsAnswer):
    """Customer Loyalty; `compare` is the equally long period before."""

    program: str
    zone: ZoneName
    time_zone: str
    days: list[DayAnswer]
    referrals: list[ReferrerAnswer]
    compare: TotalsAnswer


class MovementAnswer(BaseModel):
    """One movement. `type` is payment, redemption, unredemption, manual, or else its kind."""

    type: str
    reference_id: str | None
    reason: str | None
    program_id: UUID
    id: UUID
    customer_id: UUID
    customer: str
    kind: str
    action: str
    amount: int
    balance_after: int
    current_balance: int
    date: date
    corrects_id: UUID | None
    created_by: str
    created_at: datetime
    effective_at: datetime


class SumAnswer(BaseModel):
    """The signed points and the number of all movements that were asked for."""

    amount: int
    count: int


class MovementsAnswer(BaseModel):
    """Some movements, the newest first."""

    rows: list[MovementAnswer]
    next: str | None
    totals: SumAnswer


class PaymentAnswer(BaseModel):
    """A movement that paid for a referral."""

    movement_id: UUID
    customer_id: UUID
    action: str
    amount: int
    date: date


class ReferralAnswer(BaseModel):
    """A completed referral."""

    referee_id: UUID
    referee: str
    customer_id: UUID
    customer: str
    date: date
    points: int
    movements: list[PaymentAnswer]


class ReferralSumAnswer(BaseModel):
    """All referrals that were asked for, and what they paid their referrers."""

    count: int
    points: int


class ReferralsAnswer(BaseModel):
    """Some referrals, the newest first."""

    rows: list[ReferralAnswer]
    next: str | None
    totals: ReferralSumAnswer
