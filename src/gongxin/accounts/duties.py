"""What people do at a unit: roles they hold, and roles they stand in for (任职, 代办)."""

from django.db import models
from django.db.models import F, Q

from gongxin.accounts.staff import Staff


class Assignment(models.Model):
    """A role that a person holds at a unit from a day on (任职); days are inclusive.

    ``ended_on`` is the first day on which it holds no longer, if somebody ended it early. A trigger
    keeps administrators apart (三员分立): migration ``0001_initial``.
    """

    staff = models.ForeignKey(Staff, on_delete=models.PROTECT)
    role = models.TextField()
    unit = models.TextField()
    from_on = models.DateField()
    until_on = models.DateField(null=True)
    granted_by = models.TextField()
    granted_at = models.DateTimeField()
    ended_on = models.DateField(null=True)
    ended_by = models.TextField(default="", blank=True)
    document = models.TextField(default="", blank=True)  # by which an organisation authorised

    class Meta:
        """Table name, an order of days, and of an agent a document and an end."""

        db_table = "accounts_assignment"
        constraints = [  # noqa: RUF012 - Django's own form
            models.CheckConstraint(
                condition=~Q(role="subject") | (~Q(document="") & Q(until_on__isnull=False)),
                name="accounts_assignment_agent",
            ),
            models.CheckConstraint(
                condition=Q(until_on__isnull=True) | Q(until_on__gte=F("from_on")),
                name="accounts_assignment_days",
            ),
        ]

    def __str__(self) -> str:
        """Role and unit."""
        return f"{self.role} {self.unit}"


class Delegation(models.Model):
    """That another person at the unit stands in for one with a role, until a day (代办).

    It ends with its last day or with the assignment that it rests on, whichever comes first.
    """

    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT)
    taker = models.ForeignKey(Staff, on_delete=models.PROTECT)
    from_on = models.DateField()
    until_on = models.DateField()
    granted_by = models.TextField()
    granted_at = models.DateTimeField()
    ended_on = models.DateField(null=True)
    ended_by = models.TextField(default="", blank=True)

    class Meta:
        """Table name, and an order of days."""

        db_table = "accounts_delegation"
        constraints = [  # noqa: RUF012 - Django's own form
            models.CheckConstraint(
                condition=Q(until_on__gte=F("from_on")), name="accounts_delegation_days"
            ),
        ]

    def __str__(self) -> str:
        """Until when."""
        return str(self.until_on)
