"""Muted notices, how fast bots send, and broadcasts."""

from tortoise import migrations

from domain.migration_steps import sql_file


class Migration(migrations.Migration):
    dependencies = [("domain", "0006_content")]

    operations = [sql_file("0007_chats.sql")]
