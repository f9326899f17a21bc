"""Any part of a former name may be searched, as of a name: by trigrams."""

from django.db import migrations

FORWARD = "CREATE INDEX ledger_former_name ON ledger_other_name USING gin (name_key gin_trgm_ops);"
BACKWARD = "DROP INDEX ledger_former_name;"


class Migration(migrations.Migration):
    """One index."""

    dependencies = [("ledger", "0003_head")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
