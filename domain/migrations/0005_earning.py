"""What the rules page, campaigns with a budget and the decision log need."""

from tortoise import fields, migrations

from domain.migration_steps import Column, sql_file


class Migration(migrations.Migration):
    dependencies = [("domain", "0004_staff")]

    operations = [
        sql_file("0005_earning.sql"),
        Column("Campaign", "budget", fields.BigIntField(null=True)),
        Column("Campaign", "customer_cap", fields.BigIntField(null=True)),
        Column("Campaign", "stopped_at", fields.DatetimeField(null=True)),
        Column("Campaign", "version", fields.IntField(default=1)),
        Column("Campaign", "created_by", fields.TextField(default="system")),
    ]
