"""Second factors, invitations and sign-in by Telegram for the staff."""

from tortoise import fields, migrations

from domain.migration_steps import Column, sql_file


class Migration(migrations.Migration):
    dependencies = [("domain", "0003_ledger")]

    operations = [
        sql_file("0004_staff.sql"),
        Column("Staff", "telegram_id", fields.TextField(null=True)),
        Column("Staff", "telegram_name", fields.TextField(null=True)),
        Column("Staff", "signed_in_at", fields.DatetimeField(null=True)),
    ]
