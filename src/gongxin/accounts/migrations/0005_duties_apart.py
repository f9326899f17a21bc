"""The three administrators are apart in the database too, whoever writes (三员分立)."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION accounts_duties_apart() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    administrators CONSTANT text[] := ARRAY['system-admin', 'security-admin', 'auditor'];
    beyond date := LEAST(COALESCE(NEW.until_on + 1, 'infinity'), COALESCE(NEW.ended_on, 'infinity'));
BEGIN
    -- Two grants at once: the second waits and sees the first.
    PERFORM 1 FROM accounts_staff WHERE id = NEW.staff_id FOR UPDATE;
    IF NEW.from_on < beyond AND (EXISTS (
        SELECT 1 FROM (
            SELECT role, from_on, LEAST(
                COALESCE(until_on + 1, 'infinity'), COALESCE(ended_on, 'infinity')) AS ends
            FROM accounts_assignment WHERE staff_id = NEW.staff_id AND id <> NEW.id) a
        WHERE a.role <> NEW.role
          AND (array_position(administrators, a.role) IS NOT NULL
               OR array_position(administrators, NEW.role) IS NOT NULL)
          AND a.from_on < a.ends AND a.from_on < beyond AND NEW.from_on < a.ends
    ) OR (array_position(administrators, NEW.role) IS NOT NULL AND EXISTS (
        SELECT 1 FROM accounts_delegation d
        WHERE d.taker_id = NEW.staff_id AND NEW.from_on <= d.until_on AND d.from_on < beyond
          AND COALESCE(d.ended_on, 'infinity') > NEW.from_on
          AND d.from_on < COALESCE(d.ended_on, 'infinity')))) THEN
        RAISE EXCEPTION 'administrators are apart'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'accounts_duties_apart';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER accounts_assignment_apart BEFORE INSERT OR UPDATE ON accounts_assignment
FOR EACH ROW EXECUTE FUNCTION accounts_duties_apart();
CREATE FUNCTION accounts_delegation_apart() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    administrators CONSTANT text[] := ARRAY['system-admin', 'security-admin', 'auditor'];
    given accounts_assignment%ROWTYPE;
BEGIN
    PERFORM 1 FROM accounts_staff WHERE id = NEW.taker_id FOR UPDATE;
    SELECT * INTO given FROM accounts_assignment WHERE id = NEW.assignment_id;
    IF array_position(administrators, given.role) IS NOT NULL
        OR given.staff_id = NEW.taker_id
        OR NOT EXISTS (
            SELECT 1 FROM accounts_staff s WHERE s.id = NEW.taker_id AND s.unit = given.unit)
        OR EXISTS (
            SELECT 1 FROM accounts_assignment a
            WHERE a.staff_id = NEW.taker_id AND array_position(administrators, a.role) IS NOT NULL
              AND a.from_on <= NEW.until_on
              AND NEW.from_on < LEAST(
                  COALESCE(a.until_on + 1, 'infinity'), COALESCE(a.ended_on, 'infinity'))) THEN
        RAISE EXCEPTION 'administrators are apart'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'accounts_duties_apart';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER accounts_delegation_apart BEFORE INSERT ON accounts_delegation
FOR EACH ROW EXECUTE FUNCTION accounts_delegation_apart();
"""
BACKWARD = """
DROP TRIGGER accounts_assignment_apart ON accounts_assignment;
DROP TRIGGER accounts_delegation_apart ON accounts_delegation;
DROP FUNCTION accounts_duties_apart;
DROP FUNCTION accounts_delegation_apart;
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_people")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
