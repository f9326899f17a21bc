"""Tables of the exchange: who it is agreed with, what is on its way, what they have (对接)."""

from django.db import models
from django.db.models import F, Q

NOT_DECIDED, APPROVED, REFUSED = "", "approved", "refused"


class Peer(models.Model):
    """A platform that we exchange with under an adapter of the pack (对接平台).

    ``digest`` is of the adapter as two people agreed to it: a changed one does nothing until they
    agree anew. ``sequence`` counts messages sent, ``taken`` is the greatest number of a package
    that came. What the platform holds was compared with the ledger up to revision ``compared``.
    ``fence`` grows with each worker: one that slept settles nothing.
    """

    adapter = models.TextField(primary_key=True)
    digest = models.TextField()
    legacy_md5 = models.BooleanField(default=False)
    proposed_by = models.TextField()
    proposed_at = models.DateTimeField()
    decision = models.TextField(default=NOT_DECIDED, blank=True)
    decided_by = models.TextField(default="", blank=True)
    decided_at = models.DateTimeField(null=True)
    cursor = models.BigIntegerField(default=0)
    compared = models.BigIntegerField(default=0)
    sequence = models.BigIntegerField(default=0)
    taken = models.BigIntegerField(default=0)
    page = models.TextField(default="", blank=True)
    since = models.DateField(null=True)
    leased_until = models.DateTimeField(null=True)
    fence = models.BigIntegerField(default=0)
    rests_until = models.DateTimeField(null=True)
    fault = models.TextField(default="", blank=True)

    class Meta:
        """Table name; two people, a known decision."""

        db_table = "exchange_peer"
        constraints = (
            models.CheckConstraint(
                condition=~Q(decision=APPROVED, decided_by=F("proposed_by")),
                name="exchange_peer_two_people",
            ),
            models.CheckConstraint(
                condition=Q(decision=NOT_DECIDED, decided_by="", decided_at__isnull=True)
                | (
                    Q(decision__in=(APPROVED, REFUSED), decided_at__isnull=False)
                    & ~Q(decided_by="")
                ),
                name="exchange_peer_decided",
            ),
        )

    def __str__(self) -> str:
        """Adapter and decision."""
        return f"{self.adapter} {self.decision}"


class Parcel(models.Model):
    """One message to a platform: what changed after ``since`` up to ``upto`` (对接消息).

    It holds no record: what it says is made when it is sent. Its number is the same however often
    that is; a platform has one at a time, so that none overtakes another.
    """

    id = models.TextField(primary_key=True)
    peer = models.ForeignKey(Peer, on_delete=models.PROTECT)
    sequence = models.BigIntegerField()
    since = models.BigIntegerField()
    upto = models.BigIntegerField()
    made_at = models.DateTimeField()
    attempts = models.PositiveIntegerField(default=0)
    acknowledged_at = models.DateTimeField(null=True)

    class Meta:
        """Table name; a number once, one message at a time."""

        db_table = "exchange_parcel"
        constraints = (
            models.UniqueConstraint(fields=("peer", "sequence"), name="exchange_parcel_once"),
            models.UniqueConstraint(
                fields=("peer",),
                condition=Q(acknowledged_at=None),
                name="exchange_parcel_one_at_a_time",
            ),
        )

    def __str__(self) -> str:
        """Number and platform."""
        return f"{self.id} {self.peer_id}"


class Held(models.Model):
    """A record that a platform has or may have, until it acknowledged the removal (对方留存).

    ``until`` is its last public day, None without end; ``ended`` that the ledger has ended it.
    """

    pk = models.CompositePrimaryKey("peer_id", "subject", "record")
    peer = models.ForeignKey(Peer, on_delete=models.PROTECT)
    subject = models.TextField()
    record = models.TextField()
    until = models.DateField(null=True, default=None)
    ended = models.BooleanField(default=False)

    class Meta:
        """Table name; what is to be removed is found without reading what is held."""

        db_table = "exchange_held"
        indexes = (
            models.Index(fields=("peer", "until"), name="exchange_held_until"),
            models.Index(fields=("peer",), condition=Q(ended=True), name="exchange_held_ended"),
        )

    def __str__(self) -> str:
        """Platform and record."""
        return f"{self.peer_id} {self.record}"
