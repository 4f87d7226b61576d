"""Identifiers made of per-account numbers: the posting function makes the same ones."""

import hashlib
from collections.abc import Callable
from uuid import UUID

# Asked with what the identifier is for and a number of the account: ("movement", seq).
NewId = Callable[[str, int], UUID]


def account_ids(customer_id: UUID) -> NewId:
    """Return the factory that agrees with SQL's `ledger_id` for this customer."""

    def new_id(kind: str, number: int) -> UUID:
        name = f"{customer_id}{kind}{number}".encode()
        return UUID(hashlib.md5(name, usedforsecurity=False).hexdigest())

    return new_id
