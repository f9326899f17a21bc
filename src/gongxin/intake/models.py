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
    kind = models.TextField(default="csv")  # what the file was: csv, xlsx
    header = models.JSONField(default=list)  # the sender's own, masked
    columns = models.JSONField(default=dict)  # where in it each field of the item stands
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.TextField(default="")
    revoked_why = models.TextField(default="")

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


class Reject(models.Model):
    """A row that was not taken; ``outcome`` is empty while it is open (退回行).

    ``cells`` are the sender's, in the order of the batch's header, without what is personal; none
    are kept of a row that may be about a person, or once it is closed. ``outcome``: accepted (the
    row came again and was good), sent_again (it came again and is open there), cancelled.
    """

    batch = models.ForeignKey(Batch, on_delete=models.PROTECT)
    row = models.BigIntegerField()
    unit = models.TextField()
    item = models.TextField()
    cells = models.JSONField()
    likeness = models.TextField()
    outcome = models.TextField()
    closed_batch = models.TextField(default="")
    closed_row = models.BigIntegerField(null=True)
    closed_at = models.DateTimeField(null=True)
    actor = models.TextField()
    reason = models.TextField()

    class Meta:
        """Table name; one row once in a batch, and the open ones of a unit and item together."""

        db_table = "intake_reject"
        constraints = (models.UniqueConstraint(fields=("batch", "row"), name="intake_reject_once"),)
        indexes = (
            models.Index(
                fields=("unit", "item"), name="intake_reject_open", condition=models.Q(outcome="")
            ),
        )

    def __str__(self) -> str:
        """Batch and row."""
        return f"{self.batch_id}-{self.row}"


class Withdrawal(models.Model):
    """That a unit withdrew a record, and why (撤回).

    ``ground``: mistaken (误报), duplicate (重复报送), annulled (决定已撤销、变更或确认违法).
    """

    record_id = models.TextField(primary_key=True)
    subject = models.TextField()
    revision = models.BigIntegerField()
    unit = models.TextField()
    ground = models.TextField()
    reason = models.TextField()
    actor = models.TextField()
    at = models.DateTimeField()

    class Meta:
        """Table name; a record is withdrawn once."""

        db_table = "intake_withdrawal"

    def __str__(self) -> str:
        """Record and ground."""
        return f"{self.record_id} {self.ground}"


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
