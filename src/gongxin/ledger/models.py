"""Tables of the ledger. Entries and current records are partitioned by subject (ADR 0003).

Their tables are made by SQL in the migrations; they are written by ``ledger.writer`` alone, in
bulk, and read by ``ledger.queries``.
"""

from django.db import models
from django.db.models.functions import Substr

from gongxin.core.identifiers import CodeKind
from gongxin.core.subject import SubjectKind


class Subject(models.Model):
    """An organisation or one-person undertaking, known by its code (信用主体)."""

    uscc = models.TextField(primary_key=True)
    name = models.TextField()
    name_key = models.TextField()
    kind = models.TextField()
    form = models.TextField()
    source = models.TextField()  # record: seen in a record; register: from the register
    batch = models.TextField()
    created_at = models.DateTimeField()
    # The first signs of the code's hash, stored: row security lets no index on an expression be
    # used, and a check by prefix (``check.ranges``) reads one bucket of millions.
    hashed = models.GeneratedField(
        expression=models.Func(
            "uscc", template="substr(encode(sha256(%(expressions)s::bytea), 'hex'), 1, 4)"
        ),
        output_field=models.TextField(),
        db_persist=True,
    )

    class Meta:
        """Table name; there is no kind for a natural person (invariant P1)."""

        db_table = "ledger_subject"
        constraints = (
            models.CheckConstraint(
                condition=models.Q(kind__in=[kind.value for kind in SubjectKind]),
                name="ledger_subject_is_no_person",
            ),
            models.CheckConstraint(
                condition=~models.Q(uscc__startswith="92") | models.Q(kind="one_person"),
                name="ledger_subject_sole_traders",
            ),
        )
        # The organisation code within the code: ``queries.claimants`` searches by it.
        indexes = (
            models.Index(Substr("uscc", 9, 9), name="ledger_subject_org_code"),
            models.Index(
                fields=("hashed",),
                name="ledger_subject_hashed",
                condition=models.Q(kind=SubjectKind.ORGANISATION.value),
            ),
        )

    def __str__(self) -> str:
        """Name and code."""
        return f"{self.name} {self.uscc}"


class OtherName(models.Model):
    """A different name seen for a known code: kept as a former name (曾用名)."""

    subject = models.TextField()
    name = models.TextField()
    name_key = models.TextField()
    batch = models.TextField()
    seen_at = models.DateTimeField()

    class Meta:
        """Table name; one row a name."""

        db_table = "ledger_other_name"
        constraints = (
            models.UniqueConstraint(fields=("subject", "name_key"), name="ledger_other_name_once"),
        )

    def __str__(self) -> str:
        """Name and code."""
        return f"{self.name} {self.subject}"


class OtherCode(models.Model):
    """Another number by which a register knew an organisation: leads to its code (其他代码).

    ``kind`` is of ``core.identifiers.CodeKind``; ``seen_at`` is when a file first gave it.
    """

    subject = models.TextField()
    kind = models.TextField()
    code = models.TextField()
    batch = models.TextField()
    seen_at = models.DateTimeField()

    class Meta:
        """Table name; one row a number of a subject; nothing as long as a resident number."""

        db_table = "ledger_other_code"
        constraints = (
            models.UniqueConstraint(
                fields=("subject", "kind", "code"), name="ledger_other_code_once"
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=[kind.value for kind in CodeKind]),
                name="ledger_other_code_kinds",
            ),
            models.CheckConstraint(
                condition=~models.Q(code__regex="[0-9]{16}"), name="ledger_other_code_is_no_person"
            ),
        )
        indexes = (models.Index(fields=("kind", "code"), name="ledger_other_code_found"),)

    def __str__(self) -> str:
        """Number and code."""
        return f"{self.code} {self.subject}"


