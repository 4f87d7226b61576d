"""The first schema: what the SQL makes, and how Tortoise sees a part of it."""

from uuid import uuid4

from orjson import loads
from tortoise import fields, migrations
from tortoise.fields.data import JSON_DUMPS

from domain.migration_steps import Model, sql_file


class Migration(migrations.Migration):
    initial = True

    operations = [
        sql_file("0001_programs.sql"),
        sql_file("0002_customers.sql"),
        sql_file("0003_ledger.sql"),
        sql_file("0003_posting.sql"),
        sql_file("0003_correcting.sql"),
        sql_file("0003_check_in.sql"),
        sql_file("0004_access.sql"),
        sql_file("0005_audit.sql"),
        sql_file("0006_grants.sql"),
        Model(
            name="AuditEntry",
            fields=[
                (
                    "id",
                    fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True),
                ),
                ("program_id", fields.UUIDField(null=True)),
                ("actor", fields.TextField(unique=False)),
                ("act", fields.TextField(unique=False)),
                (
                    "facts",
                    fields.JSONField(default=dict, encoder=JSON_DUMPS, decoder=loads),
                ),
                ("address", fields.TextField(null=True, unique=False)),
                (
                    "recorded_at",
                    fields.DatetimeField(auto_now=False, auto_now_add=False),
                ),
            ],
            options={
                "table": "audit_entry",
                "app": "domain",
                "pk_attr": "id",
                "table_description": "What someone of the staff did. Never changed, never deleted.",
            },
            bases=["Model"],
        ),
        Model(
            name="Campaign",
            fields=[
                (
                    "id",
                    fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True),
                ),
                ("program_id", fields.UUIDField()),
                ("name", fields.TextField(unique=False)),
                ("action", fields.TextField(null=True, unique=False)),
                ("multiplier", fields.DecimalField(max_digits=6, decimal_places=2)),
                ("starts_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("ends_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                (
                    "created_at",
                    fields.DatetimeField(auto_now=False, auto_now_add=False),
                ),
            ],
            options={
                "table": "campaign",
                "app": "domain",
                "pk_attr": "id",
                "table_description": "A multiplier on one action, or on all, for a while.",
            },
            bases=["Model"],
        ),
        Model(
            name="Customer",
            fields=[
                (
                    "customer_id",
                    fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True),
                ),
                ("program_id", fields.UUIDField()),
                ("name", fields.TextField(unique=False)),
                ("locale", fields.TextField(unique=False)),
                ("invite_code", fields.TextField(unique=False)),
                ("joined_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                (
                    "registered_at",
                    fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
                ),
                ("terms_version", fields.IntField(null=True)),
            ],
            options={
                "table": "customer",
                "app": "domain",
                "pk_attr": "customer_id",
                "table_description": "A member of one program, registered once the terms are accepted.",
            },
            bases=["Model"],
        ),
        Model(
            name="News",
            fields=[
                (
                    "id",
                    fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True),
                ),
                ("program_id", fields.UUIDField()),
                ("title", fields.JSONField(encoder=JSON_DUMPS, decoder=loads)),
                ("summary", fields.JSONField(encoder=JSON_DUMPS, decoder=loads)),
                ("body", fields.JSONField(encoder=JSON_DUMPS, decoder=loads)),
                ("picture", fields.TextField(unique=False)),
                ("read_seconds", fields.IntField(default=15)),
                (
                    "published_at",
                    fields.DatetimeField(auto_now=False, auto_now_add=False),
                ),
                (
                    "hidden_at",
                    fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
                ),
            ],
            options={
                "table": "news",
                "app": "domain",
                "pk_attr": "id",
                "table_description": "An article of the merchant.",
            },
            bases=["Model"],
        ),
        Model(
            name="Product",
            fields=[
                (
                    "id",
                    fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True),
                ),
                ("program_id", fields.UUIDField()),
                ("title", fields.JSONField(encoder=JSON_DUMPS, decoder=loads)),
                ("body", fields.JSONField(encoder=JSON_DUMPS, decoder=loads)),
                (
                    "category",
                    fields.JSONField(default=dict, encoder=JSON_DUMPS, decoder=loads),
                ),
                ("price", fields.BigIntField()),
                ("picture", fields.TextField(unique=False)),
                ("position", fields.IntField(default=0)),
                (
                    "published_at",
                    fields.DatetimeField(auto_now=False, auto_now_add=False),
                ),
                (
                    "hidden_at",
                    fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
                ),
            ],
            options={
                "table": "product",
                "app": "domain",
                "pk_attr": "id",
                "table_description": "Something the merchant sells, shown in the mini app.",
            },
            bases=["Model"],
        ),
        Model(
            name="Program",
            fields=[
                (
                    "id",
                    fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True),
                ),
                ("slug", fields.TextField(unique=False)),
                ("name", fields.TextField(unique=False)),
                ("currency", fields.TextField(unique=False)),
                ("point_value", fields.DecimalField(max_digits=12, decimal_places=4)),
                ("locale", fields.TextField(default="vi", unique=False)),
                ("terms_version", fields.IntField(default=1)),
                (
                    "terms",
                    fields.JSONField(default=dict, encoder=JSON_DUMPS, decoder=loads),
                ),
                (
                    "brand",
                    fields.JSONField(default=dict, encoder=JSON_DUMPS, decoder=loads),
                ),
                ("qualifying_act", fields.TextField(default="register", unique=False)),
                (
                    "debt_policy",
                    fields.TextField(default="allow_negative", unique=False),
                ),
                ("grace_days", fields.IntField(null=True)),
                ("referral_hold_days", fields.IntField(default=0)),
                ("referral_daily_cap", fields.IntField(default=20)),
                ("referral_weekly_cap", fields.IntField(default=60)),
                ("telegram_bot", fields.TextField(null=True, unique=False)),
                ("telegram_app", fields.TextField(null=True, unique=False)),
                (
                    "created_at",
                    fields.DatetimeField(auto_now=False, auto_now_add=False),
                ),
            ],
            options={
                "table": "program",
                "app": "domain",
                "pk_attr": "id",
                "table_description": "One loyalty program: its name, money, brand, terms and policies.",
            },
            bases=["Model"],
        ),
        Model(
            name="Rule",
            fields=[
                (
                    "id",
                    fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True),
                ),
                ("program_id", fields.UUIDField()),
                ("action", fields.TextField(unique=False)),
                ("scope", fields.TextField(unique=False)),
                ("version", fields.IntField()),
                ("points", fields.BigIntField()),
                ("enabled", fields.BooleanField(default=True)),
                (
                    "valid_from",
                    fields.DatetimeField(auto_now=False, auto_now_add=False),
                ),
                (
                    "valid_to",
                    fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
                ),
                ("daily_cap", fields.IntField(null=True)),
                ("lifetime_kind", fields.TextField(default="never", unique=False)),
                ("lifetime_count", fields.IntField(null=True)),
                ("lifetime_on", fields.DateField(null=True)),
                ("holding_days", fields.IntField(default=0)),
                (
                    "settings",
                    fields.JSONField(default=dict, encoder=JSON_DUMPS, decoder=loads),
                ),
                (
                    "created_at",
                    fields.DatetimeField(auto_now=False, auto_now_add=False),
                ),
                ("created_by", fields.TextField(unique=False)),
            ],
            options={
                "table": "rule",
                "app": "domain",
                "pk_attr": "id",
                "table_description": "What one version of a program's rule gives for an action, and within which limits.",
            },
            bases=["Model"],
        ),
        Model(
            name="Staff",
            fields=[
                (
                    "id",
                    fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True),
                ),
                ("program_id", fields.UUIDField()),
                ("login", fields.TextField(unique=False)),
                ("name", fields.TextField(unique=False)),
                ("role", fields.TextField(unique=False)),
                ("is_service", fields.BooleanField(default=False)),
                ("password_hash", fields.TextField(null=True, unique=False)),
                ("locale", fields.TextField(default="vi", unique=False)),
                (
                    "created_at",
                    fields.DatetimeField(auto_now=False, auto_now_add=False),
                ),
                (
                    "disabled_at",
                    fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
                ),
            ],
            options={
                "table": "staff",
                "app": "domain",
                "pk_attr": "id",
                "table_description": "A person, or a service account, that works for a program.",
            },
            bases=["Model"],
        ),
    ]
