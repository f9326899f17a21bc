"""Batches, their receipts, and the findings that go back to the sender (批次、回执)."""

from django.db import models


class Batch(models.Model):
    """One file or message that a unit handed in."""

    id = models.TextField(primary_key=True)
    unit = models.TextField()
    item = models.TextField()
    profile = models.TextField()
    file_name = models.TextField()
    file_digest = models.TextField(db_index=True)
    rows = models.BigIntegerField()
    accepted = models.BigIntegerField()
    duplicates = models.BigIntegerField()
    revisions = models.BigIntegerField()
    personal = models.BigIntegerField()
    rejected = models.BigIntegerField()
    unattached = models.BigIntegerField()
    received_at = models.DateTimeField()
    release = models.TextField()
    head = models.BigIntegerField()
    receipt = models.JSONField()

    class Meta:
        """Table name."""

        db_table = "intake_batch"

    def __str__(self) -> str:
        """Number of the batch."""
        return self.id


class FindingRow(models.Model):
    """One finding of a batch; ``value`` is cut and masked."""

    batch = models.ForeignKey(Batch, on_delete=models.PROTECT)
    row = models.BigIntegerField()
    column = models.TextField()
    code = models.TextField()
    level = models.TextField()
    message = models.TextField()
    value = models.TextField()

    class Meta:
        """Table name."""

        db_table = "intake_finding"

    def __str__(self) -> str:
        """Row, column and code."""
        return f"{self.row} {self.column} {self.code}"


class Source(models.Model):
    """How a unit's batches of an item stand: a view of counts, nothing of a record (信源情况).

    ``taken_at`` is when the last batch came of which some row was good, None if none ever did.
    """

    pk = models.CompositePrimaryKey("unit", "item")
    unit = models.TextField()
    item = models.TextField()
    batches = models.BigIntegerField()
    last_at = models.DateTimeField()
    rows = models.BigIntegerField()
    accepted = models.BigIntegerField()
    duplicates = models.BigIntegerField()
    rejected = models.BigIntegerField()
    late = models.BigIntegerField()
    taken_at = models.DateTimeField(null=True)

    class Meta:
        """Made by SQL."""

        managed = False
        db_table = "intake_source"

    def __str__(self) -> str:
        """Unit and item."""
        return f"{self.unit} {self.item}"
