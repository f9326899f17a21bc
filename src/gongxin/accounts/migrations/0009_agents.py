"""Agents of organisations: a document, an end, and no other role."""

from django.db import migrations, models

# An agent of an organisation has no other role, whoever writes, as the administrators have none.
APART = """
DO $do$
DECLARE one text;
BEGIN
    FOREACH one IN ARRAY ARRAY['accounts_duties_apart', 'accounts_delegation_apart'] LOOP
        EXECUTE replace(pg_get_functiondef(one::regproc), $a$%s$a$, $b$%s$b$);
    END LOOP;
END $do$;
"""
THREE, FOUR = "'auditor']", "'auditor', 'subject']"

class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0008_counted_failure'),
    ]

    operations = [
        migrations.RunSQL(APART % (THREE, FOUR), APART % (FOUR, THREE)),
        migrations.AddField(
            model_name='assignment',
            name='document',
            field=models.TextField(blank=True, default=''),
        ),
        migrations.AddConstraint(
            model_name='assignment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('role', 'subject'), _negated=True), models.Q(models.Q(('document', ''), _negated=True), ('until_on__isnull', False)), _connector='OR'), name='accounts_assignment_agent'),
        ),
    ]
