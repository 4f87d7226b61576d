"""What the mini app's API takes and answers."""

from datetime import date, datetime, time
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field, StringConstraints

from domain.errors import InvalidInput
from web.bodies import Body, Digits

TermsVersion = Annotated[int, Field(ge=1, le=1_000_000_000)]
Token = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,512}$")]
NoticeKind = Annotated[str, StringConstraints(pattern=r"^[a-z_]{1,40}$")]
Kind = Literal["earned", "reversed", "redeemed", "reimbursed", "expired"]


class Registration(Body):
    """The terms that the customer read and accepts."""

    terms_version: TermsVersion


class Claim(Body):
    """A claim to be paid; some actions need evidence."""

    evidence: Token | None = None


class ProfileChange(Body):
    """What to change about oneself; what is absent stays."""

    birthday: Annotated[str, StringConstraints(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")] | None = (
        None
    )
    locale: Literal["vi", "en"] | None = None

    @property
    def day(self) -> date | None:
        """The birthday as a date; raises InvalidInput for a day that no calendar has."""
        return day_of(self.birthday) if self.birthday else None


class Wanted(Body):
    """By kind of message: whether to hear of it."""

    wanted: Annotated[dict[NoticeKind, bool], Field(min_length=1, max_length=50)]


class Nothing(Body):
    """No content, or `{}`."""


class Page(Body):
    """Which part of the movements."""

    cursor: Digits | None = None
    limit: Digits = "20"
    kind: Kind | None = None


def day_of(text: str) -> date:
    """Return the date that a form or a call writes as YYYY-MM-DD; raises InvalidInput."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InvalidInput("there is no such day") from None


class ProgramAnswer(BaseModel):
    """A program as anybody may see it."""

    slug: str
    name: str
    time_zone: str
    currency: str
    terms_version: int
    brand: dict[str, Any]
    # By language.
    terms: dict[str, str]


class CustomerAnswer(BaseModel):
    """The customer who is signed in."""

    id: UUID
    name: str
    locale: str
    registered: bool


class SessionAnswer(BaseModel):
    """A new session; its token is shown this once."""

    token: str
    expires_at: datetime
    customer: CustomerAnswer


class RegistrationAnswer(BaseModel):
    """What joining brought."""

    points: int
    new_member_points: int
    balance: int


class ExpiringAnswer(BaseModel):
    """Points that expire together."""

    amount: int
    expires_at: datetime


class StreakAnswer(BaseModel):
    """Days in a row."""

    days: int
    claimed_today: bool


class MeAnswer(BaseModel):
    """Where the customer stands; `balance` is negative while there is a debt."""

    customer: CustomerAnswer
    balance: int
    pending: int
    held: int
    debt: int
    expiring: list[ExpiringAnswer]
    tier: None = None
    streak: StreakAnswer
    spins: None = None
    card: None = None


class OfferAnswer(BaseModel):
    """One way to earn; `until` is when its state changes by itself."""

    action: str
    label: str
    hint: str
    points: int
    limit: Literal["once", "once_a_day", "once_per_friend", "once_per_document"]
    state: Literal["available", "done", "locked"]
    until: datetime | None
    claimed: int
    claimable: bool


class OffersAnswer(BaseModel):
    """Every way to earn."""

    items: list[OfferAnswer]


class ClaimAnswer(BaseModel):
    """What a claim brought; `pending` points count once their holding period ends."""

    action: str
    points: int
    balance: int
    movement_id: UUID | None
    outcome: Literal["posted", "pending"]


class ProductAnswer(BaseModel):
    """A product; the price is in the smallest units of the program's currency."""

    id: UUID
    title: str
    category: str
    price: int
    currency: str
    picture: str
    # The address of the merchant's own picture.
    photo: str | None = None


class ProductsAnswer(BaseModel):
    """The products, in the merchant's order."""

    items: list[ProductAnswer]


class ProductDetailAnswer(ProductAnswer):
    """A product with its text."""

    body: str


class ArticleAnswer(BaseModel):
    """An article of the news."""

    id: UUID
    title: str
    summary: str
    picture: str
    # The address of the merchant's own picture.
    photo: str | None = None
    published_at: datetime
    read_seconds: int


class NewsAnswer(BaseModel):
    """The news, newest first."""

    items: list[ArticleAnswer]


class ArticleDetailAnswer(ArticleAnswer):
    """An article with its text."""

    body: str


class EvidenceAnswer(BaseModel):
    """What a claim needs, and from when it counts."""

    evidence: str
    claim_after: datetime


class ShareAnswer(EvidenceAnswer):
    """A share that is ready to send; a chat that prepares messages has made one."""

    url: str
    text: str
    prepared_message_id: str | None


class MovementAnswer(BaseModel):
    """One line of the history."""

    id: UUID
    kind: str
    action: str
    amount: int
    balance_after: int
    business_date: date
    effective_at: datetime
    reason: str | None


class MovementsAnswer(BaseModel):
    """Some lines, newest first; `next` is the cursor of those before them."""

    items: list[MovementAnswer]
    next: str | None


class OpenedAnswer(BaseModel):
    """Points that a movement brought in, how many are left, and until when."""

    amount: int
    remaining: int
    expires_at: datetime | None


class TakenAnswer(BaseModel):
    """Points that a movement took out of those of an earlier one, or gave back if negative."""

    movement_id: UUID
    action: str
    amount: int
    expires_at: datetime | None


class RelatedAnswer(BaseModel):
    """Another movement that corrects this one, or is corrected by it."""

    id: UUID
    kind: str
    action: str
    amount: int
    effective_at: datetime


class MovementDetailAnswer(MovementAnswer):
    """A movement with everything that explains it; `why` is in the customer's language."""

    balance_before: int
    why: list[str]
    rule_version: int | None
    opened: list[OpenedAnswer]
    taken: list[TakenAnswer]
    corrects: RelatedAnswer | None
    corrected_by: list[RelatedAnswer]


class ProfileAnswer(BaseModel):
    """What the customer has said about themselves; the name comes from their chat."""

    name: str
    locale: str
    birthday: date | None


class DepartureAnswer(BaseModel):
    """What leaving took: `points` that expired, 0 or negative."""

    outcome: Literal["left"]
    points: int
    balance: int


class NoticeKindAnswer(BaseModel):
    """A kind of message, and whether the customer wants to hear of it."""

    kind: str
    label: str
    is_marketing: bool
    can_mute: bool
    wanted: bool


class NoticesAnswer(BaseModel):
    """Every kind of message; between the quiet hours, in the program's zone, none is sent."""

    quiet_from: time
    quiet_to: time
    items: list[NoticeKindAnswer]


class CodeAnswer(BaseModel):
    """A question in the chat: show the number, open the link, and keep the token to oneself."""

    token: str
    number: str
    link: str
    expires_at: datetime


class CodeStateAnswer(BaseModel):
    """`confirmed`: sign in with the token now; `over`: begin again."""

    state: Literal["waiting", "confirmed", "over"]


class LinksAnswer(BaseModel):
    """Invite links; null while the program has no bot."""

    bot: str | None
    app: str | None


class TotalsAnswer(BaseModel):
    """Friends by how far they have come."""

    pending: int
    completed: int
    cancelled: int


class FriendAnswer(BaseModel):
    """Someone who came by the customer's link."""

    name: str
    status: str
    reason: str | None
    at: datetime


class ReferralsAnswer(BaseModel):
    """The customer's links and friends."""

    links: LinksAnswer
    totals: TotalsAnswer
    items: list[FriendAnswer]


class DecisionAnswer(BaseModel):
    """One attempt to earn, and why it was paid or not."""

    action: str
    verdict: str
    message: str
    rule_version: int | None
    facts: dict[str, Any]
    decided_at: datetime


class DecisionsAnswer(BaseModel):
    """The latest attempts, newest first."""

    items: list[DecisionAnswer]
