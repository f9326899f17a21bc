"""When a unit last handed in something good of an item: a file of faults alone is no supply."""

from django.db import migrations, models

COLUMNS = """
    SELECT unit, item, count(*) AS batches, max(received_at) AS last_at,
           sum(rows)::bigint AS rows, sum(accepted)::bigint AS accepted,
           sum(duplicates)::bigint AS duplicates, sum(rejected)::bigint AS rejected,
           sum(coalesce((receipt->>'late')::bigint, 0))::bigint AS late"""
TAKEN = "max(received_at) FILTER (WHERE accepted + duplicates > 0) AS taken_at"
FROM = "FROM intake_batch GROUP BY unit, item"
FORWARD = f"""
CREATE OR REPLACE VIEW intake_source WITH (security_barrier) AS {COLUMNS}, {TAKEN} {FROM}
"""
BACKWARD = f"""
DROP VIEW intake_source;
CREATE VIEW intake_source WITH (security_barrier) AS {COLUMNS} {FROM}
"""


class Migration(migrations.Migration):
    dependencies = [("intake", "0002_source")]

    operations = [
        migrations.RunSQL(
            FORWARD,
            BACKWARD,
            state_operations=[
                migrations.AddField("source", "taken_at", models.DateTimeField(null=True)),
            ],
        ),
    ]
