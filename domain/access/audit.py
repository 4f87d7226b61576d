"""The audit log: what someone of the staff did, when and from where."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from domain import db
from domain.access.models import Staff
from domain.ids import new_id
from domain.sql import queries

SQL = queries("domain.access", "audit.sql")
Act = Literal[
    "signed_in",
    "signed_out",
    "sign_in_failed",
    "staff_created",
    "role_changed",
    "staff_disabled",
    "password_changed",
    "token_issued",
    "exported",
    "staff_invited",
    "invitation_renewed",
    "invitation_accepted",
    "staff_enabled",
    "token_revoked",
    "sessions_ended",
    "factor_turned_on",
    "factor_turned_off",
    "factor_reset",
    "recovery_code_used",
    "recovery_codes_renewed",
    "telegram_linked",
    "telegram_unlinked",
    "broadcast_planned",
    "broadcast_confirmed",
    "broadcast_turned",
    "bot_connected",
    "bot_disconnected",
    "login_secret_changed",
    "chat_code_made",
    "chat_bound",
    "chat_unbound",
    "program_created",
    "program_changed",
    "zone_changed",
    "brand_changed",
    "terms_published",
    "policies_changed",
    "rule_changed",
    "referral_limits_changed",
    "campaign_planned",
    "campaign_changed",
    "campaign_ended",
    "content_changed",
    "content_imported",
    "feed_changed",
]
Actor = Staff | Literal["operator", "stranger"]


async def record(
    act: Act,
    *,
    now: datetime,
    by: Actor,
    program_id: UUID | None = None,
    address: str | None = None,
    **facts: Any,
) -> None:
    """Write down an act, in the caller's transaction if there is one.

    `operator` is whoever has the command line, `stranger` whoever was not let in.
    """
    actor, program = (
        (f"staff:{by.id}", by.program_id) if isinstance(by, Staff) else (by, program_id)
    )
    entry = (new_id(), program, actor, act, facts, address, now)
    async with db.transaction() as connection:
        await connection.execute(SQL["record"], *entry)
