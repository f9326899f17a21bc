"""Systems of units that call the API (接入系统)."""

from collections.abc import Iterable, Mapping

from django.db import models
from oauth2_provider.models import AbstractApplication
from oauth2_provider.scopes import BaseScopes

from gongxin.accounts.policy import Role

PERSONS = "persons"
SCOPES: Mapping[str, str] = {
    "check": "ask for the credit information of organisations, for a purpose and in a case",
    "hand-in": "hand in records of the client's own unit",
    "own-records": "read back what the client's own unit handed in, and what became of it",
    "evaluation": "read published grades of organisations with their reasons, for a purpose",
    "changes": "follow the changes of what is public",
    "open-data": "acknowledge what copies of the open data dropped",
    "webhooks": "propose and manage addresses that are told of changes",
    PERSONS: "read what a person consented to, in the process that serves persons (ADR 0024)",
}
_NEEDED: Mapping[str, frozenset[Role]] = {
    "check": frozenset({Role.CHECKER, Role.BANK}),
    "hand-in": frozenset({Role.REPORTER}),
    PERSONS: frozenset({Role.CHECKER, Role.BANK}),
    "own-records": frozenset({Role.REPORTER}),
    "evaluation": frozenset({Role.CHECKER, Role.BANK, Role.SUPERVISOR, Role.OPERATOR}),
}
_ASKED_FOR = frozenset({PERSONS})  # nobody's token has it by the way


class Client(AbstractApplication):  # type: ignore[misc]
    """A system that acts for a unit: what it may is in ``roles`` and in the three limits.

    ``name`` is the system's own (行政审批系统). A limit that is None is everything of the roles;
    ``quota`` is the number of organisations a day that it may ask about, ``rate`` the number of
    requests a second that were agreed on, 0 for the platform's usual one, ``verify_key`` its public
    key (Ed25519, PEM) if it signs its calls.
    """

    unit = models.TextField()
    roles = models.JSONField(default=list)
    purposes = models.JSONField(null=True, default=None)
    matters = models.JSONField(null=True, default=None)
    items = models.JSONField(null=True, default=None)
    quota = models.PositiveIntegerField(default=10_000)
    rate = models.PositiveIntegerField(default=0)
    disabled = models.BooleanField(default=False)
    verify_key = models.TextField(default="", blank=True)

    class Meta(AbstractApplication.Meta):  # type: ignore[misc]
        """Table name."""

        db_table = "accounts_client"

    def is_usable(self, request: object) -> bool:
        """Tell the token endpoint whether the client may have a token at all."""
        del request
        return not self.disabled


def may_have(scope: str, roles: Iterable[str]) -> bool:
    """Tell whether a client of these roles may have a token for a scope."""
    held = frozenset(roles)
    return bool(held & _NEEDED.get(scope, held))


class ClientDay(models.Model):
    """What a client was refused and asked about on a day in China (用量).

    ``refused`` counts answers of 400 or more, ``asked`` the organisations of its quota.
    """

    pk = models.CompositePrimaryKey("client_id", "day")
    client_id = models.TextField()
    day = models.DateField()
    refused = models.BigIntegerField(default=0)
    asked = models.BigIntegerField(default=0)

    class Meta:
        """Table name."""

        db_table = "accounts_client_day"

    def __str__(self) -> str:
        """Client and day."""
        return f"{self.client_id} {self.day}"


class ProductDay(models.Model):
    """How often a client called a product on a day in China (``accounts.products``); 产品用量.

    The client is empty for calls without a token, the product for calls of none; ``last_at`` is
    the last call.
    """

    pk = models.CompositePrimaryKey("client_id", "product", "day")
    client_id = models.TextField()
    product = models.TextField()
    day = models.DateField()
    calls = models.BigIntegerField(default=0)
    last_at = models.DateTimeField(null=True)

    class Meta:
        """Table name."""

        db_table = "accounts_product_day"

    def __str__(self) -> str:
        """Client, product and day."""
        return f"{self.client_id} {self.product} {self.day}"


class ClientScopes(BaseScopes):  # type: ignore[misc]
    """Which scopes a client may have a token for: those that one of its roles needs."""

    def get_all_scopes(self) -> Mapping[str, str]:
        """Return every scope with what it is for."""
        return SCOPES

    def get_available_scopes(
        self, application: Client | None = None, request: object = None, *_: object, **__: object
    ) -> list[str]:
        """Return the scopes of the client's roles; none without a client."""
        del request
        held = application.roles if application is not None else []
        return [scope for scope in SCOPES if may_have(scope, held)]

    def get_default_scopes(
        self, application: Client | None = None, request: object = None, *_: object, **__: object
    ) -> list[str]:
        """Return what a client gets that names no scope: all but what must be asked for by name."""
        found = self.get_available_scopes(application, request)
        return [scope for scope in found if scope not in _ASKED_FOR]
