"""Each program's own bot."""

from tortoise import migrations


class Migration(migrations.Migration):
    dependencies = [("domain", "0001_initial")]

    operations = []
