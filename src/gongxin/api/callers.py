"""Who calls: a client that shows a token, or an address (调用方)."""

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest

from gongxin.accounts import addresses
from gongxin.accounts.client_queries import Caller
from gongxin.accounts.products import product_of
from gongxin.api import clock, digests
from gongxin.api.limits import Standing, blind_name, count_client, count_request
from gongxin.api.problems import (
    INSUFFICIENT_SCOPE,
    RATE_LIMITED,
    UNAUTHENTICATED,
    Problem,
)

BEARER = "bearer"
CHALLENGE = {"WWW-Authenticate": 'Bearer realm="gongxin"'}


@dataclass(frozen=True, slots=True)
class Call:
    """A request as the API sees it: ``client`` is None for anybody."""

    client: Caller | None
    refused_token: bool
    standing: Standing


def receive(request: HttpRequest) -> Call:
    """Find out who calls and count the request."""
    scheme, _, token = request.headers.get("Authorization", "").strip().partition(" ")
    shown, usual = scheme.lower() == BEARER, settings.API_LIMITS
    product, at = product_of(request.path_info), clock.now()
    if shown and (
        found := count_client(token.strip(), usual=usual["client"], at=at, product=product)
    ):
        client, standing = found
        return Call(client, refused_token=False, standing=standing)
    name = blind_name(address_of(request))
    standing = count_request(name, limits=usual["anonymous"], at=at, product=product)
    return Call(None, shown, standing)


def admit(call: Call) -> None:
    """Refuse a caller that asked too much, or whose token is good for nothing.

    Raises:
        Problem: over a limit, or a refused token.
    """
    if over := call.standing.over:
        wait = {"Retry-After": str(over.reset)}
        raise Problem(RATE_LIMITED, f"more than {over.limit} requests a {over.name}", headers=wait)
    if call.refused_token:
        challenge = {"WWW-Authenticate": f'{CHALLENGE["WWW-Authenticate"]}, error="invalid_token"'}
        raise Problem(UNAUTHENTICATED, headers=challenge)


def address_of(request: HttpRequest) -> str:
    """Return the address that a request comes from, seen through our own proxies alone."""
    remote: str = request.META.get("REMOTE_ADDR", "")
    forwarded = request.headers.get("X-Forwarded-For", "")
    return addresses.seen(remote, forwarded, proxies=settings.GONGXIN.proxies)


class NeedsScope:
    """Lets clients pass whose token has a scope; ninja calls it before an operation.

    ``streamed``: the body is read in pieces; that of a signed call is hashed on the way.
    """

    def __init__(self, scope: str, *, streamed: bool = False) -> None:
        self.scope = scope
        self.streamed = streamed

    def __call__(self, request: HttpRequest) -> Caller:
        """Return who calls.

        Raises:
            Problem: no client, or its token lacks the scope.
        """
        if self.streamed:
            digests.watch(request)
        client: Caller | None = request.call.client  # type: ignore[attr-defined]
        if client is None:
            raise Problem(UNAUTHENTICATED, headers=CHALLENGE)
        if self.scope not in client.scopes:
            told = f'{CHALLENGE["WWW-Authenticate"]}, error="insufficient_scope"'
            challenge = {"WWW-Authenticate": f'{told}, scope="{self.scope}"'}
            detail = f"the operation needs the scope {self.scope}"
            raise Problem(INSUFFICIENT_SCOPE, detail, headers=challenge)
        return client
