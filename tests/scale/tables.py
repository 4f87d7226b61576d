"""On which node each table's rows will lie once there is more than one node.

Every table is in exactly one of these; the schema lint refuses a table that is in none.
"""

# Small and rarely written: the same on every node.
REFERENCE = (
    "program",
    "program_zone",
    "program_terms",
    "rule",
    "campaign",
    "product",
    "news",
    "broadcast",
    "closing",
    "closed_day",
    "category",
    "feed",
)

# A customer's own rows lie together, found by customer_id.
BY_CUSTOMER = (
    "customer",
    "consent",
    "channel",
    "referral",
    "share",
    "evidence_use",
    "check_in",
    "cap_use",
    "decision",
    "notice",
    "notice_mute",
    "broadcast_recipient",
    "account",
    "movement",
    "movement_note",
    "lot",
    "allocation",
    "debt_item",
    "substitute",
    "correctable",
    "pending_award",
    "hold",
    "hold_part",
    "inheritance",
    "fact",
    "request",
)

# What must be unique across customers, each found by its own value.
BY_OWN_KEY = {
    "identity": "value",
    "invite": "code",
    "share_link": "code",
    "customer_session": "token_hash",
    "sign_in_link": "token_hash",
    "sign_in_code": "nonce_hash",
}

# One group on one node: staff, their traces, and the queue of received updates.
ON_ONE_NODE = (
    "staff",
    "staff_session",
    "staff_factor",
    "staff_recovery_code",
    "staff_sign_in",
    "staff_invitation",
    "admin_token",
    "sign_in_failure",
    "audit_entry",
    "received_update",
    "content_import",
    "telegram_bot",
    "send_pace",
    "campaign_budget",
    "tortoise_migrations",
)


def placements() -> list[tuple[str, str, str | None]]:
    """Return each table with its class and the column by which its rows are spread."""
    return [
        *((table, "reference", None) for table in REFERENCE),
        *((table, "customer", "customer_id") for table in BY_CUSTOMER),
        *((table, "own", key) for table, key in BY_OWN_KEY.items()),
        *((table, "one", None) for table in ON_ONE_NODE),
    ]
