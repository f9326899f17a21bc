"""How each push address stands: for who watches a region, without a message or a secret.

The view is its owner's: row security leaves the subscriptions and messages to their unit.
"""

from django.db import migrations, models

FORWARD = """
CREATE VIEW push_address WITH (security_barrier) AS
    SELECT s.id, s.client, s.unit, s.address, s.decision, s.disabled_at, s.disabled_why,
           s.failing_since, s.cursor, coalesce(d.waiting, 0) AS waiting,
           coalesce(d.dead, 0) AS dead, d.oldest
    FROM push_subscription s LEFT JOIN (
        SELECT subscription_id, count(*) FILTER (WHERE state = 'waiting') AS waiting,
               count(*) FILTER (WHERE state = 'dead') AS dead,
               min(made_at) FILTER (WHERE state = 'waiting') AS oldest
        FROM push_delivery WHERE state <> 'delivered' GROUP BY subscription_id
    ) d ON d.subscription_id = s.id
"""


class Migration(migrations.Migration):
    dependencies = [("push", "0001_initial")]

    operations = [
        migrations.RunSQL(
            FORWARD,
            "DROP VIEW push_address",
            state_operations=[
                migrations.CreateModel(
                    name="Address",
                    fields=[
                        ("id", models.TextField(primary_key=True, serialize=False)),
                        ("client", models.TextField()),
                        ("unit", models.TextField()),
                        ("address", models.TextField()),
                        ("decision", models.TextField()),
                        ("disabled_at", models.DateTimeField(null=True)),
                        ("disabled_why", models.TextField()),
                        ("failing_since", models.DateTimeField(null=True)),
                        ("cursor", models.BigIntegerField()),
                        ("waiting", models.BigIntegerField()),
                        ("dead", models.BigIntegerField()),
                        ("oldest", models.DateTimeField(null=True)),
                    ],
                    options={"db_table": "push_address", "managed": False},
                )
            ],
        )
    ]
