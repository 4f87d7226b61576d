"""Keeping a change of a program's settings, and the trace of it."""

from datetime import datetime
from typing import Any

from domain.access import audit
from domain.access.models import Staff
from domain.programs import Program


async def keep(
    program: Program, values: dict[str, Any], *, act: audit.Act, by: Staff, now: datetime
) -> None:
    """Store what differs, in the caller's transaction, and record it; nothing if nothing does."""
    before = {name: getattr(program, name) for name in values}
    changed = {name: value for name, value in values.items() if value != before[name]}
    if not changed:
        return
    program.update_from_dict(changed)
    await program.save(update_fields=list(changed))
    await audit.record(
        act,
        now=now,
        by=by,
        before={name: _plain(before[name]) for name in changed},
        after={name: _plain(value) for name, value in changed.items()},
    )


def _plain(value: Any) -> Any:
    return value if isinstance(value, (dict, int, str, type(None))) else str(value)
