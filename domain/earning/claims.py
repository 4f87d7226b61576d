"""Claims: a customer asks to be paid for something they did."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain import db
from domain.content import evidence as proofs
from domain.db import Connection
from domain.earning import awards, check_in, decisions
from domain.earning.actions import ACTIONS, Action
from domain.earning.caps import count_use, day_window, full_window
from domain.earning.lifetime import expires_at
from domain.earning.models import Rule
from domain.earning.rules import Rulebook, matures_at, rulebook
from domain.earning.streak import CheckIn
from domain.errors import NotFound, Refusal
from domain.ledger.posting import Beside, Locked, Posting, lock, post
from domain.ledger.requests import (
    CONFLICT,
    CREATED,
    UNPROCESSABLE,
    RequestKey,
    Verdict,
    store_verdict,
)
from domain.programs import Program


class TermsRequired(Refusal):
    """Please accept the terms first."""

    code = "terms_required"


@dataclass(frozen=True)
class _Attempt:
    """One claim under the account's lock."""

    connection: Connection
    program_id: UUID
    customer_id: UUID
    action: Action
    channel: str
    request: RequestKey
    locked: Locked
    check_in: CheckIn | None

    async def refuse(
        self, code: str, rule: Rule | None = None, *, status: int = CONFLICT, **facts: object
    ) -> Verdict:
        """Log the refusal; a conflict is stored under the call's key, what ripens is not."""
        await decisions.log(
            self.connection,
            self.program_id,
            self.customer_id,
            self.action.code,
            code,
            channel=self.channel,
            at=self.locked.at,
            rule=rule,
            facts=facts,
        )
        verdict = Verdict(status, {"action": self.action.code, "code": code, **facts})
        if status != CONFLICT:
            return verdict
        return await store_verdict(
            self.connection, self.customer_id, self.request, verdict, self.locked.at
        )


async def claim(
    program: Program,
    customer_id: UUID,
    action: str,
    *,
    evidence: str | None,
    channel: str,
    now: datetime,
    request: RequestKey,
) -> Verdict:
    """Pay the customer for an action, at most as often as its scope says.

    Every attempt is decided and logged under the account's lock. Raises NotFound for an action
    that cannot be claimed, TermsRequired, InProgress, KeyReused: then nothing was written.
    """
    wanted = ACTIONS.get(action)
    if wanted is None or not wanted.claimable:
        raise NotFound
    book = await rulebook(program.id)
    async with db.transaction() as connection:
        made = None
        if wanted.code == check_in.ACTION:
            locked, made = await check_in.lock(connection, customer_id, now=now, request=request)
        else:
            locked = await lock(connection, customer_id, now=now, request=request)
        if locked.repeated:
            return locked.repeated
        if not locked.registered:
            raise TermsRequired
        attempt = _Attempt(
            connection, program.id, customer_id, wanted, channel, request, locked, made
        )
        return await _decide(attempt, book, evidence)


async def _decide(attempt: _Attempt, book: Rulebook, evidence: str | None) -> Verdict:
    rule = book.rule(attempt.action.code, attempt.locked.at)
    if rule is None:
        return await attempt.refuse("action_unavailable")
    today = day_window(attempt.locked.business_date)
    windows = {} if rule.daily_cap is None else {today: rule.daily_cap}
    if await full_window(attempt.connection, attempt.customer_id, rule.action, windows):
        return await attempt.refuse("daily_cap_reached", rule, cap=rule.daily_cap)
    if refused := await _refuse_evidence(attempt, rule, evidence):
        return refused
    if attempt.check_in:
        verdict = await _pay_daily_login(attempt, book, rule, attempt.check_in)
    else:
        verdict = await _pay(attempt, book, rule)
    if not verdict.is_refusal:
        await count_use(attempt.connection, attempt.customer_id, rule.action, windows)
    return verdict


async def _refuse_evidence(attempt: _Attempt, rule: Rule, token: str | None) -> Verdict | None:
    """Return why the evidence does not count, or None and use it up."""
    if attempt.action.evidence is None:
        return None
    if not token:
        return await attempt.refuse("evidence_missing", rule, status=UNPROCESSABLE)
    proven = proofs.verify(token, attempt.customer_id)
    at = attempt.locked.at
    if proven is None or proven.kind != attempt.action.evidence or proven.is_over(at):
        return await attempt.refuse("evidence_invalid", rule, status=UNPROCESSABLE)
    if at < proven.claim_after:
        when = proven.claim_after.isoformat()
        return await attempt.refuse("too_soon", rule, status=UNPROCESSABLE, claim_after=when)
    if not await proofs.use(attempt.connection, attempt.customer_id, proven, now=at):
        return await attempt.refuse("already_earned", rule)
    return None


async def _pay_daily_login(attempt: _Attempt, book: Rulebook, rule: Rule, made: CheckIn) -> Verdict:
    bonus = check_in.bonus_of(rule, made.streak_days)
    facts = {"streak_days": made.streak_days, "bonus": bonus}
    return await _pay(attempt, book, rule, beside=check_in.record(made), **facts)


async def _pay(
    attempt: _Attempt,
    book: Rulebook,
    rule: Rule,
    *,
    beside: Beside | None = None,
    **facts: int,
) -> Verdict:
    connection, customer_id, locked = attempt.connection, attempt.customer_id, attempt.locked
    granted = await awards.grant(
        connection, customer_id, book, rule, locked.at, bonus=facts.get("bonus", 0)
    )
    if granted.points <= 0:
        return await attempt.refuse("action_unavailable", rule)
    matures = matures_at(rule, locked.at)
    posting = Posting(
        action=attempt.action.code,
        amount=granted.points,
        business_key=attempt.action.business_key(on=locked.business_date),
        actor="customer",
        channel=attempt.channel,
        expires_at=expires_at(rule, matures or locked.at, locked.zone),
        matures_at=matures,
        rule_id=rule.id,
        rule_version=rule.version,
        facts={"action": attempt.action.code, **facts, **granted.award.facts},
    )
    posted = await post(
        connection,
        customer_id,
        posting,
        now=locked.at,
        request=attempt.request,
        decide=True,
        beside=beside,
    )
    if posted.status != CREATED:
        await awards.give_back(connection, customer_id, granted)
    return posted.verdict
