"""Closed days, and leaving a program."""

from tortoise import fields, migrations

from domain.migration_steps import Column, sql_file


class Migration(migrations.Migration):
    dependencies = [("domain", "0007_chats")]

    operations = [
        sql_file("0008_membership.sql"),
        sql_file("0003_check_in.sql"),
        Column("Customer", "left_at", fields.DatetimeField(null=True)),
        Column("Customer", "left_on", fields.DateField(null=True)),
    ]
