"""Pictures, categories, schedules and feeds."""

from tortoise import migrations


class Migration(migrations.Migration):
    dependencies = [("domain", "0005_earning")]

    operations = []
