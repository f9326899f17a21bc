"""What a client with a person's consent may ask: the records it names, or yes or no (授权查询).

The client shows its access token, issued by the ordinary API for the scope ``persons``, and in the
body the consent token that the person handed it. Whatever is wrong with the consent is answered
alike (rule 29); a number is never in an address.
"""

import json
from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from gongxin.accounts.client_queries import Caller, caller
from gongxin.accounts.clients import PERSONS
from gongxin.citizen import access, clock, problems, showing
from gongxin.citizen.problems import CHALLENGE, Refused
from gongxin.personal import actions
from gongxin.personal.actions import Stated
from gongxin.personal.consent import Asked, NotAllowed

LONGEST_TEXT = 200
MOST_ITEMS = 100
LARGEST = 16 * 1024
Operation = Callable[[dict[str, Any], Caller, datetime], dict[str, object]]


def _operation(ask: Operation) -> Callable[[HttpRequest], HttpResponse]:
    """Make an operation answer: client first, then the body, then the consent."""

    @csrf_exempt
    @wraps(ask)
    def answered(request: HttpRequest) -> HttpResponse:
        at = clock.now()
        if request.method != "POST":
            return problems.response(problems.WRONG_METHOD, {"Allow": "POST"})
        try:
            client = _client(request, at)
            return JsonResponse(ask(_body(request), client, at))
        except Refused as refused:
            return problems.response(refused.kind, refused.headers)
        except NotAllowed:
            return problems.response(problems.NO_CONSENT)

    return answered


@_operation
def records(body: dict[str, Any], client: Caller, at: datetime) -> dict[str, object]:
    """Return the records of the items that a consent names, and no other."""
    token, purpose, items = _texts(body, ("token", "purpose"), lists=("items",))
    asked = _within(client, Asked(client.actor.name, purpose, frozenset(items)), at)
    own = actions.use(token, asked, at=at, keys=access.own_keys())
    found = showing.release()
    return {"as_of": at.isoformat(), "records": [showing.answer(one, found) for one in own]}


@_operation
def match(body: dict[str, Any], client: Caller, at: datetime) -> dict[str, object]:
    """Tell whether name and number are those of who gave the consent: yes or no (3-13)."""
    token, purpose, name, number = _texts(body, ("token", "purpose", "name", "number"))
    asked = _within(client, Asked(client.actor.name, purpose, frozenset()), at)
    stated = Stated(name, number)
    return {"match": actions.matches(token, asked, stated, at=at, keys=access.own_keys())}


def nothing(request: HttpRequest, path: str = "") -> HttpResponse:
    """Answer an address under ``/api/`` at which there is nothing."""
    del request, path
    return problems.response(problems.NOT_FOUND)


def _client(request: HttpRequest, at: datetime) -> Caller:
    scheme, _, token = request.headers.get("Authorization", "").strip().partition(" ")
    client = caller(token.strip(), at=at) if scheme.lower() == "bearer" else None
    if client is None:
        raise Refused(problems.UNAUTHENTICATED, {"WWW-Authenticate": CHALLENGE})
    if PERSONS not in client.scopes:
        told = f'{CHALLENGE}, error="insufficient_scope", scope="{PERSONS}"'
        raise Refused(problems.INSUFFICIENT_SCOPE, {"WWW-Authenticate": told})
    return client


def _within(client: Caller, asked: Asked, at: datetime) -> Asked:
    """Return what is asked if the client's own limits let it; a consent widens none of them."""
    limits = client.actor.scope
    may_purpose = limits.purposes is None or asked.purpose in limits.purposes
    if not may_purpose or (limits.items is not None and not asked.items <= limits.items):
        actions.refuse(asked, "not_in_scope", at=at)
    return asked


def _body(request: HttpRequest) -> dict[str, Any]:
    """Return the JSON object of a request; a member that stands twice is none."""
    try:
        fits = request.content_type == "application/json" and len(request.body) <= LARGEST
        found = json.loads(request.body.decode("utf-8"), object_pairs_hook=_once) if fits else None
    except (ValueError, RecursionError, RequestDataTooBig):
        raise Refused(problems.BAD_REQUEST) from None
    if not isinstance(found, dict):
        raise Refused(problems.BAD_REQUEST)
    return found


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError
    return found


def _texts(
    body: dict[str, Any], names: tuple[str, ...], *, lists: tuple[str, ...] = ()
) -> list[Any]:
    """Return the members, which are all there and no others; texts and lists of texts."""
    if body.keys() != {*names, *lists}:
        raise Refused(problems.BAD_REQUEST)
    texts, listed = [body[name] for name in names], [body[name] for name in lists]
    if not all(isinstance(one, list) and len(one) <= MOST_ITEMS for one in listed):
        raise Refused(problems.BAD_REQUEST)
    if not all(map(_is_text, [*texts, *(text for one in listed for text in one)])):
        raise Refused(problems.BAD_REQUEST)
    return [*texts, *listed]


def _is_text(value: object) -> bool:
    """Tell whether a member is a text that the database can hold; surrogates and NUL are none."""
    if not isinstance(value, str) or len(value) > LONGEST_TEXT or "\0" in value:
        return False
    return not any("\ud800" <= sign <= "\udfff" for sign in value)
