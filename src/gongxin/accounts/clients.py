"""Systems of units that call the API (接入系统)."""

from django.db import models
from oauth2_provider.models import AbstractApplication


class Client(AbstractApplication):  # type: ignore[misc]
    """A system that acts for a unit: what it may is in ``roles`` and in the three limits.

    ``name`` is the system's own (行政审批系统). A limit that is None is everything of the roles;
    ``quota`` is the number of organisations a day that it may ask about.
    """

    unit = models.TextField()
    roles = models.JSONField(default=list)
    purposes = models.JSONField(null=True, default=None)
    matters = models.JSONField(null=True, default=None)
    items = models.JSONField(null=True, default=None)
    quota = models.PositiveIntegerField(default=10_000)
    disabled = models.BooleanField(default=False)

    class Meta(AbstractApplication.Meta):  # type: ignore[misc]
        """Table name."""

        db_table = "accounts_client"
