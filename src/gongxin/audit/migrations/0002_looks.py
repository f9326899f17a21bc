"""An organisation sees as well who took its grade (``read-evaluation``)."""

from django.db import migrations

LOOK = """
CREATE OR REPLACE VIEW audit_look WITH (security_barrier) AS
    SELECT r.id, r.at, r.object, c.deed->>'on_behalf' AS unit, c.deed->>'purpose' AS purpose,
           c.deed->>'matter' AS matter, c.deed->>'case_no' AS case_no
    FROM audit_row r,
         LATERAL (SELECT convert_from(r.content, 'UTF8')::jsonb AS deed) c
    WHERE r.object = nullif(current_setting('gongxin.unit', true), '')
      AND r.action IN ({})
      AND r.content IS NOT NULL
      AND c.deed->>'decision' = 'allow'
"""
BEFORE = "'check', 'ask-check', 'read-records', 'evidence'"


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]

    operations = [
        migrations.RunSQL(LOOK.format(f"{BEFORE}, 'read-evaluation'"), LOOK.format(BEFORE)),
    ]
