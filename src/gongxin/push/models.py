"""Tables of the pushes: who is told at which address, and each message on its way (推送)."""

from django.db import models
from django.db.models import F, Q

NOT_DECIDED, APPROVED, REFUSED = "", "approved", "refused"
WAITING, DELIVERED, DEAD = "waiting", "delivered", "dead"


class Subscription(models.Model):
    """An address at which a client's system wants to be told of changes (推送订阅).

    ``cursor`` is the revision up to which messages were made, ``began_at_revision`` where they
    begin. ``generation`` counts its secrets, which are stored nowhere. A worker that sends for it
    holds the lease: ``fence`` grows with each, so a worker that slept settles nothing. Messages
    of changes up to ``forgotten_upto`` may have been deleted.
    """

    id = models.TextField(primary_key=True)
    client = models.TextField()
    unit = models.TextField()
    address = models.TextField()
    kinds = models.JSONField()
    proposed_by = models.TextField()
    proposed_at = models.DateTimeField()
    decision = models.TextField(default=NOT_DECIDED, blank=True)
    decided_by = models.TextField(default="", blank=True)
    decided_at = models.DateTimeField(null=True)
    disabled_at = models.DateTimeField(null=True)
    disabled_by = models.TextField(default="", blank=True)
    disabled_why = models.TextField(default="", blank=True)
    generation = models.PositiveIntegerField(default=1)
    rotated_at = models.DateTimeField(null=True)
    began_at_revision = models.BigIntegerField(default=0)
    cursor = models.BigIntegerField(default=0)
    forgotten_upto = models.BigIntegerField(default=0)
    rests_until = models.DateTimeField(null=True)
    failing_since = models.DateTimeField(null=True)
    leased_until = models.DateTimeField(null=True)
    fence = models.BigIntegerField(default=0)

    class Meta:
        """Table name; two people, a known decision, an open address once a client."""

        db_table = "push_subscription"
        constraints = (
            models.CheckConstraint(
                condition=~Q(decided_by=F("proposed_by")), name="push_subscription_two_people"
            ),
            models.CheckConstraint(
                condition=Q(decision=NOT_DECIDED, decided_by="", decided_at__isnull=True)
                | (
                    Q(decision__in=(APPROVED, REFUSED), decided_at__isnull=False)
                    & ~Q(decided_by="")
                ),
                name="push_subscription_decided",
            ),
            models.CheckConstraint(
                condition=Q(address__startswith="https://"), name="push_subscription_https"
            ),
            models.UniqueConstraint(
                fields=("client", "address"),
                condition=Q(decision__in=(NOT_DECIDED, APPROVED), disabled_at__isnull=True),
                name="push_subscription_once",
            ),
        )

    def __str__(self) -> str:
        """Number and address."""
        return f"{self.id} {self.address}"


class Delivery(models.Model):
    """One message: the changes after ``since`` up to ``upto`` (推送消息).

    What it says is made when it is sent, from the ledger of that moment: nothing that has ended
    waits here. Its number is the ``webhook-id``, the same however often it is sent.
    """

    id = models.TextField(primary_key=True)
    subscription = models.ForeignKey(Subscription, on_delete=models.PROTECT)
    since = models.BigIntegerField()
    upto = models.BigIntegerField()
    made_at = models.DateTimeField()
    state = models.TextField(default=WAITING)
    attempts = models.PositiveIntegerField(default=0)
    next_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    status = models.PositiveIntegerField(null=True)
    fault = models.TextField(default="", blank=True)

    class Meta:
        """Table name; the same changes once a subscription; what waits is found quickly."""

        db_table = "push_delivery"
        constraints = (
            models.UniqueConstraint(fields=("subscription", "since"), name="push_delivery_once"),
            models.CheckConstraint(
                condition=Q(state__in=(WAITING, DELIVERED, DEAD)), name="push_delivery_states"
            ),
            models.CheckConstraint(condition=Q(since__lt=F("upto")), name="push_delivery_range"),
        )
        indexes = (
            models.Index(
                fields=("subscription", "next_at"),
                condition=Q(state=WAITING),
                name="push_delivery_waiting",
            ),
            models.Index(fields=("sent_at",), name="push_delivery_sent"),
        )

    def __str__(self) -> str:
        """Number and state."""
        return f"{self.id} {self.state}"


class Address(models.Model):
    """How the address of a subscription stands: a view of counts, without message or secret.

    ``oldest`` is when the oldest message that waits was made.
    """

    id = models.TextField(primary_key=True)
    client = models.TextField()
    unit = models.TextField()
    address = models.TextField()
    decision = models.TextField()
    disabled_at = models.DateTimeField(null=True)
    disabled_why = models.TextField()
    failing_since = models.DateTimeField(null=True)
    cursor = models.BigIntegerField()
    waiting = models.BigIntegerField()
    dead = models.BigIntegerField()
    oldest = models.DateTimeField(null=True)

    class Meta:
        """Made by SQL."""

        managed = False
        db_table = "push_address"

    def __str__(self) -> str:
        """Number and address."""
        return f"{self.id} {self.address}"
