"""Who looked, for whom it was about: the one part of the log that is shown to the outside.

The view is its owner's, so whoever may read it needs no right to the log; it shows the looks at the
organisation that the transaction acts for, and never who of the unit's staff looked.
"""

from django.db import migrations, models

FORWARD = """
CREATE VIEW audit_look WITH (security_barrier) AS
    SELECT r.id, r.at, r.object, c.deed->>'on_behalf' AS unit, c.deed->>'purpose' AS purpose,
           c.deed->>'matter' AS matter, c.deed->>'case_no' AS case_no
    FROM audit_row r,
         LATERAL (SELECT convert_from(r.content, 'UTF8')::jsonb AS deed) c
    WHERE r.object = nullif(current_setting('gongxin.unit', true), '')
      AND r.action IN ('check', 'ask-check', 'read-records', 'evidence')
      AND r.content IS NOT NULL
      AND c.deed->>'decision' = 'allow'
"""
BACKWARD = "DROP VIEW audit_look"


class Migration(migrations.Migration):
    dependencies = [("audit", "0002_erasure")]

    operations = [
        migrations.RunSQL(FORWARD, BACKWARD),
        migrations.CreateModel(
            name="Looked",
            fields=[
                ("id", models.BigIntegerField(primary_key=True)),
                ("at", models.DateTimeField()),
                ("object", models.TextField()),
                ("unit", models.TextField()),
                ("purpose", models.TextField()),
                ("matter", models.TextField()),
                ("case_no", models.TextField()),
            ],
            options={"db_table": "audit_look", "managed": False},
        ),
    ]
