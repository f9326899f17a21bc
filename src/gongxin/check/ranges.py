"""Checks by the beginning of a hash: the platform does not learn whom a bank looks at (隐私核查).

legal.md L6, ADR 0018: published facts of organisations only, no measures, and every prefix holds
at least ``LEAST`` codes. The caller names the first signs of SHA-256 over the code and gets all of
that bucket that has adverse facts; which of them it wanted it finds for itself. Whoever is to be
treated worse for credit reasons is checked by name first: there is no number here that an outcome
could be reported to.
"""

from dataclasses import dataclass
from datetime import date
from itertools import product

from django.db import transaction

from gongxin.audit import actions
from gongxin.check.answer import Fact, Question, fact_of, lists_of, matter_of
from gongxin.check.models import RangeDay
from gongxin.check.reading import count_organisations, read_range
from gongxin.core import privacy
from gongxin.core.audit import Deed
from gongxin.core.errors import CreditError
from gongxin.law import Release

LEAST = 1_000  # legal.md L6: codes of a prefix
MARGIN = 4, 5  # buckets are not all of one size: so much of the average is sure to be in each
SIGNS = "0123456789abcdef"
STORED = 4  # signs of the hash in ``ledger_subject``
PADDED = 65_536  # a look at the line tells no bucket by its length


class RangeRefused(CreditError):
    """The prefix has not as many signs as the day's, or would hold too few codes."""

    code = "check.range_refused"


@dataclass(frozen=True, slots=True)
class RangeSize:
    """How many signs a prefix has on a day; None: there are too few organisations for any."""

    hash: str
    digits: int | None
    least: int
    as_of: date


@dataclass(frozen=True, slots=True)
class RangeEntry:
    """An organisation of the bucket with the adverse facts that relate to the matter."""

    uscc: str
    name: str
    facts: tuple[Fact, ...]
    list_entries: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class RangeAnswer:
    """All of a bucket; ``organisations`` counts those without adverse facts as well.

    ``padding`` says nothing and hides the length of the rest.
    """

    prefix: str
    matter: str
    purpose: str
    entries: tuple[RangeEntry, ...]
    organisations: int
    coverage: str
    as_of: date
    head: int
    release: str
    padding: str = ""


def size(day: date) -> RangeSize:
    """Return how long a prefix is on a day; the first who asks on the day decides for all."""
    found = RangeDay.objects.filter(day=day).first()
    if found is None:
        organisations = count_organisations()
        found, _ = RangeDay.objects.get_or_create(
            day=day,
            defaults={"digits": digits_for(organisations), "organisations": organisations},
        )
    return RangeSize("sha256", found.digits, LEAST, day)


def digits_for(organisations: int) -> int | None:
    """Return the most signs with which each bucket still holds enough codes.

    >>> digits_for(999), digits_for(1_000), digits_for(20_000), digits_for(2_540_000)
    (None, 0, 1, 2)
    """
    if organisations < LEAST:
        return None
    kept, of = MARGIN
    enough = (n for n in range(STORED + 1) if organisations * kept >= LEAST * of * 16**n)
    return max(enough, default=0)


def find(question: Question, prefix: str, release: Release) -> RangeAnswer:
    """Answer for every organisation of a bucket; the look is recorded with the prefix alone.

    Raises:
        CheckRefused: an unknown matter or purpose.
        RangeRefused: another length than the day's, or a bucket that holds too few codes.
    """
    matter = matter_of(question, release)
    digits = size(question.as_of).digits
    if len(prefix) != digits or set(prefix) - set(SIGNS):
        message = "the prefix has not the length of the day"
        raise RangeRefused(message)
    items = [item for item in matter.shows if item in release.items]
    with transaction.atomic():
        found = read_range(hashed_as(prefix), items, day=question.as_of, release=release)
        if found.organisations < LEAST:
            message = "the bucket holds too few codes"
            raise RangeRefused(message)
        actions.record(_deed(question, prefix))
    lists = lists_of(release)
    entries = tuple(
        RangeEntry(
            uscc=known.uscc,
            name=known.name,
            facts=tuple(fact_of(r, release) for r in known.records if r.item not in lists),
            list_entries=tuple(fact_of(r, release) for r in known.records if r.item in lists),
        )
        for known in found.known
    )
    return RangeAnswer(
        prefix=prefix,
        matter=matter.matter,
        purpose=question.purpose,
        entries=entries,
        organisations=found.organisations,
        coverage="partial",
        as_of=question.as_of,
        head=found.head,
        release=release.hash,
    )


def hashed_as(prefix: str) -> list[str]:
    """Return the stored signs that begin with a prefix."""
    rest = product(SIGNS, repeat=STORED - len(prefix))
    return [prefix + "".join(signs) for signs in rest]


def padding(length: int) -> str:
    """Return what makes a content of some bytes as long as many others.

    >>> len(padding(1)), len(padding(65_536)), len(padding(70_000))
    (65535, 0, 61072)
    """
    return "0" * (-length % PADDED)


def _deed(question: Question, prefix: str) -> Deed:
    return Deed(
        at=question.asked_at,
        actor=question.asker,
        action="check.range",
        object=f"sha256:{prefix}",
        on_behalf=question.unit,
        purpose=question.purpose,
        matter=question.matter,
        case_no=privacy.mask(question.case_no),
        details={"as_of": question.as_of.isoformat()},
    )
