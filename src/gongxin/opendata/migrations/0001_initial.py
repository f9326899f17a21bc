from django.db import migrations, models

# Followers of removals may know why a record left, never what it held. The view is the owner's, so
# row security of the entries does not hide it.
VIEW = """
CREATE VIEW opendata_ended AS
SELECT revision, subject, record_id, received_at,
       CASE kind WHEN 'repair' THEN 'repaired' ELSE 'withdrawn' END AS why
FROM ledger_entry
"""
# What reached its last day is found without a job (P7) and without reading every record.
INDEX = """
CREATE INDEX opendata_last_day ON ledger_current (public_until, record_id) WHERE hidden = ''
"""


class Migration(migrations.Migration):

    initial = True

    dependencies = [("ledger", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Snapshot",
            fields=[
                ("id", models.TextField(primary_key=True, serialize=False)),
                ("as_of", models.DateField()),
                ("head", models.BigIntegerField()),
                ("made_at", models.DateTimeField()),
                ("manifest", models.TextField()),
            ],
            options={
                "db_table": "opendata_snapshot",
                "indexes": [
                    models.Index(fields=["as_of", "made_at"], name="opendata_snapshot_day")
                ],
            },
        ),
        migrations.CreateModel(
            name="Acknowledged",
            fields=[
                ("client", models.TextField(primary_key=True, serialize=False)),
                ("unit", models.TextField()),
                ("cursor", models.TextField()),
                ("at", models.DateTimeField()),
            ],
            options={"db_table": "opendata_acknowledged"},
        ),
        migrations.RunSQL(
            VIEW,
            "DROP VIEW opendata_ended",
            state_operations=[
                migrations.CreateModel(
                    name="Ended",
                    fields=[
                        ("pk", models.CompositePrimaryKey("subject", "revision")),
                        ("revision", models.BigIntegerField()),
                        ("subject", models.TextField()),
                        ("record_id", models.TextField()),
                        ("received_at", models.DateTimeField()),
                        ("why", models.TextField()),
                    ],
                    options={"db_table": "opendata_ended", "managed": False},
                )
            ],
        ),
        migrations.RunSQL(INDEX, "DROP INDEX opendata_last_day"),
    ]
