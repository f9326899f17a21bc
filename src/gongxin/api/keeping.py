"""Answers given again for the same Idempotency-Key: one effect, however often it is sent (幂等)."""

import hmac
import re
from datetime import datetime, time

from django.conf import settings
from django.db import connection
from django.http import HttpResponse

from gongxin.api.models import Kept
from gongxin.api.problems import BAD_REQUEST, IN_USE, Fault, Problem
from gongxin.core.dates import CHINA

HEADER = "Idempotency-Key"
# RFC 8941, 3.3.3: a string in quotes; without escapes, which no key needs.
_KEY = re.compile(r'"([\x20\x21\x23-\x5b\x5d-\x7e]{1,255})"')

_TAKE = """
INSERT INTO api_kept AS k (client_id, key, request, status, content_type, body, made_at)
VALUES (%(client)s, %(key)s, %(request)s, 0, '', '', %(at)s)
ON CONFLICT (client_id, key) DO UPDATE SET request = excluded.request, status = 0,
    content_type = '', body = '', made_at = excluded.made_at
    WHERE k.made_at < %(before)s
RETURNING key
"""


def read_key(header: str | None) -> str | None:
    """Return the key of the header, None if there is none.

    Raises:
        Problem: it is no string of RFC 8941.
    """
    if header is None:
        return None
    found = _KEY.fullmatch(header.strip(" "))
    if found is None:
        fault = Fault(f"/headers/{HEADER}", "no_string", 'a string in quotes, such as "8e03978e"')
        raise Problem(BAD_REQUEST, f"{HEADER} is not a string of RFC 8941", (fault,))
    return found[1]


def blind(text: str) -> str:
    """Return the name under which a key or a request is kept: keyed, so that none is stored.

    A key may hold what was typed into a form, and the digest of a request can be guessed.
    """
    digest = hmac.digest(settings.SECRET_KEY.encode(), f"request:{text}".encode(), "sha256")
    return f"hmac-sha256:{digest.hex()}"


def take(client_id: str, key: str, *, request: str, at: datetime) -> HttpResponse | None:
    """Take the key for a request; return the answer if the same one was answered already.

    Called first in the transaction that answers: who sends the same twice at once waits here
    until the other is done. ``request`` is all that makes requests the same; it is kept blinded.

    Raises:
        Problem: the key belongs to another request.
    """
    # An answer is given again on its day alone: what ended at midnight is in none after it.
    before = datetime.combine(at.astimezone(CHINA).date(), time.min, CHINA)
    Kept.objects.filter(client_id=client_id, made_at__lt=before).delete()
    key, request = blind(key), blind(request)
    with connection.cursor() as cursor:
        cursor.execute(
            _TAKE,
            {"client": client_id, "key": key, "request": request, "at": at, "before": before},
        )
        if cursor.fetchone() is not None:
            return None
    kept = Kept.objects.get(client_id=client_id, key=key)
    if kept.request != request:
        raise Problem(IN_USE, "this Idempotency-Key was sent with another request before")
    return HttpResponse(
        kept.body,
        status=kept.status,
        content_type=kept.content_type,
        headers={"Cache-Control": "no-store", "Idempotency-Replayed": "?1"},
    )


def keep(client_id: str, key: str, response: HttpResponse) -> None:
    """Keep the answer to the request that took the key."""
    Kept.objects.filter(client_id=client_id, key=blind(key)).update(
        status=response.status_code,
        content_type=response.headers["Content-Type"],
        body=response.content.decode(),
    )
