"""What the operations of this process answer when they answer nothing, as RFC 9457 has it.

One refusal for whatever is wrong with a consent: nobody learns from it who is known here.
"""

import json
from dataclasses import dataclass

from django.http import HttpResponse

MEDIA_TYPE = "application/problem+json"
PREFIX = "/api/v1/problems/"
CHALLENGE = 'Bearer realm="gongxin"'


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of problem: its name and status never change their meaning."""

    name: str
    status: int
    title: str


BAD_REQUEST = Kind("bad-request", 400, "The request cannot be read")
UNAUTHENTICATED = Kind("unauthenticated", 401, "No valid token")
INSUFFICIENT_SCOPE = Kind("insufficient-scope", 403, "The token lacks the scope")
NO_CONSENT = Kind("no-consent", 403, "No consent that covers this")
NOT_FOUND = Kind("not-found", 404, "There is nothing here")
WRONG_METHOD = Kind("method-not-allowed", 405, "The method is not known here")
RATE_LIMITED = Kind("rate-limited", 429, "Too many requests")
FAILED = Kind("internal-error", 500, "The fault is ours")
UNAVAILABLE = Kind("unavailable", 503, "The fault is ours and passes")


class Refused(Exception):
    """An operation is refused; ``headers`` go with the answer."""

    def __init__(self, kind: Kind, headers: dict[str, str] | None = None) -> None:
        super().__init__(kind.name)
        self.kind = kind
        self.headers = headers or {}


def response(kind: Kind, headers: dict[str, str] | None = None) -> HttpResponse:
    """Return the answer, the same for each of its kind."""
    document = {"type": f"{PREFIX}{kind.name}", "title": kind.title, "status": kind.status}
    answer = HttpResponse(json.dumps(document), status=kind.status, content_type=MEDIA_TYPE)
    for name, value in (headers or {}).items():
        answer.headers[name] = value
    return answer
