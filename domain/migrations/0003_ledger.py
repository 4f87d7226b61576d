"""Transfers, holds, and days that are closed."""

from tortoise import migrations


class Migration(migrations.Migration):
    dependencies = [("domain", "0002_bots")]

    operations = []
