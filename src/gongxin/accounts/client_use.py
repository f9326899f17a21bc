"""How much client systems use the platform, by day in China: calls, refusals, quota (接入系统用量).

Counted where the limits are counted, in the same statement, and in a table that waits for no disk:
after a crash the day begins anew. No row says what was asked.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import F, Max, Sum

from gongxin.accounts.clients import ClientDay
from gongxin.core.dates import CHINA

# Parts of statements of the room that limits calls; their parameters have these names. ``who`` is
# the client that calls (``client_queries.CALLER``).
CALLED = """
INSERT INTO accounts_client_day AS d (client_id, day, calls, refused, asked, last_at)
SELECT client_id, %(today)s, 1, 0, 0, %(at)s FROM who
ON CONFLICT (client_id, day) DO UPDATE SET calls = d.calls + 1, last_at = excluded.last_at
"""
# ``counted`` is the part before it: one row with the organisations of the day, or none.
ASKED = """
INSERT INTO accounts_client_day AS d (client_id, day, calls, refused, asked)
SELECT client_id, day, 0, 0, organisations FROM counted
ON CONFLICT (client_id, day) DO UPDATE SET asked = excluded.asked
"""


@dataclass(frozen=True, slots=True)
class ClientUse:
    """What a client used: calls and refusals of a span, organisations asked on its last day.

    ``last_at`` is the last call of all that is kept, None if there is none.
    """

    calls: int
    refused: int
    asked_today: int
    last_at: datetime | None


Uses = Mapping[str, ClientUse]
NONE = ClientUse(0, 0, 0, None)


def count_refused(client_id: str, *, at: datetime) -> None:
    """Count an answer of 400 or more to a call of a client that was counted on that day."""
    day = at.astimezone(CHINA).date()
    ClientDay.objects.filter(client_id=client_id, day=day).update(refused=F("refused") + 1)


def use(*, first: date, today: date) -> Uses:
    """Return what each client used from a day to today, by its id; who never called is left out."""
    kept = ClientDay.objects.values("client_id")
    span = {
        row["client_id"]: row
        for row in kept.filter(day__gte=first, day__lte=today).annotate(
            n_calls=Sum("calls"), n_refused=Sum("refused")
        )
    }
    last = dict(kept.annotate(last=Max("last_at")).values_list("client_id", "last"))
    asked = dict(ClientDay.objects.filter(day=today).values_list("client_id", "asked"))
    nothing = {"n_calls": 0, "n_refused": 0}
    return {
        client_id: ClientUse(
            calls=span.get(client_id, nothing)["n_calls"],
            refused=span.get(client_id, nothing)["n_refused"],
            asked_today=asked.get(client_id, 0),
            last_at=at,
        )
        for client_id, at in last.items()
    }
