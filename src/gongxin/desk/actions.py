"""Writing on the boards, marking and withdrawing; each is recorded (公告栏办理)."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction

from gongxin.accounts.policy import Actor
from gongxin.audit.actions import record
from gongxin.core import privacy, uscc
from gongxin.core.audit import By, Deed
from gongxin.core.dates import CHINA
from gongxin.core.errors import CreditError
from gongxin.desk.models import Mark, Message
from gongxin.desk.queries import Board, addressed

LONGEST_TITLE, LONGEST_TEXT = 100, 2_000
LONGEST = timedelta(days=366)  # [design]


class BadMessage(CreditError):
    """A message is empty or too long, holds a person's number, or has no end within a year."""

    code = "desk.bad_message"


class NotThere(CreditError):
    """There is no such message for this reader, or none of this unit to withdraw."""

    code = "desk.not_there"


@dataclass(frozen=True, slots=True)
class Draft:
    """What somebody writes, to whom, until when."""

    board: Board
    title: str
    text: str
    to_unit: str
    to_role: str
    until_on: date


@transaction.atomic
def write_message(draft: Draft, *, actor: Actor, by: By) -> int:
    """Put a message on a board and return its number.

    Raises:
        BadMessage: its words or its end are not as they must be; nothing was written.
    """
    day = by.at.astimezone(CHINA).date()
    _refuse(draft, day)
    made = Message.objects.create(
        kind=draft.board.value,
        title=draft.title.strip(),
        text=draft.text.strip(),
        to_unit=draft.to_unit,
        to_role=draft.to_role,
        from_unit=actor.unit,
        region=actor.region,
        written_by=by.actor,
        written_at=by.at,
        from_on=day,
        until_on=draft.until_on,
    )
    told = {"board": draft.board.value, "to_unit": draft.to_unit, "to_role": draft.to_role}
    _tell("write-message", made.pk, actor, by, told)
    return int(made.pk)


@transaction.atomic
def mark_message(number: int, *, done: bool, actor: Actor, by: By) -> None:
    """Say that one has read a message, or that one's unit has done a task; again changes nothing.

    Raises:
        NotThere: it is not for this reader, or what is no task was done.
    """
    day = by.at.astimezone(CHINA).date()
    found = next((one for one in addressed(actor, day) if one.number == number), None)
    if found is None or (done and found.board is not Board.TASK):
        message = "mark what stands on a board for you"
        raise NotThere(message)
    _, new = Mark.objects.get_or_create(
        message_id=number,
        reader=actor.name,
        done=done,
        defaults={"unit": actor.unit, "marked_at": by.at},
    )
    if new:
        _tell("mark-message", number, actor, by, {"done": "yes" if done else "no"})


@transaction.atomic
def withdraw_message(number: int, *, actor: Actor, by: By) -> None:
    """Take a message of one's own unit from its board at once.

    Raises:
        NotThere: the unit has no such message on a board.
    """
    standing = Message.objects.select_for_update().filter(from_unit=actor.unit, withdrawn_at=None)
    if not standing.filter(pk=number).exists():
        message = "withdraw what your unit wrote"
        raise NotThere(message)
    Message.objects.filter(pk=number).update(withdrawn_by=by.actor, withdrawn_at=by.at)
    _tell("withdraw-message", number, actor, by, {})


def _refuse(draft: Draft, day: date) -> None:
    words = f"{draft.title} {draft.text}"
    sized = (
        0 < len(draft.title.strip()) <= LONGEST_TITLE
        and 0 < len(draft.text.strip()) <= LONGEST_TEXT
    )
    if not sized:
        message = "write a title and a text"
    elif privacy.mask(words) != words or uscc.is_person_number(uscc.compact(draft.title)):
        message = "leave persons' numbers out"
    elif not day <= draft.until_on <= day + LONGEST:
        message = "a message ends within a year"
    else:
        return
    raise BadMessage(message)


def _tell(action: str, number: int, actor: Actor, by: By, details: dict[str, str]) -> None:
    record(
        Deed(
            at=by.at,
            actor=by.actor,
            action=action,
            object=f"message:{number}",
            on_behalf=actor.unit,
            details=details,
        )
    )
