"""What the rules page and the decision log need."""

from tortoise import migrations


class Migration(migrations.Migration):
    dependencies = [("domain", "0004_staff")]

    operations = []
