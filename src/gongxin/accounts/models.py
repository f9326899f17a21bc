"""Units of the platform (单位), named everywhere by their code as text."""

from django.db import models

from gongxin.accounts.applications import SpecialQuery
from gongxin.accounts.clients import Client, ClientDay
from gongxin.accounts.duties import Assignment, Delegation
from gongxin.accounts.staff import CountedFailure, FailedLogin, FirstEntry, Staff

__all__ = [
    "Assignment",
    "Client",
    "ClientDay",
    "CountedFailure",
    "Delegation",
    "FailedLogin",
    "FirstEntry",
    "FormerUnit",
    "HandInRight",
    "SpecialQuery",
    "Staff",
    "Unit",
]


class Unit(models.Model):
    """A unit that may hand in, decide or use records."""

    uscc = models.TextField(primary_key=True)
    name = models.TextField()
    name_key = models.TextField(db_index=True)
    region = models.TextField(default="", blank=True)
    member = models.BooleanField(default=False)
    vertical = models.BooleanField(default=False)
    parent = models.TextField(default="", blank=True)
    valid_until = models.DateField(null=True, default=None)
    successor = models.TextField(default="", blank=True)

    class Meta:
        """Table name."""

        db_table = "accounts_unit"

    def __str__(self) -> str:
        """Name and code."""
        return f"{self.name} {self.uscc}"


class FormerUnit(models.Model):
    """A name or a code that a unit had until a day (机构沿革)."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT)
    uscc = models.TextField()
    name = models.TextField()
    name_key = models.TextField()
    valid_from = models.DateField(null=True)
    valid_until = models.DateField()

    class Meta:
        """Table name."""

        db_table = "accounts_former_unit"

    def __str__(self) -> str:
        """Name and last day."""
        return f"{self.name} {self.valid_until}"


class HandInRight(models.Model):
    """That a unit may hand in the records of an item; an empty item is every item (报送权限)."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT)
    item = models.TextField(default="", blank=True)

    class Meta:
        """Table name, and each right once."""

        db_table = "accounts_hand_in"
        constraints = [  # noqa: RUF012 - Django's own form
            models.UniqueConstraint(fields=["unit", "item"], name="accounts_hand_in_once"),
        ]

    def __str__(self) -> str:
        """Unit and item."""
        return f"{self.unit_id} {self.item or '*'}"
