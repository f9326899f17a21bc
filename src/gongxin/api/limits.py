"""How much a caller may ask: a second, a minute and a day, over all processes (限流与配额).

One row a caller, brought up to date by one statement: what holds in one process holds in all.
"""

import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection

from gongxin.accounts import addresses, client_queries, client_use
from gongxin.accounts.acting import acting_as
from gongxin.accounts.client_queries import PREFIX, Caller
from gongxin.cluster.together import Statement, run_together
from gongxin.core.dates import CHINA

Value = str | int | date | datetime
SECOND, MINUTE, DAY = 1, 60, 86_400


@dataclass(frozen=True, slots=True)
class Window:
    """A span with its limit, how much is used, and after how many seconds it begins anew."""

    name: str
    span: int
    limit: int
    used: int
    reset: int

    @property
    def left(self) -> int:
        """How many more requests the span takes."""
        return max(0, self.limit - self.used)


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a caller stands after a request; ``over`` is the span that it has used up."""

    windows: tuple[Window, ...]

    @property
    def over(self) -> Window | None:
        """The longest span that is used up, None if the request may pass."""
        return max(
            (w for w in self.windows if w.used > w.limit), key=lambda w: w.span, default=None
        )

    def headers(self) -> dict[str, str]:
        """Return the fields RateLimit-Policy and RateLimit (draft-ietf-httpapi-ratelimit)."""
        policy = ", ".join(f'"{w.name}";q={w.limit};w={w.span}' for w in self.windows)
        nearest = self.over or min(self.windows, key=lambda w: (w.left, -w.span))
        told = f'"{nearest.name}";r={nearest.left};t={nearest.reset}'
        return {"RateLimit-Policy": policy, "RateLimit": told}


# Who asks, and how often he may a second and a minute.
_ADDRESS = """SELECT %(caller)s AS caller, %(most_second)s AS most_second,
    %(most_minute)s AS most_minute"""
_CLIENT = """SELECT %(prefix)s || client_id AS caller,
    CASE rate WHEN 0 THEN %(most_second)s ELSE rate END AS most_second,
    CASE rate WHEN 0 THEN %(most_minute)s ELSE rate * 60 END AS most_minute FROM who"""
# What a shorter span refuses counts in no longer one: who hammers loses his second, not his day.
_COUNT = """
INSERT INTO api_used AS u (caller, second, in_second, minute, in_minute, day, in_day)
SELECT caller, %(now)s, 1, %(now)s / 60, 1, %(day)s, 1 FROM asks
ON CONFLICT (caller) DO UPDATE SET
    in_second = CASE WHEN u.second = excluded.second THEN u.in_second + 1 ELSE 1 END,
    in_minute = CASE
        WHEN u.minute <> excluded.minute THEN 1
        WHEN u.second = excluded.second
            AND u.in_second >= (SELECT most_second FROM asks) THEN u.in_minute
        ELSE u.in_minute + 1 END,
    in_day = CASE
        WHEN u.day <> excluded.day THEN 1
        WHEN u.second = excluded.second
            AND u.in_second >= (SELECT most_second FROM asks) THEN u.in_day
        WHEN u.minute = excluded.minute
            AND u.in_minute >= (SELECT most_minute FROM asks) THEN u.in_day
        ELSE u.in_day + 1 END,
    second = excluded.second, minute = excluded.minute, day = excluded.day
RETURNING in_second, in_minute, in_day
"""
_ONE = f"""WITH asks AS ({_ADDRESS}),
asker AS (SELECT '' AS client_id WHERE %(product)s <> ''), called AS ({client_use.CALLED})
{_COUNT}"""
_BOTH = f"""WITH who AS ({client_queries.CALLER}), asks AS ({_CLIENT}), counted AS ({_COUNT}),
asker AS (SELECT client_id FROM who), called AS ({client_use.CALLED})
SELECT who.*, counted.* FROM who, counted"""  # noqa: S608 - texts of ours
# Whoever is new today takes some rows of former days along: nothing else has to clean up.
_FORGET = """
DELETE FROM api_used WHERE caller IN (
    SELECT caller FROM api_used WHERE day < %(day)s LIMIT 100 FOR UPDATE SKIP LOCKED)
"""


_ASK = """
INSERT INTO api_asked AS a (client_id, day, organisations) VALUES (%s, %s, %s)
ON CONFLICT (client_id, day) DO UPDATE SET organisations = a.organisations + excluded.organisations
    WHERE a.organisations + excluded.organisations <= %s
