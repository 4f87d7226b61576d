"""Staff as rows."""

from typing import Any

from tortoise import fields
from tortoise.models import Model


class Staff(Model):
    """A person, or a service account, that works for a program."""

    id = fields.UUIDField(primary_key=True)
    program_id = fields.UUIDField()
    login = fields.TextField()
    name = fields.TextField()
    role = fields.TextField()
    is_service = fields.BooleanField(default=False)
    password_hash = fields.TextField(null=True)
    locale = fields.TextField(default="vi")
    created_at = fields.DatetimeField()
    disabled_at = fields.DatetimeField(null=True)
    telegram_id = fields.TextField(null=True)
    telegram_name = fields.TextField(null=True)
    signed_in_at = fields.DatetimeField(null=True)

    class Meta:
        table = "staff"


class AuditEntry(Model):
    """What someone of the staff did. Never changed, never deleted."""

    id = fields.UUIDField(primary_key=True)
    program_id = fields.UUIDField(null=True)
    actor = fields.TextField()
    act = fields.TextField()
    facts: Any = fields.JSONField(default=dict)
    address = fields.TextField(null=True)
    recorded_at = fields.DatetimeField()

    class Meta:
        table = "audit_entry"
