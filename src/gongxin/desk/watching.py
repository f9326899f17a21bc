"""How sources, systems and push addresses stand: counts for who answers for them (运行监测)."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from gongxin import law
from gongxin.accounts import client_register, products
from gongxin.accounts.policy import Action, Resource, can
from gongxin.desk import clock
from gongxin.desk.access import actor_of, desk_page, page
from gongxin.exchange import queries
from gongxin.intake.sources import sources
from gongxin.intake.supplies import supplies
from gongxin.opendata.queries import unacknowledged
from gongxin.push.queries import addresses


@desk_page(Action.WATCH)
def source_list(request: HttpRequest) -> HttpResponse:
    """Show each source that one may watch: last report, accepted, refused, late, silent (0-09)."""
    shown, release = _shown(request), law.active(settings.GONGXIN.home)
    rows = [row for row in sources(today=clock.today()) if shown(row.unit, row.region)]
    units = {row.unit for row in rows}
    context = {
        "sources": rows,
        "connectors": [one for one in queries.peers(release) if one.unit in units],
        "names": {row.unit: row.name for row in rows},
        "supplies": [
            row
            for row in supplies(release=release, today=clock.today())
            if shown(row.unit, row.region)
        ],
        "item_names": {item.item: item.name for item in release.content.items},
    }
    return page(request, "sources.html", context)


@desk_page(Action.WATCH)
def system_list(request: HttpRequest) -> HttpResponse:
    """Show the client systems that one may watch, their counts, and who is connected (2-07)."""
    shown, today = _shown(request), clock.today()
    found = client_register.register(today=today)
    systems = [one for one in found if shown(one.unit, one.region)]
    pulled = queries.pulled(law.active(settings.GONGXIN.home))
    context = {
        "systems": systems,
        "counts": client_register.counted(systems),
        "shares": client_register.shares(systems, today=today, pulled=pulled, shown=shown),
    }
    return page(request, "systems.html", context)


@desk_page(Action.WATCH)
def product_list(request: HttpRequest) -> HttpResponse:
    """Show the products with version and calls of 30 days of the units that one may watch (0-52).

    Calls without a token are of nobody one could watch: who watches a whole region sees them.
    """
    shown, today, actor = _shown(request), clock.today(), actor_of(request)
    whole = can(actor, Action.WATCH, Resource(region=actor.region)).allow
    found = products.uses(
        first=today - client_register.SPAN,
        today=today,
        shown=lambda unit, region: shown(unit, region) if unit else whole,
    )
    return page(request, "products.html", {"products": found})


@desk_page(Action.WATCH)
def push_list(request: HttpRequest) -> HttpResponse:
    """Show the push addresses that one may watch and who is behind; nobody decides here (2-07).

    An address is approved on the machine, by another person than the one who proposed it (T10).
    """
    shown, today, now = _shown(request), clock.today(), clock.now()
    systems = {
        one.client_id: one
        for one in client_register.register(today=today)
        if shown(one.unit, one.region)
    }
    late = unacknowledged(now=now, as_of=today, release=law.active(settings.GONGXIN.home))
    context = {
        "addresses": [
            (systems[one.client], one) for one in addresses(now=now) if one.client in systems
        ],
        "behind": [(systems[one.client], one) for one in late if one.client in systems],
    }
    return page(request, "pushes.html", context)


def _shown(request: HttpRequest) -> Callable[[str, str], bool]:
    """Return what tells of a unit and its region whether who asks may watch it."""
    actor = actor_of(request)
    return lambda unit, region: can(actor, Action.WATCH, Resource(owner=unit, region=region)).allow
