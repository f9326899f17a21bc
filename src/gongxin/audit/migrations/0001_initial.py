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
CREATE FUNCTION audit_only_erase() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.content IS NULL AND NEW.salt IS NULL
        AND (NEW.id, NEW.at, NEW.actor, NEW.action, NEW.object, NEW.purpose)
          = (OLD.id, OLD.at, OLD.actor, OLD.action, OLD.object, OLD.purpose) THEN
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
    ]
