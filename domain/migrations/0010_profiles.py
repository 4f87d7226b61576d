"""What customers say about themselves."""

from tortoise import migrations


class Migration(migrations.Migration):
    dependencies = [("domain", "0009_settings")]

    operations = []
