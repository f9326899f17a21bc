"""What every department's record is made with: units, document numbers, days, whom it is about."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from tools.world import names
from tools.world.organisations import Organisation

FIRST_DAY = date(2019, 7, 1)
LONG_TERM = "2099-12-31"


@dataclass(frozen=True, slots=True)
class Unit:
    """One of the four departments that hand in files; ``sign`` begins its document numbers."""

    name: str
    uscc: str
    sign: str


MARKET = Unit("盘锦市市场监督管理局", "1121110005260181XL", "盘市监")
ENVIRONMENT = Unit("盘锦市生态环境局", "112111000590830155", "盘环")
EMERGENCY = Unit("盘锦市应急管理局", "11211100066131863E", "盘应急")
TRANSPORT = Unit("盘锦市交通运输局", "112111000091390921", "盘交")
UNITS = (MARKET, ENVIRONMENT, EMERGENCY, TRANSPORT)

Row = dict[str, str]
Reported = tuple[Unit, Row]


@dataclass
class Desk:
    """What makers of records share: chance, the day, the undertakings, serial numbers."""

    random: Random
    as_of: date
    organisations: Sequence[Organisation]
    serials: Counter[str] = field(default_factory=Counter)
    classes: Counter[str] = field(default_factory=Counter)

    def number(self, unit: Unit, word: str, decided_on: date) -> str:
        """Return the next document number, such as 盘环罚〔2026〕12号 (文书号)."""
        series = f"{unit.sign}{word}〔{decided_on.year}〕"
        self.serials[series] += 1
        return f"{series}{self.serials[series]}号"

    def serial(self, series: str) -> int:
        """Return the next number of a series, from 1."""
        self.serials[series] += 1
        return self.serials[series]

    def day(self, organisation: Organisation, *, since: date = FIRST_DAY) -> date:
        """Return a working-week day on which the undertaking existed, at most ``as_of``."""
        first = min(max(since, organisation.established_on), self.as_of)
        day = first + timedelta(days=self.random.randint(0, (self.as_of - first).days))
        weekend = max(day.weekday() - 4, 0)
        return max(day - timedelta(days=weekend), min(first, day))

    def failing(self, count: int) -> list[Organisation]:
        """Draw undertakings against which something is recorded, some of them often."""
        return self._draw(count, [o.failings for o in self.organisations])

    def honoured(self, count: int) -> list[Organisation]:
        """Draw undertakings for which something speaks: mostly those without failings."""
        weights = [(0.05 if o.failings > 0 else 1.0) * o.has_code for o in self.organisations]
        return self._draw(count, weights)

    def any(self, count: int) -> list[Organisation]:
        """Draw undertakings at random."""
        return self._draw(count, [1.0] * len(self.organisations))

    def corporate(self, count: int, *, failing: bool = False) -> list[Organisation]:
        """Draw companies with a code of their own."""
        weights = [
            (o.failings if failing else 1.0) * (o.kind == "company") for o in self.organisations
        ]
        return self._draw(count, weights)

    def chance(self, share: float) -> bool:
        """Return True with the given probability."""
        return self.random.random() < share

    def person(self) -> str:
        """Return a name that is nobody's."""
        return names.person_name(self.random)

    def _draw(self, count: int, weights: list[float]) -> list[Organisation]:
        usable = weights if sum(weights) > 0 else None  # the smallest worlds: anybody
        return self.random.choices(self.organisations, weights=usable, k=count)


def amount(value: float) -> str:
    """Return an amount in 万元 as departments write it (金额).

    >>> amount(2.0), amount(0.35)
    ('2', '0.35')
    """
    return f"{value:.6f}".rstrip("0").rstrip(".")


def years_after(day: date, years: int) -> date:
    """Return the same day some years later; 29 February becomes 28."""
    return day.replace(
        year=day.year + years, day=28 if (day.month, day.day) == (2, 29) else day.day
    )


def party(prefix: str, organisation: Organisation) -> Row:
    """Return the head that every administrative act has about its party (相对人)."""
    return {
        f"{prefix}_XDR_MC": organisation.name,
        f"{prefix}_XDR_LB": organisation.category,
        f"{prefix}_XDR_SHXYM": organisation.uscc,
        f"{prefix}_XDR_GSZC": "",
        f"{prefix}_XDR_ZZJG": "",
        f"{prefix}_XDR_SWDJ": "",
        f"{prefix}_XDR_SYDW": "",
        f"{prefix}_XDR_SHZZ": "",
        f"{prefix}_FRDB": organisation.representative,
        f"{prefix}_FR_ZJLX": "",
        f"{prefix}_FR_ZJHM": "",
        f"{prefix}_XDR_ZJLX": "",
        f"{prefix}_XDR_ZJHM": "",
    }
