"""The audit log's tables, appended to and never changed."""

from django.db import migrations, models

FORWARD = """
CREATE TABLE audit_row (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL,
    actor text NOT NULL,
    action text NOT NULL,
    object text NOT NULL,
    purpose text NOT NULL,
    content bytea,
    salt bytea,
    CHECK ((content IS NULL) = (salt IS NULL))
);
CREATE INDEX audit_row_object ON audit_row (object, id);
CREATE INDEX audit_row_actor ON audit_row (actor, id);
CREATE TABLE audit_pending (
    row_id bigint PRIMARY KEY REFERENCES audit_row (id),
    at timestamptz NOT NULL
);
CREATE TABLE audit_leaf (
    index bigint PRIMARY KEY,
    row_id bigint NOT NULL UNIQUE,
    hash bytea NOT NULL
);
CREATE TABLE audit_head (
    size bigint PRIMARY KEY,
    at timestamptz NOT NULL,
    algorithm text NOT NULL,
    nodes bytea NOT NULL,
    note text NOT NULL
);
CREATE TABLE audit_witnessed (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    size bigint NOT NULL REFERENCES audit_head (size),
    witness text NOT NULL,
    at timestamptz NOT NULL,
    UNIQUE (witness, size)
);
CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'the audit log is append-only'; END $$;
-- Content goes only after a row that says on which basis and by whom; that row stays.
CREATE FUNCTION audit_only_erase() RETURNS trigger LANGUAGE plpgsql AS $$
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
CREATE TRIGGER audit_row_append_only BEFORE UPDATE ON audit_row
FOR EACH ROW EXECUTE FUNCTION audit_only_erase();
CREATE TRIGGER audit_row_kept BEFORE DELETE OR TRUNCATE ON audit_row
FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_leaf_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_leaf
FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_head_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_head
FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_witnessed_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_witnessed
FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
"""
BACKWARD = """
DROP TABLE audit_witnessed; DROP TABLE audit_head; DROP TABLE audit_leaf;
DROP TABLE audit_pending; DROP TABLE audit_row;
DROP FUNCTION audit_refuse; DROP FUNCTION audit_only_erase;
"""

# Who looked, for whom it was about: the one part of the log that is shown to the outside. The view
# is its owner's, so whoever may read it needs no right to the log; it shows the looks at the
# organisation that the transaction acts for, and never who of the unit's staff looked.
LOOK = """
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
LOOK_BACK = "DROP VIEW audit_look"


def table(name: str, db_table: str, fields: list[tuple[str, models.Field]]):
    options = {"db_table": db_table, "managed": False}
    return migrations.CreateModel(name=name, fields=fields, options=options)


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.RunSQL(FORWARD, BACKWARD),
        table(
            "Row",
            "audit_row",
            [
                ("id", models.BigAutoField(primary_key=True)),
                ("at", models.DateTimeField()),
                ("actor", models.TextField()),
                ("action", models.TextField()),
                ("object", models.TextField()),
                ("purpose", models.TextField()),
                ("content", models.BinaryField(null=True)),
                ("salt", models.BinaryField(null=True)),
            ],
        ),
        table(
            "Pending",
            "audit_pending",
            [
                ("row_id", models.BigIntegerField(primary_key=True)),
                ("at", models.DateTimeField()),
            ],
        ),
        table(
            "Leaf",
            "audit_leaf",
            [
                ("index", models.BigIntegerField(primary_key=True)),
                ("row_id", models.BigIntegerField(unique=True)),
                ("hash", models.BinaryField()),
            ],
        ),
        table(
            "SignedHead",
            "audit_head",
            [
                ("size", models.BigIntegerField(primary_key=True)),
                ("at", models.DateTimeField()),
                ("algorithm", models.TextField()),
                ("nodes", models.BinaryField()),
                ("note", models.TextField()),
            ],
        ),
        table(
            "Witnessed",
            "audit_witnessed",
            [
                ("id", models.BigAutoField(primary_key=True)),
                ("size", models.BigIntegerField()),
                ("witness", models.TextField()),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.RunSQL(LOOK, LOOK_BACK),
        table(
            "Looked",
            "audit_look",
            [
                ("id", models.BigIntegerField(primary_key=True)),
                ("at", models.DateTimeField()),
                ("object", models.TextField()),
                ("unit", models.TextField()),
                ("purpose", models.TextField()),
                ("matter", models.TextField()),
                ("case_no", models.TextField()),
            ],
        ),
    ]
