"""Products, news and what they come from, as rows.

Texts are kept by language: {"vi": "…", "en": "…"}.
"""

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
    # The category's name stands in `category` too, for those who only read.
    category_id = fields.UUIDField(null=True)
    photo = fields.TextField(null=True)
    origin = fields.TextField(null=True)
    version = fields.IntField(default=1)
    changed_at = fields.DatetimeField(null=True)
    changed_by = fields.TextField(null=True)

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
    photo = fields.TextField(null=True)
    origin = fields.TextField(null=True)
    # What an import last brought; `edited_at` says that staff made the article theirs since.
    origin_digest = fields.TextField(null=True)
    source_url = fields.TextField(null=True)
    version = fields.IntField(default=1)
    changed_at = fields.DatetimeField(null=True)
    changed_by = fields.TextField(null=True)
    edited_at = fields.DatetimeField(null=True)

    class Meta:
        table = "news"


class Category(Model):
    """A heading under which products stand."""

    id = fields.UUIDField(primary_key=True)
    program_id = fields.UUIDField()
    name: Any = fields.JSONField()
    position = fields.IntField(default=0)
    version = fields.IntField(default=1)
    changed_at = fields.DatetimeField()
    changed_by = fields.TextField(null=True)

    class Meta:
        table = "category"


class Feed(Model):
    """An address whose articles become news, and what its last reading came to."""

    id = fields.UUIDField(primary_key=True)
    program_id = fields.UUIDField()
    url = fields.TextField()
    name = fields.TextField()
    locale = fields.TextField()
    every_hours = fields.IntField()
    shows_at_once = fields.BooleanField()
    next_at = fields.DatetimeField()
    failures = fields.IntField(default=0)
    read_at = fields.DatetimeField(null=True)
    result: Any = fields.JSONField(null=True)
    etag = fields.TextField(null=True)
    modified = fields.TextField(null=True)
    paused_at = fields.DatetimeField(null=True)
    created_at = fields.DatetimeField()

    class Meta:
        table = "feed"
