"""The audit: every law of the ledger, checked on what stands in the database."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from domain import db
from domain.sql import queries

CHECKS = queries("domain.ledger", "audit.sql")
_SHOWN_MAX = 100


@dataclass(frozen=True)
class Finding:
    """A broken law: the check that saw it, whose account it is, and what stands there."""

    check: str
    customer_id: UUID | None
    detail: str

    def __str__(self) -> str:
        return f"{self.check.replace('_', ' ')}: {self.customer_id}: {self.detail}"


def _silent(_check: str) -> None:
    """Tell nobody."""


async def run(*, report: Callable[[str], None] = _silent) -> list[Finding]:
    """Run every check and return what they find, at most 100 findings each.

    All checks see the same instant, so an audit may run while points are posted.
    """
    findings: list[Finding] = []
    async with db.snapshot() as connection:
        for check, statement in CHECKS.items():
            report(check)
            rows = await connection.fetch(statement)
            findings += [Finding(check, r["customer_id"], r["detail"]) for r in rows[:_SHOWN_MAX]]
    return findings
