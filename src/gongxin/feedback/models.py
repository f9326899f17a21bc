"""The table of letters: about the platform and its staff, never about a subject (来信)."""

from django.db import models
from django.db.models import F, Q


class Letter(models.Model):
    """A complaint or suggestion that somebody left without a name (legal.md L9).

    ``secret`` is the digest of what its writer alone holds; ``sealed`` and ``answer`` are encrypted
    with a key outside the database. Nothing says who wrote it, and no table refers to it.
    """

    number = models.TextField(primary_key=True)
    secret = models.TextField()
    category = models.TextField()
    sealed = models.TextField()
    filed_at = models.DateTimeField()
    filed_on = models.DateField(db_index=True)
    due_on = models.DateField()
    ends_on = models.DateField(db_index=True)
    answer = models.TextField(default="", blank=True)
    answered_by = models.TextField(default="", blank=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        """Table name; a letter has its end, and an answer somebody who gave it."""

        db_table = "feedback_letter"
        constraints = (
            models.CheckConstraint(
                condition=Q(due_on__gte=F("filed_on"), ends_on__gte=F("due_on")),
                name="feedback_letter_ends",
            ),
            models.CheckConstraint(
                condition=Q(answer="", answered_by="", answered_at=None)
                | (~Q(answer="") & ~Q(answered_by="") & Q(answered_at__isnull=False)),
                name="feedback_letter_answered",
            ),
        )

    def __str__(self) -> str:
        """Number."""
        return self.number
