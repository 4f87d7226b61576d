"""What a merchant sets up."""

from tortoise import migrations


class Migration(migrations.Migration):
    dependencies = [("domain", "0008_membership")]

    operations = []
