"""Products and news as rows. Texts are kept by language: {"vi": "…", "en": "…"}."""

from typing import Any

from tortoise import fields
from tortoise.models import Model


class Product(Model):
    """Something the merchant sells, shown in the mini app."""

    id = fields.UUIDField(primary_key=True)
    program_id = fields.UUIDField()
    title: Any = fields.JSONField()
    body: Any = fields.JSONField()
    category: Any = fields.JSONField(default=dict)
    price = fields.BigIntField()
    picture = fields.TextField()
    position = fields.IntField(default=0)
    published_at = fields.DatetimeField()
    hidden_at = fields.DatetimeField(null=True)

    class Meta:
        table = "product"


class News(Model):
    """An article of the merchant."""

    id = fields.UUIDField(primary_key=True)
    program_id = fields.UUIDField()
    title: Any = fields.JSONField()
    summary: Any = fields.JSONField()
    body: Any = fields.JSONField()
    picture = fields.TextField()
    read_seconds = fields.IntField(default=15)
    published_at = fields.DatetimeField()
    hidden_at = fields.DatetimeField(null=True)

    class Meta:
        table = "news"
