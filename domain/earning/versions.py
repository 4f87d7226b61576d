"""Versions of a rule: who wrote which, from when it counts, and what it changed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any, Literal
from uuid import UUID

from domain import db
from domain.earning.models import Rule
from domain.earning.rule_values import RuleValues, changed, values_of
from domain.sql import queries

SQL = queries("domain.earning", "rules.sql")
State = Literal["in_force", "planned", "past", "withdrawn"]


@dataclass(frozen=True)
class Change:
    """One field of a rule and its value before and after."""

    field: str
    before: Any
    after: Any


@dataclass(frozen=True)
class Version:
    """A version among the others; `before` is what counted before it, `changes` what differs.

    `withdrawn`: another one took its place at the very instant at which it would have begun.
    """

    rule: Rule
    values: RuleValues
    before: RuleValues
    state: State
    author: str
    changes: tuple[Change, ...]


async def versions_of(program_id: UUID, action: str, *, now: datetime) -> tuple[Version, ...]:
    """Return all versions of a rule, the one that counts last first."""
    rules = await Rule.filter(program_id=program_id, action=action).order_by(
        "valid_from", "version"
    )
    names = await author_names(rule.created_by for rule in rules)
    found = []
    for rule, state in _stated(rules, now):
        before = [r for r in rules if r.valid_from < rule.valid_from]
        values = values_of(rule, action)
        old = values_of(before[-1], action) if before else values
        changes = tuple(Change(name, *both) for name, both in changed(old, values).items())
        found.append(Version(rule, values, old, state, names[rule.created_by], changes))
    return tuple(reversed(found))


def _stated(rules: Sequence[Rule], now: datetime) -> list[tuple[Rule, State]]:
    """Say what each version is by now; they come in the order in which they count."""
    stated: list[tuple[Rule, State]] = []
    for rule, later in pairwise([*rules, None]):
        assert rule is not None
        if later is not None and later.valid_from == rule.valid_from:
            stated.append((rule, "withdrawn"))
        elif rule.valid_from > now:
            stated.append((rule, "planned"))
        else:
            stated.append((rule, "past" if later and later.valid_from <= now else "in_force"))
    return stated


async def author_names(authors: Iterable[str]) -> dict[str, str]:
    """Return how each author is called: a member of the staff by name, others as they are."""
    wanted = set(authors)
    async with db.reading() as connection:
        rows = await connection.fetch(SQL["authors"], sorted(wanted))
    return {author: author for author in wanted} | {row["author"]: row["name"] for row in rows}
