"""Leaving, reading and answering letters; each is recorded, and none of their words (来信办理)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction

from gongxin.audit.actions import record
from gongxin.core import privacy, uscc
from gongxin.core.audit import By, Deed
from gongxin.core.clauses import Feedback
from gongxin.core.dates import CHINA
from gongxin.core.errors import CreditError
from gongxin.core.workdays import Calendar
from gongxin.feedback import sealing
from gongxin.feedback.models import Letter
from gongxin.feedback.queries import Category, Waiting, waiting

LONGEST = 2_000  # signs of a letter or an answer


class NotTaken(CreditError):
    """A letter is empty, too long, holds a person's number, or too many came today."""

    code = "feedback.not_taken"


class NotToAnswer(CreditError):
    """No such letter waits for this person, or the answer is empty or holds a person's number."""

    code = "feedback.not_to_answer"


@dataclass(frozen=True, slots=True)
class Filed:
    """What the writer of a letter is given, once: nobody can give it again."""

    number: str
    secret: str
    due_on: date
    ends_on: date


@transaction.atomic
def file(category: Category, text: str, *, terms: Feedback, calendar: Calendar, by: By) -> Filed:
    """Keep a letter and return its number, its secret and until when it is answered.

    Raises:
        NotTaken: there is no channel, the text is none, or the day's letters are used up.
    """
    day = by.at.astimezone(CHINA).date()
    _refuse(text, terms, day)
    due = calendar.add_working_days(day, terms.answer_working_days).day
    filed = Filed(sealing.number(), sealing.secret(), due, due + timedelta(terms.keep_days))
    Letter.objects.create(
        number=filed.number,
        secret=sealing.digest_of(filed.secret),
        category=category.value,
        sealed=sealing.seal(text.strip()),
        filed_at=by.at,
        filed_on=day,
        due_on=filed.due_on,
        ends_on=filed.ends_on,
    )
    _tell("file-feedback", filed.number, category, by)
    return filed


@transaction.atomic
def read(categories: Collection[Category], *, by: By) -> tuple[Waiting, ...]:
    """Return the letters that wait for somebody, and record that he read each."""
    day = by.at.astimezone(CHINA).date()
    found = waiting(categories, day)
    for one in found:
        _tell("read-feedback", one.number, one.category, by)
    return found


@transaction.atomic
def answer(number: str, text: str, categories: Collection[Category], *, by: By) -> None:
    """Answer a letter, once.

    Raises:
        NotToAnswer: none of these categories waits under the number, or the answer is no text.
    """
    day = by.at.astimezone(CHINA).date()
    found = (
        Letter.objects.select_for_update()
        .filter(pk=number, category__in=categories, answered_at=None, ends_on__gte=day)
        .first()
    )
    if found is None or not _is_text(text):
        message = "answer a letter that waits, in words and without a person's number"
        raise NotToAnswer(message)
    Letter.objects.filter(pk=number).update(
        answer=sealing.seal(text.strip()), answered_by=by.actor, answered_at=by.at
    )
    _tell("answer-feedback", number, Category(found.category), by)


@transaction.atomic
def expire(*, by: By) -> int:
    """Delete the letters whose last day is past, answered or not, and return how many.

    For the keeper alone: the process that serves may delete none.
    """
    day = by.at.astimezone(CHINA).date()
    gone = Letter.objects.filter(ends_on__lt=day).delete()[0]
    if gone:
        details = {"letters": str(gone)}
        record(Deed(by.at, by.actor, "expire-feedback", "", details=details))
    return gone


def holds_person(text: str) -> bool:
    """Tell whether a text holds what is, or looks like, a person's number."""
    return privacy.mask(text) != text or uscc.is_person_number(uscc.compact(text))


def _refuse(text: str, terms: Feedback, day: date) -> None:
    if not terms.is_open:
        message = "no channel is open: the pack names no term for answers"
    elif not _is_text(text):
        message = f"write up to {LONGEST} signs, without a person's number"
    elif Letter.objects.filter(filed_on=day).count() >= terms.most_a_day:
        message = "more letters came today than are taken; come again tomorrow"
    else:
        return
    raise NotTaken(message)


def _is_text(text: str) -> bool:
    return 0 < len(text.strip()) <= LONGEST and not holds_person(text)


def _tell(action: str, number: str, category: Category, by: By) -> None:
    details = {"category": category.value}
    record(
        Deed(
            at=by.at,
            actor=by.actor,
            action=action,
            object=f"feedback:{number}",
            details=details,
        )
    )
