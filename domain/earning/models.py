"""Rules and campaigns as rows. A rule is never edited: a change is its next version."""

from datetime import datetime
from typing import Any

from tortoise import fields
from tortoise.models import Model


class Rule(Model):
    """What one version of a program's rule gives for an action, and within which limits."""

    id = fields.UUIDField(primary_key=True)
    program_id = fields.UUIDField()
    action = fields.TextField()
    scope = fields.TextField()
    version = fields.IntField()
    points = fields.BigIntField()
    enabled = fields.BooleanField(default=True)
    valid_from = fields.DatetimeField()
    valid_to = fields.DatetimeField(null=True)
    daily_cap = fields.IntField(null=True)
    lifetime_kind = fields.TextField(default="never")
    lifetime_count = fields.IntField(null=True)
    lifetime_on = fields.DateField(null=True)
    holding_days = fields.IntField(default=0)
    settings: Any = fields.JSONField(default=dict)
    created_at = fields.DatetimeField()
    created_by = fields.TextField()

    class Meta:
        table = "rule"


class Campaign(Model):
    """A multiplier on one action, or on all, for a while."""

    id = fields.UUIDField(primary_key=True)
    program_id = fields.UUIDField()
    name = fields.TextField()
    action = fields.TextField(null=True)
    multiplier = fields.DecimalField(max_digits=6, decimal_places=2)
    starts_at = fields.DatetimeField()
    ends_at = fields.DatetimeField()
    stopped_at = fields.DatetimeField(null=True)
    # The most points that it may add to what the rules give: in all, and for one customer.
    budget = fields.BigIntField(null=True)
    customer_cap = fields.BigIntField(null=True)
    version = fields.IntField(default=1)
    created_at = fields.DatetimeField()
    created_by = fields.TextField(default="system")

    class Meta:
        table = "campaign"

    @property
    def over_at(self) -> datetime:
        """When it ends, or ended because somebody stopped it."""
        return self.stopped_at or self.ends_at

    def runs(self, at: datetime) -> bool:
        return bool(self.starts_at <= at < self.over_at)
