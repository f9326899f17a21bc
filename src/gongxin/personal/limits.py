"""How often somebody may ask the process for persons in a minute, over all its workers (限流).

Who asks is kept as a keyed hash alone and forgotten with the minute: what is counted here is in no
log, and nobody learns from it who was looking at their records.
"""

import hashlib
import hmac
from datetime import datetime, timedelta

from django.db import connections

from gongxin.personal.models import Asked
from gongxin.personal.routing import ALIAS

MINUTE = 60
KEPT = timedelta(minutes=2)
# One row a caller, brought up to date by one statement: what holds in one worker holds in all.
_COUNT = """
INSERT INTO personal_asked AS a (caller, minute, in_minute) VALUES (%s, %s, 1)
ON CONFLICT (caller) DO UPDATE SET
    in_minute = CASE WHEN a.minute = excluded.minute THEN a.in_minute + 1 ELSE 1 END,
    minute = excluded.minute
RETURNING in_minute
"""


def seconds_to_wait(kind: str, caller: str, *, most: int, at: datetime, secret: str) -> int:
    """Count a request; return how many seconds the caller has to wait, 0 if it may pass.

    ``kind`` is what is counted: each has counters of its own.
    """
    key = hmac.digest(
        secret.encode(), f"{kind}\0{caller}".encode("utf-8", "replace"), hashlib.sha256
    )
    minute = at.replace(second=0, microsecond=0)
    with connections[ALIAS].cursor() as cursor:
        cursor.execute(_COUNT, [key.hex(), minute])
        (used,) = cursor.fetchone()
    if used == 1:  # whoever is new takes those along who are gone
        Asked.objects.filter(minute__lt=at - KEPT).delete()
    return MINUTE - at.second if used > most else 0
