"""Entries, current state, subjects with their other names and codes, segments."""

import django.db.models.functions.text
from django.db import migrations, models

PARTITIONS = 8
COLUMNS = """
    revision bigint NOT NULL,
    subject text NOT NULL,
    record_id text NOT NULL,
    item text NOT NULL,
    edition text NOT NULL,
    kind text NOT NULL,
    unit text NOT NULL,
    authority text NOT NULL,
    natural_key text NOT NULL,
    payload jsonb NOT NULL,
    decided_on date NOT NULL,
    failing_class text NOT NULL,
    adverse boolean NOT NULL,
    hidden text NOT NULL,
    public_from date NOT NULL,
    public_until date,
    repairable_from date,
    clause text NOT NULL,
    record_class text NOT NULL,
    incomplete boolean NOT NULL,
    batch text NOT NULL,
    "row" bigint NOT NULL,
    received_at timestamptz NOT NULL,
    content_hash text NOT NULL,
    release text NOT NULL,
    CHECK (NOT adverse OR hidden <> '' OR public_until IS NOT NULL),
    CHECK (subject = '' OR length(subject) = 18)
"""


def partitioned(table: str, key: str) -> str:
    parts = "\n".join(
        f"CREATE TABLE {table}_p{n} PARTITION OF {table} "
        f"FOR VALUES WITH (MODULUS {PARTITIONS}, REMAINDER {n});"
        for n in range(PARTITIONS)
    )
    return (
        f"CREATE TABLE {table} ({COLUMNS}, PRIMARY KEY (subject, {key})) "
        f"PARTITION BY HASH (subject);\n{parts}"
    )


FORWARD = f"""
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE SEQUENCE ledger_revision AS bigint;
{partitioned("ledger_entry", "revision")}
CREATE INDEX ledger_entry_record ON ledger_entry (subject, record_id, revision);
CREATE INDEX ledger_entry_revision ON ledger_entry USING brin (revision);
{partitioned("ledger_current", "record_id")}
CREATE UNIQUE INDEX ledger_current_act ON ledger_current (subject, natural_key);
CREATE INDEX ledger_current_item ON ledger_current (item, decided_on);
"""
BACKWARD = """
DROP TABLE ledger_current; DROP TABLE ledger_entry; DROP SEQUENCE ledger_revision;
"""
SEARCH = "CREATE INDEX ledger_subject_name ON ledger_subject USING gin (name_key gin_trgm_ops);"
# Any part of a former name may be searched, as of a name: by trigrams.
FORMER = "CREATE INDEX ledger_former_name ON ledger_other_name USING gin (name_key gin_trgm_ops);"
APPEND_ONLY = """
CREATE FUNCTION ledger_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'the ledger is append-only'; END $$;
CREATE TRIGGER ledger_entry_append_only BEFORE UPDATE OR DELETE ON ledger_entry
FOR EACH ROW EXECUTE FUNCTION ledger_refuse();
"""
APPEND_ONLY_BACK = "DROP TRIGGER ledger_entry_append_only ON ledger_entry; DROP FUNCTION ledger_refuse;"
# Who may not see what a hidden entry holds may know that there is one: followers take the record
# away. The view is the owner's, so row security of the entries does not hide it.
VIEW = "CREATE VIEW ledger_change AS SELECT revision, subject, record_id FROM ledger_entry"
KINDS = ["registration", "organisation", "tax", "institution", "social"]