RETURNING client_id, day, organisations
"""
_GIVE_BACK = """
UPDATE api_asked SET organisations = organisations - %s WHERE client_id = %s AND day = %s
RETURNING client_id, day, organisations
"""
# What a client used is kept by the same statements: a second one would cost a call its round trip.
_ASK_COUNTED = f"WITH counted AS ({_ASK}), used AS ({client_use.ASKED}) TABLE counted"
_GIVE_BACK_COUNTED = f"WITH counted AS ({_GIVE_BACK}) {client_use.ASKED}"


def count_request(
    caller: str, *, limits: Mapping[str, int], at: datetime, product: str = ""
) -> Standing:
    """Count a request of a caller and return where it stands; limits by second, minute, day.

    ``product`` is what was called (``accounts.products``), empty if it is none.
    """
    today = at.astimezone(CHINA).date()
    values: dict[str, int | str | date] = {
        "caller": caller,
        "product": product,
        "today": today,
        "at": at,
        **_most(limits),
    }
    (used,) = _counted(_ONE, values, at)
    return _standing(used, limits, at)


def count_client(
    token: str, *, usual: Mapping[str, int], at: datetime, product: str = ""
) -> tuple[Caller, Standing] | None:
    """Find who shows a token and count his request, in one statement; None if nobody does.

    What is agreed with a client takes the place of the ``usual`` limits.
    """
    values = {
        "prefix": PREFIX,
        "product": product,
        **client_queries.shown(token, at=at),
        **_most(usual),
    }
    found = _counted(_BOTH, values, at)
    if not found:
        return None
    client, used = client_queries.caller_of(found[0][:-3]), found[0][-3:]
    agreed = {"second": client.rate, "minute": client.rate * MINUTE} if client.rate else usual
    return client, _standing(used, agreed, at)


def _most(limits: Mapping[str, int]) -> dict[str, int]:
    return {f"most_{name}": limits[name] for name in ("second", "minute")}


def _counted(
    sql: str, values: Mapping[str, int | str | date], at: datetime
) -> list[tuple[Any, ...]]:
    """Run a statement that counts; its row ends with what is used of second, minute and day."""
    local = at.astimezone(CHINA)
    day = local.toordinal()
    with connection.cursor() as cursor:
        cursor.execute(sql, {**values, "now": int(local.timestamp()), "day": day})
        found: list[tuple[Any, ...]] = cursor.fetchall()
        if found and found[0][-1] == 1:
            cursor.execute(_FORGET, {"day": day})
    return found


def _standing(used: Sequence[int], limits: Mapping[str, int], at: datetime) -> Standing:
    local = at.astimezone(CHINA)
    passed = local.hour * 3_600 + local.minute * 60 + local.second
    spans = (
        ("second", SECOND, 1),
        ("minute", MINUTE, MINUTE - int(local.timestamp()) % MINUTE),
        ("day", DAY, DAY - passed),
    )
    return Standing(
        tuple(
            Window(name, span, limits[name], n, reset)
            for (name, span, reset), n in zip(spans, used, strict=True)
            if name in limits
        )
    )


def blind_name(address: str) -> str:
    """Return the name under which an address is counted: keyed, so that none is stored.

    An IPv6 address counts as its /64: one subscriber has as many as he likes of it.
    """
    text = addresses.subscriber(address)
    digest = hmac.digest(settings.SECRET_KEY.encode(), f"address:{text}".encode(), "sha256")
    return f"address:{digest.hex()[:32]}"


def count_asked(client_id: str, organisations: int, *, quota: int, day: date) -> bool:
    """Count organisations that a client asks about; False if the day's quota does not hold them."""
    if organisations > quota:
        return False
    return len(run_together(counting(client_id, organisations, quota=quota, day=day))) == 1


def counting(client_id: str, organisations: int, *, quota: int, day: date) -> list[Statement]:
    """Return what counts organisations, for whoever sends it along with more.

    The last has a row if the day's quota holds them; it must hold so many at all.
    """
    values = [client_id, day, organisations, quota]
    return [acting_as(client_id), Statement(_ASK_COUNTED, values)]


def give_back(client_id: str, organisations: int, *, day: date) -> None:
    """Take back a count of what was not answered after all."""
    taking_back = Statement(_GIVE_BACK_COUNTED, [organisations, client_id, day])
    run_together([acting_as(client_id), taking_back])


def seconds_to_midnight(at: datetime) -> int:
    """Return how many seconds are left of the day in China."""
    local = at.astimezone(CHINA)
    midnight = (local + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    return int((midnight - local).total_seconds()) + 1
