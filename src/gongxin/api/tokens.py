"""Tokens for client systems: client credentials and no other grant (访问令牌)."""

import base64
import binascii
import json
from typing import NoReturn
from urllib.parse import unquote_plus

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from oauth2_provider.oauth2_backends import get_oauthlib_core

from gongxin.accounts import client_queries, failures
from gongxin.accounts.client_actions import forget_expired
from gongxin.api import clock
from gongxin.api.bodies import require_media_type
from gongxin.api.problems import CLIENT_REFUSED, TOKEN_REFUSED, Problem

FORM = "application/x-www-form-urlencoded"
UNREADABLE = "\0"
DETAILS = {
    "invalid_request": "a parameter is missing, stands twice or cannot be read",
    "invalid_client": "id or secret are wrong, or the client has no access any more",
    "unauthorized_client": "the client may not use this grant",
    "unsupported_grant_type": "only grant_type=client_credentials is taken",
    "invalid_scope": "the client may not have this scope",
    "invalid_target": "tokens are good for this platform alone; leave resource out",
}


def issue(request: HttpRequest) -> HttpResponse:
    """Return a token for a client that shows its id and secret, as RFC 6749 4.4 has it.

    Raises:
        Problem: no token; the member ``error`` is the code of RFC 6749.
    """
    require_media_type(request, FORM)
    if any(len(values) != 1 for _, values in request.POST.lists()) or not _is_text(request):
        _refuse("invalid_request")
    if "resource" in request.POST:
        _refuse("invalid_target")
    if request.POST.get("grant_type") is None:
        _refuse("invalid_request")
    forget_expired(at=clock.now())
    headers, body, error = _made(request)
    if error == "invalid_client":
        _tell(request)
    if error:
        _refuse(error)
    kept = {name: value for name, value in headers.items() if name != "Content-Type"}
    return HttpResponse(body, content_type="application/json", headers=kept)


def _made(request: HttpRequest) -> tuple[dict[str, str], str, str]:
    """Return headers and text of an answer with a token, or why there is none.

    A client of a dissolved unit is refused like one that shows a wrong secret: a token would be
    good for nothing (``client_queries.CALLER``). What the library stored is rolled back.
    """
    with transaction.atomic():
        _, headers, body, status = get_oauthlib_core().create_token_response(request)
        told = json.loads(body)
        if status != HttpResponse.status_code:
            return {}, "", told.get("error", "invalid_request")
        client_id = client_queries.client_of(told["access_token"])
        if client_queries.is_without_access(client_id, on=clock.today()):
            transaction.set_rollback(True)
            return {}, "", "invalid_client"
    return headers, body, ""


def _tell(request: HttpRequest) -> None:
    """Have the log know that a client was refused, by its id if that is one."""
    given = request.POST.get("client_id") or _basic(request).partition(":")[0]
    without = client_queries.is_without_access(given, on=clock.today())
    failures.tell_refused(given, "no_access" if without else "secret", at=clock.now())


def _refuse(error: str) -> NoReturn:
    known = error if error in DETAILS else "invalid_request"
    if known == "invalid_client":
        challenge = {"WWW-Authenticate": 'Basic realm="gongxin"'}
        members = {"error": known}
        raise Problem(CLIENT_REFUSED, DETAILS[known], headers=challenge, members=members)
    raise Problem(TOKEN_REFUSED, DETAILS[known], members={"error": known})


def _is_text(request: HttpRequest) -> bool:
    """Tell whether a database can take what was sent: the library asks it as it stands."""
    sent = [*map(str, request.POST.values()), _basic(request)]
    return all(UNREADABLE not in text and _encodes(text) for text in sent)


def _basic(request: HttpRequest) -> str:
    scheme, _, value = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return ""
    try:
        return unquote_plus(base64.b64decode(value).decode())
    except (binascii.Error, ValueError):
        return ""


def _encodes(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
