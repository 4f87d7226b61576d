"""What customers say about themselves."""

from tortoise import fields, migrations

from domain.migration_steps import Column, sql_file


class Migration(migrations.Migration):
    dependencies = [("domain", "0009_settings")]

    operations = [
        sql_file("0010_profiles.sql"),
        Column("Customer", "birthday", fields.DateField(null=True)),
    ]
