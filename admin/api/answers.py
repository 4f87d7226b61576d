"""Reports as the shapes that the API answers."""

from uuid import UUID

from admin.api.shapes import (
    DayAnswer,
    FigureAnswer,
    LoyaltyAnswer,
    MovementAnswer,
    MovementsAnswer,
    PartAnswer,
    PaymentAnswer,
    ReferralAnswer,
    ReferralsAnswer,
    ReferralSumAnswer,
    ReferrerAnswer,
    SumAnswer,
    TotalsAnswer,
)
from domain.programs import Program
from domain.reporting.customer_loyalty import CustomerLoyalty, Part, Totals
from domain.reporting.movements import MovementRow, MovementsPage
from domain.reporting.referrals import Payment, Referral, ReferralsPage


def loyalty_answer(report: CustomerLoyalty, program: Program, time_zone: str) -> LoyaltyAnswer:
    """Fill in Customer Loyalty."""
    return LoyaltyAnswer(
        **dict(_totals(report.totals)),
        program=program.slug,
        zone=report.totals.period.zone,
        time_zone=time_zone,
        days=[DayAnswer(date=day.on, issued=day.issued, used=day.used) for day in report.days],
        referrals=[
            ReferrerAnswer(
                customer_id=one.customer_id,
                customer=one.name,
                total=one.total,
                points=one.points,
                latest=one.latest,
            )
            for one in report.referrers
        ],
        compare=_totals(report.previous),
    )


def _totals(totals: Totals) -> TotalsAnswer:
    return TotalsAnswer(
        from_=totals.period.first,
        to=totals.period.last,
        issued=_part(totals.issued),
        used=_part(totals.used),
        deducted=_part(totals.deducted),
    )


def _part(part: Part) -> PartAnswer:
    figures = [
        FigureAnswer(
            action=figure.action, kind=figure.kind, amount=figure.amount, count=figure.count
        )
        for figure in part.figures
    ]
    return PartAnswer(total=part.total, by_action=figures)


def movements_answer(found: MovementsPage, program_id: UUID) -> MovementsAnswer:
    """Fill in a page of movements."""
    return MovementsAnswer(
        rows=[_movement(row, program_id) for row in found.rows],
        next=found.next,
        totals=SumAnswer(amount=found.amount, count=found.count),
    )


def _movement(row: MovementRow, program_id: UUID) -> MovementAnswer:
    return MovementAnswer(
        type=_type(row),
        reference_id=row.reference,
        reason=row.reason,
        program_id=program_id,
        id=row.id,
        customer_id=row.customer_id,
        customer=row.customer,
        kind=row.kind,
        action=row.action,
        amount=row.amount,
        balance_after=row.balance_after,
        current_balance=row.current_balance,
        date=row.on_date,
        corrects_id=row.corrects_id,
        created_by=row.actor_name or row.actor,
        created_at=row.recorded_at,
        effective_at=row.effective_at,
    )


def _type(row: MovementRow) -> str:
    """Say in one word what a movement is to a bookkeeper."""
    if row.action == "manual_adjustment":
        return "manual"
    if row.action == "purchase" and row.kind == "earned":
        return "payment"
    return {"redeemed": "redemption", "reimbursed": "unredemption"}.get(row.kind, row.kind)


def referrals_answer(found: ReferralsPage) -> ReferralsAnswer:
    """Fill in a page of referrals."""
    return ReferralsAnswer(
        rows=[_referral(row, found.names) for row in found.rows],
        next=found.next,
        totals=ReferralSumAnswer(count=found.total, points=found.points),
    )


def _referral(row: Referral, names: dict[UUID, str]) -> ReferralAnswer:
    return ReferralAnswer(
        referee_id=row.referee_id,
        referee=names[row.referee_id],
        customer_id=row.referrer_id,
        customer=names[row.referrer_id],
        date=row.on,
        points=row.points,
        movements=[_payment(paid) for paid in row.payments],
    )


def _payment(paid: Payment) -> PaymentAnswer:
    return PaymentAnswer(
        movement_id=paid.movement_id,
        customer_id=paid.customer_id,
        action=paid.action,
        amount=paid.amount,
        date=paid.on,
    )
