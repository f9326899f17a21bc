"""How much client systems use the platform, by day in China: calls, refusals, quota (接入系统用量).

Counted where the limits are counted, in the same statement, and in tables that wait for no disk:
after a crash of the database, and in what a copy brings back, counting begins anew, of all days.
No row says what was asked.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Max, Q, Sum

from gongxin.accounts.clients import ClientDay, ProductDay
from gongxin.cluster.together import Statement, run_together
from gongxin.core.dates import CHINA

# Parts of statements of the room that limits calls; their parameters have these names. ``asker`` is
# the client that calls (``client_queries.CALLER``), or one row with an empty id.
CALLED = """
INSERT INTO accounts_product_day AS p (client_id, product, day, calls, last_at)
SELECT client_id, %(product)s, %(today)s, 1, %(at)s FROM asker
ON CONFLICT (client_id, product, day) DO UPDATE
    SET calls = p.calls + 1, last_at = excluded.last_at
"""
# ``counted`` is the part before it: one row with the organisations of the day, or none.
ASKED = """
INSERT INTO accounts_client_day AS d (client_id, day, refused, asked)
SELECT client_id, day, 0, organisations FROM counted
ON CONFLICT (client_id, day) DO UPDATE SET asked = excluded.asked
"""


_REFUSED = """
INSERT INTO accounts_client_day AS d (client_id, day, refused, asked) VALUES (%s, %s, 1, 0)
ON CONFLICT (client_id, day) DO UPDATE SET refused = d.refused + 1
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
    """Count an answer of 400 or more to a call of a client."""
    run_together([Statement(_REFUSED, [client_id, at.astimezone(CHINA).date()])])


def use(*, first: date, today: date) -> Uses:
    """Return what each client used from a day to today, by its id; who never called is left out."""
    span = Q(day__gte=first, day__lte=today)
    called = ProductDay.objects.exclude(client_id="").values("client_id")
    counted = ClientDay.objects.values("client_id").annotate(
        n_refused=Sum("refused", filter=span), n_asked=Sum("asked", filter=Q(day=today))
    )
    others: dict[str, Mapping[str, Any]] = {row["client_id"]: row for row in counted}
    return {
        row["client_id"]: ClientUse(
            calls=row["n_calls"] or 0,
            refused=others.get(row["client_id"], {}).get("n_refused") or 0,
            asked_today=others.get(row["client_id"], {}).get("n_asked") or 0,
            last_at=row["last"],
        )
        for row in called.annotate(n_calls=Sum("calls", filter=span), last=Max("last_at"))
    }
