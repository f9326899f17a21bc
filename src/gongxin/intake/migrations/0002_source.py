"""How each source stands: counts of its batches by item, and nothing of a record.

The view is its owner's: who watches sources of a region sees their counts through it and none of
their batches, which stay their unit's.
"""

from django.db import migrations, models

FORWARD = """
CREATE VIEW intake_source WITH (security_barrier) AS
    SELECT unit, item, count(*) AS batches, max(received_at) AS last_at,
           sum(rows)::bigint AS rows, sum(accepted)::bigint AS accepted,
           sum(duplicates)::bigint AS duplicates, sum(rejected)::bigint AS rejected,
           sum(coalesce((receipt->>'late')::bigint, 0))::bigint AS late
    FROM intake_batch GROUP BY unit, item
"""


class Migration(migrations.Migration):
    dependencies = [("intake", "0001_initial")]

    operations = [
        migrations.RunSQL(FORWARD, "DROP VIEW intake_source"),
        migrations.CreateModel(
            name="Source",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "unit",
                        "item",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("unit", models.TextField()),
                ("item", models.TextField()),
                ("batches", models.BigIntegerField()),
                ("last_at", models.DateTimeField()),
                ("rows", models.BigIntegerField()),
                ("accepted", models.BigIntegerField()),
                ("duplicates", models.BigIntegerField()),
                ("rejected", models.BigIntegerField()),
                ("late", models.BigIntegerField()),
            ],
            options={"db_table": "intake_source", "managed": False},
        ),
    ]
