"""How far each reuser is: for who watches; row security leaves the receipts to their unit."""

from django.db import migrations, models

FORWARD = """
CREATE VIEW opendata_reuser WITH (security_barrier) AS
    SELECT client, unit, cursor, at FROM opendata_acknowledged
"""


class Migration(migrations.Migration):
    dependencies = [("opendata", "0001_initial")]

    operations = [
        migrations.RunSQL(
            FORWARD,
            "DROP VIEW opendata_reuser",
            state_operations=[
                migrations.CreateModel(
                    name="Reuser",
                    fields=[
                        ("client", models.TextField(primary_key=True, serialize=False)),
                        ("unit", models.TextField()),
                        ("cursor", models.TextField()),
                        ("at", models.DateTimeField()),
                    ],
                    options={"db_table": "opendata_reuser", "managed": False},
                )
            ],
        )
    ]
