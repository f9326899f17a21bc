"""Tables of the boards: what the platform's units tell each other, and who has read it (公告栏)."""

from django.db import models
from django.db.models import F, Q


class Message(models.Model):
    """A bulletin, task or message to units and roles, until a day (公告、任务、消息).

    ``to_unit`` and ``to_role`` narrow whom it is for; empty is everybody of the writer's region.
    No person is its subject, and no number of a person stands in it.
    """

    kind = models.TextField()
    title = models.TextField()
    text = models.TextField()
    to_unit = models.TextField(default="", blank=True)
    to_role = models.TextField(default="", blank=True)
    from_unit = models.TextField()
    region = models.TextField()
    written_by = models.TextField()
    written_at = models.DateTimeField()
    from_on = models.DateField()
    until_on = models.DateField()
    withdrawn_by = models.TextField(default="", blank=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        """Table name; everything on a board ends."""

        db_table = "desk_message"
        constraints = (
            models.CheckConstraint(
                condition=Q(until_on__gte=F("from_on")) & ~Q(title="") & ~Q(text=""),
                name="desk_message_ends",
            ),
        )
        indexes = (models.Index(fields=("until_on",), name="desk_message_until"),)

    def __str__(self) -> str:
        """Title."""
        return self.title


class Mark(models.Model):
    """That somebody of a unit has read a message, or that the unit has done a task (已阅、已办)."""

    message = models.ForeignKey(Message, on_delete=models.PROTECT)
    unit = models.TextField()
    reader = models.TextField()
    marked_at = models.DateTimeField()
    done = models.BooleanField(default=False)

    class Meta:
        """Table name; one reads once and says once that it is done."""

        db_table = "desk_mark"
        constraints = (
            models.UniqueConstraint(fields=("message", "reader", "done"), name="desk_mark_once"),
        )

    def __str__(self) -> str:
        """Who and which."""
        return f"{self.reader} {self.message_id}"
