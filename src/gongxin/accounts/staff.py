"""People who work here, each with an account of their own (工作人员账号)."""

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models


class StaffManager(BaseUserManager["Staff"]):
    """How Django's login finds an account."""


class Staff(AbstractBaseUser):  # type: ignore[django-manager-missing]
    """A named person with a staff number; accounts are not shared (SAFETY T18).

    ``unit`` is the code of the unit where the person works; what the person may do there is said
    by assignments, never by the account.
    """

    login = models.TextField(unique=True)
    name = models.TextField()
    staff_no = models.TextField()
    unit = models.TextField()
    is_active = models.BooleanField(default=True)

    objects = StaffManager()

    USERNAME_FIELD = "login"
    REQUIRED_FIELDS = ["name", "staff_no", "unit"]  # noqa: RUF012 - Django's own form

    class Meta:
        """Table name, and one account for a person at a unit."""

        db_table = "accounts_staff"
        constraints = [  # noqa: RUF012 - Django's own form
            models.UniqueConstraint(fields=["unit", "staff_no"], name="accounts_staff_person"),
            models.CheckConstraint(
                condition=~models.Q(name="") & ~models.Q(staff_no=""), name="accounts_staff_named"
            ),
        ]

    def __str__(self) -> str:
        """Login name."""
        return self.login


class FirstEntry(models.Model):
    """That a one-time link of an account was made, by whom, and who released it (首次登录).

    ``code`` is a keyed digest of what the person types beside it; empty: nothing is asked for.
    """

    staff = models.OneToOneField(Staff, on_delete=models.PROTECT, primary_key=True)
    made_by = models.TextField()
    released_by = models.TextField(default="", blank=True)
    released_at = models.DateTimeField(null=True)
    code = models.TextField(default="", blank=True)
    wrong = models.PositiveSmallIntegerField(default=0)

    class Meta:
        """Table name; who made a link does not release it, but at the command line."""

        db_table = "accounts_first_entry"
        constraints = [  # noqa: RUF012 - Django's own form
            models.CheckConstraint(
                condition=~models.Q(released_by=models.F("made_by"))
                | models.Q(made_by__startswith="operator:"),
                name="accounts_first_entry_two",
            ),
        ]

    def __str__(self) -> str:
        """Who made it."""
        return self.made_by


class FailedLogin(models.Model):
    """How often logins failed for an account or an address in a row (登录失败).

    ``key`` is a keyed digest: what somebody typed, which may be a person's number, is not kept.
    """

    key = models.TextField(primary_key=True)
    failures = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField()

    class Meta:
        """Table name."""

        db_table = "accounts_failed_login"

    def __str__(self) -> str:
        """How often."""
        return str(self.failures)


class CountedFailure(models.Model):
    """Failed logins of one minute and kind: the first is in the audit log, ``more`` followed.

    ``key`` is the account as the log names it, or nobody, and the reason; nothing that was typed.
    """

    key = models.TextField(primary_key=True)
    object = models.TextField()
    reason = models.TextField()
    minute = models.DateTimeField()
    more = models.PositiveIntegerField(default=0)

    class Meta:
        """Table name."""

        db_table = "accounts_counted_failure"

    def __str__(self) -> str:
        """How many more."""
        return str(self.more)
