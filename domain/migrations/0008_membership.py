"""Profiles, and leaving a program."""

from tortoise import migrations


class Migration(migrations.Migration):
    dependencies = [("domain", "0007_chats")]

    operations = []
