"""Units of the platform (单位), named everywhere by their code as text."""

from django.db import models

from gongxin.accounts.clients import Client
from gongxin.accounts.staff import Staff

__all__ = ["Client", "Staff", "Unit"]


class Unit(models.Model):
    """A unit that may hand in, decide or use records."""

    uscc = models.TextField(primary_key=True)
    name = models.TextField()
    name_key = models.TextField(db_index=True)
    region = models.TextField(default="", blank=True)
    member = models.BooleanField(default=False)
    vertical = models.BooleanField(default=False)

    class Meta:
        """Table name."""

        db_table = "accounts_unit"

    def __str__(self) -> str:
        """Name and code."""
        return f"{self.name} {self.uscc}"
