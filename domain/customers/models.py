"""Customers as rows."""

from tortoise import fields
from tortoise.models import Model


class Customer(Model):
    """A member of one program, registered once the terms are accepted."""

    customer_id = fields.UUIDField(primary_key=True)
    program_id = fields.UUIDField()
    name = fields.TextField()
    locale = fields.TextField()
    invite_code = fields.TextField()
    joined_at = fields.DatetimeField()
    registered_at = fields.DatetimeField(null=True)
    terms_version = fields.IntField(null=True)
    # Who left: null again once they come back. The date of the last leaving stays.
    left_at = fields.DatetimeField(null=True)
    left_on = fields.DateField(null=True)
    # Personal: goes when the customer is erased.
    birthday = fields.DateField(null=True)

    class Meta:
        table = "customer"
