"""Pictures, categories, schedules and feeds."""

from uuid import uuid4

from orjson import loads
from tortoise import fields, migrations
from tortoise.fields.data import JSON_DUMPS

from domain.migration_steps import Column, Model, sql_file


class Migration(migrations.Migration):
    dependencies = [("domain", "0005_earning")]

    operations = [
        sql_file("0006_content.sql"),
        Model(
            name="Category",
            fields=[
                (
                    "id",
                    fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True),
                ),
                ("program_id", fields.UUIDField()),
                ("name", fields.JSONField(encoder=JSON_DUMPS, decoder=loads)),
                ("position", fields.IntField(default=0)),
                ("version", fields.IntField(default=1)),
                ("changed_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("changed_by", fields.TextField(null=True, unique=False)),
            ],
            options={
                "table": "category",
                "app": "domain",
                "pk_attr": "id",
                "table_description": "A heading under which products stand.",
            },
            bases=["Model"],
        ),
        Model(
            name="Feed",
            fields=[
                (
                    "id",
                    fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True),
                ),
                ("program_id", fields.UUIDField()),
                ("url", fields.TextField(unique=False)),
                ("name", fields.TextField(unique=False)),
                ("locale", fields.TextField(unique=False)),
                ("every_hours", fields.IntField()),
                ("shows_at_once", fields.BooleanField()),
                ("next_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("failures", fields.IntField(default=0)),
                ("read_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("result", fields.JSONField(null=True, encoder=JSON_DUMPS, decoder=loads)),
                ("etag", fields.TextField(null=True, unique=False)),
                ("modified", fields.TextField(null=True, unique=False)),
                ("paused_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "feed",
                "app": "domain",
                "pk_attr": "id",
                "table_description": "An address whose articles become news, and what its last reading came to.",
            },
            bases=["Model"],
        ),
        Column("Product", "category_id", fields.UUIDField(null=True)),
        *(
            Column(model, name, field)
            for model in ("Product", "News")
            for name, field in (
                ("photo", fields.TextField(null=True)),
                ("origin", fields.TextField(null=True)),
                ("version", fields.IntField(default=1)),
                ("changed_at", fields.DatetimeField(null=True)),
                ("changed_by", fields.TextField(null=True)),
            )
        ),
        Column("News", "origin_digest", fields.TextField(null=True)),
        Column("News", "source_url", fields.TextField(null=True)),
        Column("News", "edited_at", fields.DatetimeField(null=True)),
    ]
