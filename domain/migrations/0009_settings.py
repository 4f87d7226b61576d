"""What a merchant sets up."""

from tortoise import fields, migrations

from domain.migration_steps import Column, sql_file


class Migration(migrations.Migration):
    dependencies = [("domain", "0008_membership")]

    operations = [
        sql_file("0009_settings.sql"),
        Column("Program", "update_retention_days", fields.IntField(default=30)),
        Column("Program", "decision_retention_days", fields.IntField(default=400)),
    ]
