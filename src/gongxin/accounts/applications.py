"""Applications for what a unit's standing rights do not show (特殊查询申请, requirement 1-59)."""

from django.db import models
from django.db.models import F, Q


class SpecialQuery(models.Model):
    """What a unit asks to see beyond its rights, about whom, what for, on what law, until when.

    ``subjects`` are codes of organisations, or ``form`` is the kind they are of. ``granted`` is
    None until somebody else decides; a grant holds on its days until it is revoked.
    """

    unit = models.TextField()
    items = models.JSONField()
    subjects = models.JSONField()
    form = models.TextField(default="", blank=True)
    purpose = models.TextField()
    matter = models.TextField()
    basis = models.TextField()
    from_on = models.DateField()
    until_on = models.DateField()
    asked_by = models.TextField()
    asked_at = models.DateTimeField()
    granted = models.BooleanField(null=True)
    decided_by = models.TextField(default="", blank=True)
    decided_at = models.DateTimeField(null=True)
    decided_reason = models.TextField(default="", blank=True)
    revoked_by = models.TextField(default="", blank=True)
    revoked_at = models.DateTimeField(null=True)
    revoked_reason = models.TextField(default="", blank=True)

    class Meta:
        """Table name; two people, a reason for each decision, a basis and an end."""

        db_table = "accounts_special_query"
        constraints = [  # noqa: RUF012 - Django's own form
            models.CheckConstraint(
                condition=Q(granted__isnull=True, decided_by="")
                | (
                    Q(granted__isnull=False)
                    & ~Q(decided_by__in=["", F("asked_by")])
                    & ~Q(decided_reason="")
                ),
                name="accounts_special_query_two",
            ),
            models.CheckConstraint(
                condition=Q(until_on__gte=F("from_on")) & ~Q(basis="") & ~Q(asked_by=""),
                name="accounts_special_query_founded",
            ),
            models.CheckConstraint(
                # NULL would be neither true nor false, and pass.
                condition=Q(revoked_at__isnull=True)
                | (Q(granted__isnull=False) & Q(granted=True) & ~Q(revoked_reason="")),
                name="accounts_special_query_revoked",
            ),
        ]

    def __str__(self) -> str:
        """Number and unit."""
        return f"{self.pk} {self.unit}"