ENTRY_FIELDS = [
    ("revision", models.BigIntegerField()),
    ("subject", models.TextField()),
    ("record_id", models.TextField()),
    ("item", models.TextField()),
    ("edition", models.TextField()),
    ("kind", models.TextField()),
    ("unit", models.TextField()),
    ("authority", models.TextField()),
    ("natural_key", models.TextField()),
    ("payload", models.JSONField()),
    ("decided_on", models.DateField()),
    ("failing_class", models.TextField()),
    ("adverse", models.BooleanField()),
    ("hidden", models.TextField()),
    ("public_from", models.DateField()),
    ("public_until", models.DateField(null=True)),
    ("repairable_from", models.DateField(null=True)),
    ("clause", models.TextField()),
    ("record_class", models.TextField()),
    ("incomplete", models.BooleanField()),
    ("batch", models.TextField()),
    ("row", models.BigIntegerField()),
    ("received_at", models.DateTimeField()),
    ("content_hash", models.TextField()),
    ("release", models.TextField()),
]


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.RunSQL(FORWARD, BACKWARD),
        migrations.RunSQL(APPEND_ONLY, APPEND_ONLY_BACK),
        migrations.CreateModel(
            name="Entry",
            fields=[
                *ENTRY_FIELDS,
                ("pk", models.CompositePrimaryKey("subject", "revision", blank=True, editable=False, primary_key=True, serialize=False)),
            ],
            options={"db_table": "ledger_entry", "managed": False},
        ),
        migrations.CreateModel(
            name="Current",
            fields=[
                *ENTRY_FIELDS,
                ("pk", models.CompositePrimaryKey("subject", "record_id", blank=True, editable=False, primary_key=True, serialize=False)),
            ],
            options={"db_table": "ledger_current", "managed": False},
        ),
        migrations.CreateModel(
            name="Subject",
            fields=[
                ("uscc", models.TextField(primary_key=True, serialize=False)),
                ("name", models.TextField()),
                ("name_key", models.TextField()),
                ("kind", models.TextField()),
                ("form", models.TextField()),
                ("source", models.TextField()),
                ("batch", models.TextField()),
                ("created_at", models.DateTimeField()),
                # The first signs of each code's hash, stored.
                (
                    "hashed",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.Func(
                            "uscc", template="substr(encode(sha256(%(expressions)s::bytea), 'hex'), 1, 4)"
                        ),
                        output_field=models.TextField(),
                    ),
                ),
            ],
            options={
                "db_table": "ledger_subject",
                "indexes": [
                    models.Index(
                        django.db.models.functions.text.Substr("uscc", 9, 9),
                        name="ledger_subject_org_code",
                    ),
                    models.Index(
                        condition=models.Q(("kind", "organisation")),
                        fields=["hashed"],
                        name="ledger_subject_hashed",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["organisation", "one_person", "unknown"])),
                        name="ledger_subject_is_no_person",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("uscc__startswith", "92"), _negated=True),
                            ("kind", "one_person"),
                            _connector="OR",
                        ),
                        name="ledger_subject_sole_traders",
                    ),
                ],
            },
        ),
        migrations.RunSQL(SEARCH, "DROP INDEX ledger_subject_name;"),
        migrations.CreateModel(
            name="OtherName",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("subject", models.TextField()),
                ("name", models.TextField()),
                ("name_key", models.TextField()),
                ("batch", models.TextField()),
                ("seen_at", models.DateTimeField()),
            ],
            options={
                "db_table": "ledger_other_name",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("subject", "name_key"), name="ledger_other_name_once"
                    )
                ],
            },
        ),
        migrations.RunSQL(FORMER, "DROP INDEX ledger_former_name;"),
        migrations.CreateModel(
            name="OtherCode",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("subject", models.TextField()),
                ("kind", models.TextField()),
                ("code", models.TextField()),
                ("batch", models.TextField()),
                ("seen_at", models.DateTimeField()),
            ],
            options={
                "db_table": "ledger_other_code",
                "indexes": [
                    models.Index(fields=["kind", "code"], name="ledger_other_code_found"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("subject", "kind", "code"), name="ledger_other_code_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", KINDS)), name="ledger_other_code_kinds"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("code__regex", "[0-9]{16}"), _negated=True),
                        name="ledger_other_code_is_no_person",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Segment",
            fields=[
                ("path", models.TextField(primary_key=True, serialize=False)),
                ("first_revision", models.BigIntegerField()),
                ("last_revision", models.BigIntegerField()),
                ("bucket", models.IntegerField()),
                ("rows", models.BigIntegerField()),
                ("digest", models.TextField()),
            ],
            options={"db_table": "ledger_segment"},
        ),
        migrations.CreateModel(
            name="Head",
            fields=[
                ("id", models.SmallIntegerField(primary_key=True, serialize=False)),
                ("revision", models.BigIntegerField()),
            ],
            options={"db_table": "ledger_head"},
        ),
        migrations.RunSQL(
            VIEW,
            "DROP VIEW ledger_change",
            state_operations=[
                migrations.CreateModel(
                    name="Changed",
                    fields=[
                        ("pk", models.CompositePrimaryKey("subject", "revision")),
                        ("revision", models.BigIntegerField()),
                        ("subject", models.TextField()),
                        ("record_id", models.TextField()),
                    ],
                    options={"db_table": "ledger_change", "managed": False},
                )
            ],
        ),
    ]