class OnePerson(models.Model):
    """That an organisation turned out to be one person's undertaking, at a revision (转为个人经营).

    It was told of as an organisation up to then; who copied that has to drop it (legal.md L3).
    """

    subject = models.TextField(primary_key=True)
    revision = models.BigIntegerField()

    class Meta:
        """Table name; one row a subject, for none becomes an organisation again."""

        db_table = "ledger_one_person"
        indexes = (models.Index(fields=("revision",), name="ledger_one_person_since"),)

    def __str__(self) -> str:
        """Code and revision."""
        return f"{self.subject} {self.revision}"


class RecordNumber(models.Model):
    """A public number of a record in the form that is compared: leads to the record (文书号).

    Derived of the records and never shown: who reads looks whether the record still has the number
    and is public. A stale row finds nothing.
    """

    pk = models.CompositePrimaryKey("number", "subject", "record_id")
    number = models.TextField()
    subject = models.TextField()
    record_id = models.TextField()

    class Meta:
        """Table name; the key begins with the number, and whole numbers alone are looked up."""

        db_table = "ledger_record_number"

    def __str__(self) -> str:
        """Number and record."""
        return f"{self.number} {self.record_id}"


class EntryColumns(models.Model):
    """Columns that an entry and the current state of its record share (``ledger.columns``)."""

    revision = models.BigIntegerField()
    subject = models.TextField()  # empty: attached to nobody
    record_id = models.TextField()
    item = models.TextField()
    edition = models.TextField()
    # assert, correct, restate, confirm, withdraw, repair, dispute, resolve
    kind = models.TextField()
    unit = models.TextField()
    authority = models.TextField()
    natural_key = models.TextField()
    payload = models.JSONField()
    decided_on = models.DateField()
    failing_class = models.TextField()
    adverse = models.BooleanField()
    hidden = models.TextField()
    public_from = models.DateField()
    public_until = models.DateField(null=True)
    repairable_from = models.DateField(null=True)
    clause = models.TextField()
    record_class = models.TextField()
    incomplete = models.BooleanField()
    batch = models.TextField()
    row = models.BigIntegerField()
    received_at = models.DateTimeField()
    content_hash = models.TextField()
    release = models.TextField()

    class Meta:
        """Columns only."""

        abstract = True


class Entry(EntryColumns):
    """One entry; never changed, never deleted (账目)."""

    pk = models.CompositePrimaryKey("subject", "revision")

    class Meta:
        """Made by SQL."""

        managed = False
        db_table = "ledger_entry"

    def __str__(self) -> str:
        """Revision and record."""
        return f"{self.revision} {self.record_id}"


class Current(EntryColumns):
    """The latest entry of each record (当前状态)."""

    pk = models.CompositePrimaryKey("subject", "record_id")

    class Meta:
        """Made by SQL."""

        managed = False
        db_table = "ledger_current"

    def __str__(self) -> str:
        """Record and revision."""
        return f"{self.record_id} {self.revision}"


class Changed(models.Model):
    """That an entry changed a record, without what it holds: a view for followers (变更)."""

    pk = models.CompositePrimaryKey("subject", "revision")
    revision = models.BigIntegerField()
    subject = models.TextField()
    record_id = models.TextField()

    class Meta:
        """Made by SQL."""

        managed = False
        db_table = "ledger_change"

    def __str__(self) -> str:
        """Revision and record."""
        return f"{self.revision} {self.record_id}"


class Head(models.Model):
    """The ledger's head: the last revision posted, set in the posting transaction; one row."""

    id = models.SmallIntegerField(primary_key=True)
    revision = models.BigIntegerField()

    class Meta:
        """Table name."""

        db_table = "ledger_head"

    def __str__(self) -> str:
        """Revision."""
        return str(self.revision)


class Segment(models.Model):
    """One Parquet file of entries in the manifest; immutable (段文件)."""

    path = models.TextField(primary_key=True)  # below the platform's segments folder
    first_revision = models.BigIntegerField()
    last_revision = models.BigIntegerField()
    bucket = models.IntegerField()
    rows = models.BigIntegerField()
    digest = models.TextField()

    class Meta:
        """Table name."""

        db_table = "ledger_segment"

    def __str__(self) -> str:
        """Path."""
        return self.path
