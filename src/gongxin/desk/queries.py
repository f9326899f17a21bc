"""What stands on the boards for somebody today, and who has read his unit's (公告栏查询)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.db.models import Q, QuerySet

from gongxin.accounts.policy import Actor
from gongxin.core import regions
from gongxin.desk.models import Mark, Message


class Board(StrEnum):
    """The three boards."""

    BULLETIN = "bulletin"  # 公告
    TASK = "task"  # 任务
    MESSAGE = "message"  # 消息


@dataclass(frozen=True, slots=True)
class Posted:
    """A message as pages show it; ``reading`` and ``doing`` are units, in the order of marks."""

    number: int
    board: Board
    title: str
    text: str
    from_unit: str
    to_unit: str
    to_role: str
    from_on: date
    until_on: date
    read: bool
    done: bool
    reading: tuple[str, ...] = ()
    doing: tuple[str, ...] = ()


def addressed(actor: Actor, day: date) -> tuple[Posted, ...]:
    """Return what is for somebody on a day, the latest first; what has ended or was withdrawn not.

    A message reaches its writer's region and what lies in it; one to a unit reaches that unit.
    """
    found = [one for one in _addressed_to(actor, day) if _reaches(one, actor)]
    marks = Mark.objects.filter(message__in=[one.pk for one in found], reader=actor.name)
    own = set(marks.values_list("message_id", "done"))
    done = {
        mark.message_id
        for mark in Mark.objects.filter(
            message__in=[one.pk for one in found], unit=actor.unit, done=True
        )
    }
    return tuple(
        _posted(one, read=(one.pk, False) in own or one.pk in done, done=one.pk in done)
        for one in found
    )


def written(unit: str, day: date) -> tuple[Posted, ...]:
    """Return what a unit wrote and did not withdraw or see end, with the units that marked it."""
    found = list(Message.objects.filter(from_unit=unit, **_standing(day)).order_by("-id"))
    marks: dict[tuple[int, bool], dict[str, None]] = {}
    for mark in Mark.objects.filter(message__in=[one.pk for one in found]).order_by("id"):
        marks.setdefault((mark.message_id, mark.done), {})[mark.unit] = None
    return tuple(
        _posted(
            one,
            reading=tuple(marks.get((one.pk, False), ())),
            doing=tuple(marks.get((one.pk, True), ())),
        )
        for one in found
    )


def _addressed_to(actor: Actor, day: date) -> QuerySet[Message]:
    roles = sorted(role.value for role in actor.roles)
    return (
        Message.objects.filter(from_on__lte=day, **_standing(day))
        .filter(Q(to_unit="") | Q(to_unit=actor.unit))
        .filter(Q(to_role="") | Q(to_role__in=roles))
        .order_by("-id")
    )


def _standing(day: date) -> Mapping[str, date | None]:
    return {"until_on__gte": day, "withdrawn_at": None}


def _reaches(one: Message, actor: Actor) -> bool:
    if actor.unit in (one.to_unit, one.from_unit):
        return True
    known = regions.is_region(one.region) and regions.is_region(actor.region)
    return known and regions.holds(one.region, actor.region)


def _posted(one: Message, **marked: object) -> Posted:
    known: dict[str, object] = {"read": False, "done": False, **marked}
    return Posted(
        number=one.pk,
        board=Board(one.kind),
        title=one.title,
        text=one.text,
        from_unit=one.from_unit,
        to_unit=one.to_unit,
        to_role=one.to_role,
        from_on=one.from_on,
        until_on=one.until_on,
        **known,  # type: ignore[arg-type]
    )
