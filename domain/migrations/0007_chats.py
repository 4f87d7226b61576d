"""Muted notices, quiet hours and broadcasts."""

from tortoise import migrations


class Migration(migrations.Migration):
    dependencies = [("domain", "0006_content")]

    operations = []
