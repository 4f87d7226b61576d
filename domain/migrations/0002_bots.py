"""Each program's own bot."""

from tortoise import migrations

from domain.migration_steps import sql_file


class Migration(migrations.Migration):
    dependencies = [("domain", "0001_initial")]

    operations = [sql_file("0002_bots.sql")]
