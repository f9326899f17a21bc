"""What the platform gives to other systems, with version and number of calls (信用产品输出).

A product is a group of operations. Calls are counted by client and day in the statement that counts
a call at all (``accounts.client_use``); those of nobody's token count without a client. No row says
what was asked or about whom.
"""

import re
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.db.models import Sum

from gongxin.accounts.clients import Client, ProductDay
from gongxin.accounts.models import Unit
from gongxin.core.citation import Label

ANYBODY = ""  # the client of calls without a token
API = "/api/v1/"


@dataclass(frozen=True, slots=True)
class Product:
    """A product that systems call (公共信用产品); ``version`` changes when its answers do."""

    product: str
    name: Label
    version: str
    addresses: str  # below API; a pattern of the whole


@dataclass(frozen=True, slots=True)
class UnitCalls:
    """Calls of a unit's systems; the code is empty for calls without a token."""

    unit: str
    name: str
    calls: int


@dataclass(frozen=True, slots=True)
class DayCalls:
    """Calls of a day in China."""

    day: date
    calls: int


@dataclass(frozen=True, slots=True)
class ProductUse:
    """How often a product was called in a span, by day and unit; no day without a call."""

    product: str
    name: Label
    version: str
    calls: int
    days: tuple[DayCalls, ...]
    units: tuple[UnitCalls, ...]

    @property
    def last_days(self) -> tuple[DayCalls, ...]:
        """The seven latest days with a call, the latest first."""
        return self.days[:-8:-1]


# The first pattern that fits decides. Tokens and the description itself are no product.
PRODUCTS = (
    Product("check", Label("信用核查", "Credit check"), "1.0", r"checks|checks/as/[^/]+"),
    Product(
        "batch-check",
        Label("批量核查", "Batch check"),
        "1.0",
        r"checks:batch|checks/batches(?:/[^/]+(?:/result)?)?",
    ),
    Product("private-check", Label("隐私核查", "Check by prefix"), "1.0", r"checks:range"),
    Product("outcome", Label("办理结果反馈", "Outcome of a case"), "1.0", r"checks/[^/]+/outcome"),
    Product("evaluation", Label("信用评价", "Evaluation"), "1.0", r"subjects/[^/]+/evaluation"),
    Product("archive", Label("信用档案", "Archive"), "1.0", r"subjects/[^/]+(?:/records)?"),
    Product("catalog", Label("信用信息目录", "Catalog"), "1.0", r"catalog"),
    Product("changes", Label("公开信息变更", "Changes of what is public"), "1.0", r"changes"),
    Product("own-records", Label("数据回流", "Own records"), "1.0", r"own-records"),
    Product("open-data", Label("开放数据", "Open data"), "1.0", r"opendata/.+"),
    Product("reconciliation", Label("对码", "Reconciliation"), "0.2", r"reconcile(?:/.+)?"),
    Product("push", Label("变更推送", "Push of changes"), "1.0", r"webhooks(?:/.+)?"),
)
_PATTERNS = tuple((one.product, re.compile(one.addresses)) for one in PRODUCTS)


def product_of(path: str) -> str:
    """Return the product that an address belongs to, empty if it is none's.

    >>> product_of("/api/v1/subjects/91211100MA000001XL/evaluation"), product_of("/api/v1/token")
    ('evaluation', '')
    """
    below = path.removeprefix(API)
    if below == path:
        return ""
    return next((product for product, found in _PATTERNS if found.fullmatch(below)), "")


def uses(
    *,
    first: date,
    today: date,
    shown: Callable[[str, str], bool] = lambda _unit, _region: True,
) -> list[ProductUse]:
    """Return every product with its calls from a day to today, in the order of ``PRODUCTS``.

    ``shown`` tells of a unit and its region whether its calls count; calls without a token are of
    the unit and region "".
    """
    units = {unit.uscc: unit for unit in Unit.objects.all()}
    owners = dict(Client.objects.values_list("client_id", "unit"))
    days: dict[str, dict[date, int]] = defaultdict(lambda: defaultdict(int))
    calls: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    kept = ProductDay.objects.filter(day__gte=first, day__lte=today)
    for client, product, day, n in (
        kept.values_list("client_id", "product", "day").annotate(n=Sum("calls")).order_by("day")
    ):
        owner = owners.get(client, "")
        unit = units.get(owner)
        if shown(owner, unit.region if unit else ""):
            days[product][day] += n
            calls[product][owner] += n
    return [
        ProductUse(
            product=one.product,
            name=one.name,
            version=one.version,
            calls=sum(calls[one.product].values()),
            days=tuple(DayCalls(day, n) for day, n in sorted(days[one.product].items())),
            units=tuple(
                UnitCalls(code, units[code].name if code in units else "", n)
                for code, n in sorted(calls[one.product].items())
            ),
        )
        for one in PRODUCTS
    ]
