"""Transfers and holds, and the ledger's functions as they know of them."""

from tortoise import migrations

from domain.migration_steps import sql_file


class Migration(migrations.Migration):
    dependencies = [("domain", "0002_bots")]

    operations = [
        sql_file("0003_transfers_and_holds.sql"),
        sql_file("0003_posting.sql"),
        sql_file("0003_correcting.sql"),
        sql_file("0003_holding.sql"),
        sql_file("0003_transferring.sql"),
        sql_file("0003_transfer_grants.sql"),
    ]
