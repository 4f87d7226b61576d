"""What a posting does to an account, decided without a database.

`Book` is one account as read under its lock. A verb of this package looks at a book and
answers a plan: the steps to post, in order. `apply` gives the book after a plan.
"""

from domain.ledger.plan.apply import apply
from domain.ledger.plan.book import (
    Allocation,
    Award,
    Book,
    DebtItem,
    Hold,
    Kind,
    Lot,
    Movement,
    PlanError,
    Substitute,
)
from domain.ledger.plan.holding import capture, hold, release, with_hold
from domain.ledger.plan.identity import NewId, account_ids
from domain.ledger.plan.leaving import OPT_OUT, opt_out
from domain.ledger.plan.posting import Policy, credit, deduct, spend
from domain.ledger.plan.reimbursing import reimburse
from domain.ledger.plan.reversing import reverse
from domain.ledger.plan.settling import settle
from domain.ledger.plan.steps import Plan, Step, plan_document
from domain.ledger.plan.transferring import Transfer, carried_on, transfer

__all__ = [
    "OPT_OUT",
    "Allocation",
    "Award",
    "Book",
    "DebtItem",
    "Hold",
    "Kind",
    "Lot",
    "Movement",
    "NewId",
    "Plan",
    "PlanError",
    "Policy",
    "Step",
    "Substitute",
    "Transfer",
    "account_ids",
    "apply",
    "capture",
    "carried_on",
    "credit",
    "deduct",
    "hold",
    "opt_out",
    "plan_document",
    "reimburse",
    "release",
    "reverse",
    "settle",
    "spend",
    "transfer",
    "with_hold",
]
