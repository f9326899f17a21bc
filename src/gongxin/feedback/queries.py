"""Reading letters: their writer with the secret, and whoever answers their kind (来信查询)."""

import hmac
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType

from gongxin.accounts.policy import Role
from gongxin.feedback import sealing
from gongxin.feedback.models import Letter


class Category(StrEnum):
    """What a letter is about; an error in a record is an objection and no letter."""

    LEAK = "leak"  # 信息泄露
    CONDUCT = "conduct"  # 工作人员作风
    SUGGESTION = "suggestion"  # 意见建议


# Who runs the platform reads no complaint about itself.
READERS: Mapping[Category, Role] = MappingProxyType(
    {
        Category.LEAK: Role.SUPERVISOR,
        Category.CONDUCT: Role.SUPERVISOR,
        Category.SUGGESTION: Role.OPERATOR,
    }
)


@dataclass(frozen=True, slots=True)
class Told:
    """What the holder of the secret sees: since when, until when answered, and the answer."""

    number: str
    category: Category
    filed_on: date
    due_on: date
    ends_on: date
    answer: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """A letter that waits for its answer, as whoever answers sees it."""

    number: str
    category: Category
    text: str
    filed_on: date
    due_on: date
    late: bool


def readable(roles: Collection[Role]) -> frozenset[Category]:
    """Return the categories that somebody with these roles answers."""
    return frozenset(category for category, role in READERS.items() if role in roles)


def told(number: str, secret: str, day: date) -> Told | None:
    """Return a letter to who holds its secret; None for a wrong pair and for what has ended."""
    found = Letter.objects.filter(pk=sealing.compact(number), ends_on__gte=day).first()
    kept = found.secret if found is not None else ""
    given = sealing.digest_of(sealing.compact(secret))
    if not hmac.compare_digest(kept, given) or found is None:
        return None
    return Told(
        number=found.number,
        category=Category(found.category),
        filed_on=found.filed_on,
        due_on=found.due_on,
        ends_on=found.ends_on,
        answer=sealing.opened(found.answer) if found.answer else "",
    )


def numbers(categories: Collection[Category], day: date) -> frozenset[str]:
    """Return the numbers of the letters of these categories that wait."""
    found = Letter.objects.filter(category__in=categories, answered_at=None, ends_on__gte=day)
    return frozenset(found.values_list("number", flat=True))


def waiting(categories: Collection[Category], day: date) -> tuple[Waiting, ...]:
    """Return the letters of these categories that wait, the earliest due first."""
    found = Letter.objects.filter(category__in=categories, answered_at=None, ends_on__gte=day)
    return tuple(
        Waiting(
            number=one.number,
            category=Category(one.category),
            text=sealing.opened(one.sealed),
            filed_on=one.filed_on,
            due_on=one.due_on,
            late=one.due_on < day,
        )
        for one in found.order_by("due_on", "number")
    )
