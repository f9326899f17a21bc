from django.db import migrations, models

# Who may not see what a hidden entry holds may know that there is one: followers take the record
# away. The view is the owner's, so row security of the entries does not hide it.
VIEW = "CREATE VIEW ledger_change AS SELECT revision, subject, record_id FROM ledger_entry"


class Migration(migrations.Migration):

    dependencies = [("ledger", "0005_other_codes")]

    operations = [
        migrations.RunSQL(
            VIEW,
            "DROP VIEW ledger_change",
            state_operations=[
                migrations.CreateModel(
                    name="Changed",
                    fields=[
                        ("pk", models.CompositePrimaryKey("subject", "revision")),
                        ("revision", models.BigIntegerField()),
                        ("subject", models.TextField()),
                        ("record_id", models.TextField()),
                    ],
                    options={"db_table": "ledger_change", "managed": False},
                )
            ],
        )
    ]
