"""Tables of the open data: snapshots that were made, and who acknowledged removals (开放数据)."""

from django.db import models


class Snapshot(models.Model):
    """Files of all that is public on one day; served on that day alone (快照).

    ``manifest`` is the signed document; the files stand in the platform's folder.
    """

    id = models.TextField(primary_key=True)
    as_of = models.DateField()
    head = models.BigIntegerField()
    made_at = models.DateTimeField()
    manifest = models.TextField()

    class Meta:
        """Table name."""

        db_table = "opendata_snapshot"
        indexes = (models.Index(fields=("as_of", "made_at"), name="opendata_snapshot_day"),)

    def __str__(self) -> str:
        """Number."""
        return self.id


class Acknowledged(models.Model):
    """Up to where a reuser's copies follow the removals (撤下回执); one row a client."""

    client = models.TextField(primary_key=True)
    unit = models.TextField()
    cursor = models.TextField()
    at = models.DateTimeField()

    class Meta:
        """Table name."""

        db_table = "opendata_acknowledged"

    def __str__(self) -> str:
        """Client and cursor."""
        return f"{self.client} {self.cursor}"


class Reuser(models.Model):
    """How far a reuser is: a view of the receipts for who watches all of them."""

    client = models.TextField(primary_key=True)
    unit = models.TextField()
    cursor = models.TextField()
    at = models.DateTimeField()

    class Meta:
        """Made by SQL."""

        managed = False
        db_table = "opendata_reuser"

    def __str__(self) -> str:
        """Client and cursor."""
        return f"{self.client} {self.cursor}"


class Ended(models.Model):
    """Why a record may have ceased to be public: a view of what kind its entries are.

    Whoever may not see a hidden entry may know that a record was repaired or withdrawn.
    """

    pk = models.CompositePrimaryKey("subject", "revision")
    revision = models.BigIntegerField()
    subject = models.TextField()
    record_id = models.TextField()
    received_at = models.DateTimeField()
    why = models.TextField()

    class Meta:
        """Made by SQL."""

        managed = False
        db_table = "opendata_ended"

    def __str__(self) -> str:
        """Record and reason."""
        return f"{self.record_id} {self.why}"
