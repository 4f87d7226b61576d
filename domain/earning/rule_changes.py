"""Changing rules: the next version, asked for by staff, for now or for later."""

from collections.abc import Iterator
from dataclasses import fields
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from domain import db, programs
from domain.access import audit
from domain.access.models import Staff
from domain.earning import bounds
from domain.earning.actions import ACTIONS
from domain.earning.models import Rule
from domain.earning.rule_values import RuleValues, changed, values_of
from domain.earning.rules import change_rule, forget_rulebook, read_rulebook
from domain.earning.versions import author_names
from domain.errors import NotFound, Refusal
from domain.programs import Program
from domain.sql import queries

SQL = queries("domain.earning", "rules.sql")


class RuleChanged(Refusal):
    """%(who)s changed this rule since you opened it. Nothing was saved: compare and save again."""

    code = "rule_changed"


class NotPlanned(Refusal):
    """This version is already in force. Change the rule instead."""

    code = "not_planned"


def problems(action: str, wanted: RuleValues, today: date) -> Iterator[tuple[str, Refusal]]:
    """Yield what is out of bounds, each under the name of its field."""
    yield from bounds.within("points", wanted.points, bounds.POINTS)
    if wanted.daily_cap is not None:
        yield from bounds.within("daily_cap", wanted.daily_cap, bounds.DAILY_CAP)
    yield from bounds.lifetime(
        wanted.lifetime_kind, wanted.lifetime_count, wanted.lifetime_on, today
    )
    yield from bounds.within("holding_days", wanted.holding_days, bounds.HOLDING_DAYS)
    yield from bounds.settings(action, wanted.settings)


async def revise(
    program: Program,
    action: str,
    wanted: RuleValues,
    *,
    opened: int,
    starts_at: datetime | None = None,
    by: Staff,
    now: datetime,
) -> Rule | None:
    """Put a rule's next version in force, from now or from a later instant; None if it says the same.

    `opened` is the latest version that the person had before them. Raises NotFound for an action
    that no rule pays, RuleChanged, OutOfBounds, InvalidInput.
    """
    check_action(action)
    begins = starts_at or now
    today = now.astimezone(ZoneInfo(await programs.zone_of(program.id, now))).date()
    for _, refusal in [*problems(action, wanted, today), *bounds.start("starts_at", begins, now)]:
        raise refusal
    async with db.transaction() as connection:
        await connection.execute(SQL["lock"], program.id)
        await _nobody_else(program.id, action, opened)
        base = (await read_rulebook(program.id)).version(action, begins)
        before = values_of(base, action)
        if base and before == wanted:
            return None
        rule = await _write(program.id, action, wanted, begins, by=by, now=now)
        differing = changed(before, wanted)
        await audit.record(
            "rule_changed",
            now=now,
            by=by,
            action=action,
            version=rule.version,
            starts_at=begins.isoformat(),
            before={name: _plain(old) for name, (old, _) in differing.items()},
            after={name: _plain(new) for name, (_, new) in differing.items()},
        )
    forget_rulebook(program.id)
    return rule


async def withdraw(
    program: Program, action: str, version: int, *, opened: int, by: Staff, now: datetime
) -> Rule:
    """Let a planned version never come: the one before it goes on instead.

    Nothing is deleted: a next version with the old values begins at the same instant. Raises
    NotFound, NotPlanned, RuleChanged.
    """
    check_action(action)
    async with db.transaction() as connection:
        await connection.execute(SQL["lock"], program.id)
        await _nobody_else(program.id, action, opened)
        rules = await Rule.filter(program_id=program.id, action=action).order_by(
            "valid_from", "version"
        )
        planned = next((rule for rule in rules if rule.version == version), None)
        if planned is None:
            raise NotFound
        newer = [rule for rule in rules if rule.version > version]
        if planned.valid_from <= now or any(
            rule.valid_from == planned.valid_from for rule in newer
        ):
            raise NotPlanned
        earlier = [rule for rule in rules if rule.valid_from < planned.valid_from]
        kept = values_of(earlier[-1] if earlier else None, action)
        rule = await _write(program.id, action, kept, planned.valid_from, by=by, now=now)
        await audit.record(
            "rule_changed", now=now, by=by, action=action, version=rule.version, withdrawn=version
        )
    forget_rulebook(program.id)
    return rule


def check_action(action: str) -> None:
    """Raise NotFound for what is not in the catalogue or is paid by no rule."""
    if action not in ACTIONS or not ACTIONS[action].points:
        raise NotFound


async def _nobody_else(program_id: UUID, action: str, opened: int) -> None:
    """Raise RuleChanged if a version was added since the person looked."""
    latest = await Rule.filter(program_id=program_id, action=action).order_by("-version").first()
    if latest and latest.version != opened:
        names = await author_names([latest.created_by])
        raise RuleChanged(who=names[latest.created_by], version=latest.version)


async def _write(
    program_id: UUID, action: str, values: RuleValues, begins: datetime, *, by: Staff, now: datetime
) -> Rule:
    said = {each.name: getattr(values, each.name) for each in fields(values)}
    return await change_rule(
        program_id,
        action,
        now=now,
        by=f"staff:{by.id}",
        **said | {"valid_from": begins, "valid_to": None},
    )


def _plain(value: Any) -> Any:
    return value if isinstance(value, (int, str, type(None))) else str(value)
