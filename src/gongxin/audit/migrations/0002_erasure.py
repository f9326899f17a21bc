"""Content goes only after a row that says on which basis and by whom; that row stays."""

from django.db import migrations

FORWARD = """
CREATE OR REPLACE FUNCTION audit_only_erase() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.content IS NOT NULL AND NEW.content IS NULL AND NEW.salt IS NULL
        AND (NEW.id, NEW.at, NEW.actor, NEW.action, NEW.object, NEW.purpose)
          = (OLD.id, OLD.at, OLD.actor, OLD.action, OLD.object, OLD.purpose)
        AND OLD.action <> 'audit.erase'
        AND EXISTS (SELECT 1 FROM audit_leaf l WHERE l.row_id = OLD.id)
        AND EXISTS (SELECT 1 FROM audit_row e WHERE e.action = 'audit.erase'
                    AND e.object = OLD.id::text AND e.id > OLD.id) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'the audit log is append-only';
END $$;
"""
BACKWARD = """
CREATE OR REPLACE FUNCTION audit_only_erase() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.content IS NULL AND NEW.salt IS NULL
        AND (NEW.id, NEW.at, NEW.actor, NEW.action, NEW.object, NEW.purpose)
          = (OLD.id, OLD.at, OLD.actor, OLD.action, OLD.object, OLD.purpose) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'the audit log is append-only';
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
