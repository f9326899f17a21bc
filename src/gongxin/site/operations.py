"""Pages for the machines that watch a server: alive, ready, numbers (运维接口).

No version, no name, no secret. ``/metrics`` answers who knows the token and is not there for
others; behind a proxy every address is the loopback's, so an address proves nothing.
"""

from collections.abc import Iterator
from hmac import compare_digest

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import URLPattern, path
from django.views.decorators.http import require_safe

from gongxin import law
from gongxin.audit import queries
from gongxin.cluster import archived, disk
from gongxin.ledger.queries import head
from gongxin.opendata import queries as open_data
from gongxin.push import queries as push_queries
from gongxin.site import clock, state

OK, FAILED, LATE, LOW = "ok", "failed", "late", "low"
FREE_SHARE = 0.10
LATE_SECONDS = 60
UNREADY = 503


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Tell that the process answers; nothing else is asked."""
    del request
    return _unkept(JsonResponse({"status": OK}))


@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """Tell whether this server can answer the public, and what else is wrong.

    503 while the database, its tables or the release fail. A late seal, a late
    archive and a full disk are said with 200: reading goes on then, and no proxy should take the
    site away.
    """
    del request
    answers = state.answers()
    hard = {
        "database": answers,
        "migrations": answers and state.migrated(),
        "release": state.has_release(settings.GONGXIN.home),
    }
    checks = {name: OK if good else FAILED for name, good in hard.items()}
    low = disk.free_share(settings.GONGXIN.home) < FREE_SHARE
    checks["disk"] = LOW if low else OK
    checks["sealing"] = _sealing() if hard["migrations"] else FAILED
    if (behind := _archive()) >= 0:
        checks["archive"] = LATE if behind > archived.ALLOWED_SECONDS else OK
    ready = all(hard.values())
    status = "ready" if ready and set(checks.values()) == {OK} else "degraded"
    document = {"status": status if ready else "unready", "checks": checks}
    return _unkept(JsonResponse(document, status=200 if ready else UNREADY))


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Return counters in the text form of Prometheus to who has the token.

    Raises:
        Http404: no token is set, or it was not shown.
    """
    token: str = settings.GONGXIN.metrics_token
    shown = request.headers.get("Authorization", "")
    if not token or not compare_digest(shown.encode(), f"Bearer {token}".encode()):
        raise Http404
    text = "".join(f"{line}\n" for line in _counters())
    return _unkept(HttpResponse(text, content_type="text/plain; version=0.0.4; charset=utf-8"))


def _sealing() -> str:
    return LATE if queries.standing().unsealed_seconds > LATE_SECONDS else OK


def _unacknowledged() -> int:
    """How many reusers still have what ended more than a day ago; 0 without a release."""
    home = settings.GONGXIN.home
    if not state.has_release(home):
        return 0
    now, release = clock.now(), law.active(home)
    return len(open_data.unacknowledged(now=now, as_of=clock.today(), release=release))


def _open_data() -> int:
    found = open_data.served(clock.today(), home=settings.GONGXIN.home)
    return -1 if found is None else int((clock.now() - found.made_at).total_seconds())


def _archive() -> int:
    found = archived.read(settings.GONGXIN.home)
    return -1 if found is None else found.seconds(clock.now())


def _counters() -> Iterator[str]:
    standing = queries.standing()
    pushed = push_queries.standing(now=clock.now())
    rows = (
        ("ledger_revision", "Last revision of the ledger.", head()),
        ("audit_size", "Sealed rows of the audit log.", standing.size),
        ("audit_unsealed", "Rows that wait to be sealed.", standing.unsealed),
        ("audit_unsealed_seconds", "Age of the oldest of them.", standing.unsealed_seconds),
        ("audit_witnesses", "Witnesses that took a head.", len(standing.witnessed)),
        (
            "audit_witnessed_size",
            "Sealed rows that a witness has.",
            max(standing.witnessed.values(), default=0),
        ),
        ("push_waiting", "Messages to other systems that wait.", pushed.waiting),
        ("push_lag_seconds", "Age of the oldest of them.", pushed.lag_seconds),
        ("push_behind", "Revisions of which the slowest receiver has no message.", pushed.behind),
        ("push_failing", "Receivers that do not answer.", pushed.failing),
        ("push_dead", "Messages that were given up.", pushed.dead),
        ("push_disabled", "Receivers that were disabled because they failed.", pushed.disabled),
        ("open_data_age_seconds", "Age of today's open data, -1 if there are none.", _open_data()),
        ("open_data_unacknowledged", "Reusers that did not drop what ended.", _unacknowledged()),
        ("archive_lag_seconds", "How far the archive is behind, -1 without one.", _archive()),
        ("disk_free_share", "Free share of the disk.", disk.free_share(settings.GONGXIN.home)),
    )
    for name, told, value in rows:
        yield f"# HELP gongxin_{name} {told}"
        yield f"# TYPE gongxin_{name} gauge"
        yield f"gongxin_{name} {value}"


def _unkept(response: HttpResponse) -> HttpResponse:
    response.headers["Cache-Control"] = "no-store"
    return response


urlpatterns: list[URLPattern] = [
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("metrics", metrics, name="metrics"),
]
