"""The undertakings of the invented place (虚构主体)."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from gongxin.core.uscc import PLACEHOLDER
from gongxin.core.validation import ORGANISATION, SOLE_TRADER
from tools.world import codes, names

REGIONS = tuple(names.PLACES)
REGION_WEIGHTS = (20, 22, 28, 17, 13)

# Kind, authority and category, how many of a hundred.
KINDS = (
    ("company", "91", 66),
    ("branch", "91", 3),
    ("partnership", "91", 2),
    ("sole_proprietorship", "91", 3),
    ("sole_trader", "92", 14),
    ("cooperative", "93", 5),
    ("institution", "12", 3),
    ("association", "51", 2),
    ("private_institution", "52", 2),
)
# The first undertakings are made for showing: their kinds are fixed and nothing is drawn for them.
CAST = ("company", "company", "sole_trader", "company", "company")
# How often things go wrong: the weight of a temper, and its share of the undertakings.
TEMPERS = ((0.0, 62), (1.0, 27), (5.0, 9), (14.0, 2))
PLACEHOLDER_SHARE = 0.15
OLDEST_YEARS = 25


@dataclass(frozen=True, slots=True)
class Organisation:
    """One undertaking. ``failings`` weighs how often records against it are made."""

    serial: int
    uscc: str
    name: str
    kind: str
    region: str
    industry: str
    representative: str
    established_on: date
    failings: float

    @property
    def category(self) -> str:
        """The category that departments write for it (行政相对人类别)."""
        return SOLE_TRADER if self.kind == "sole_trader" else ORGANISATION

    @property
    def has_code(self) -> bool:
        """False for a sole trader who is reported with the placeholder code."""
        return self.uscc != PLACEHOLDER


def make_organisations(n: int, *, seed: int, as_of: date) -> tuple[Organisation, ...]:
    """Return n undertakings with different names and codes, in the order of their serials."""
    random = Random(f"{seed}:organisations")
    kinds = [kind for kind, _, _ in KINDS]
    pairs = {kind: pair for kind, pair, _ in KINDS}
    weights = [weight for _, _, weight in KINDS]
    book = names.NameBook(random, world_size=n)
    tempers = [temper for temper, _ in TEMPERS]
    shares = [share for _, share in TEMPERS]
    made = []
    for serial in range(n):
        shown = serial < len(CAST)
        kind = CAST[serial] if shown else random.choices(kinds, weights=weights)[0]
        region = random.choices(REGIONS, weights=REGION_WEIGHTS)[0]
        industry = random.choice(names.INDUSTRIES)
        without_code = kind == "sole_trader" and not shown and random.random() < PLACEHOLDER_SHARE
        age = random.randint(*((15 * 365, 20 * 365) if shown else (60, OLDEST_YEARS * 365)))
        code = codes.credit_code(pairs[kind], region, serial, seed=seed)
        made.append(
            Organisation(
                serial=serial,
                uscc=PLACEHOLDER if without_code else code,
                name=book.new(kind, place=names.PLACES[region], industry=industry),
                kind=kind,
                region=region,
                industry=industry,
                representative=names.person_name(random),
                established_on=as_of - timedelta(days=age),
                failings=random.choices(tempers, weights=shares)[0],
            )
        )
    return tuple(made)
