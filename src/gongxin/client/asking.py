"""A check from the caller's side: the question, and the reply, which may be that nothing is known.

SAFETY R9: whatever goes wrong at the platform or on the way is ``unknown``, never bad.
"""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from gongxin.client.answers import Answer, Fact, Measure
from gongxin.client.settings import Why

Status = Literal["facts", "neutral", "refused", "unknown"]
# Of these organisations nobody gets a check; it is no mistake of who asks, and nothing bad follows.
NOT_CHECKED = frozenset({"check-person", "check-no-code", "check-one-person", "check-archive-only"})


@dataclass(frozen=True, slots=True)
class Question:
    """For which matter, purpose and case is asked; ``officer`` is a staff number of the unit."""

    matter: str
    purpose: str
    case_no: str
    officer: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """What is known of an organisation for a matter; nothing in it decides (核查回复).

    ``facts`` and ``neutral`` have an answer. ``refused`` is not checked at all, ``unknown`` has no
    answer now: in both ``why`` says the reason, and the case goes on as if nobody had asked.
    ``retry_after`` are seconds, where the platform named them.
    """

    uscc: str
    status: Status
    answer: Answer | None = None
    why: str = ""
    retry_after: float | None = None

    @property
    def is_known(self) -> bool:
        """Tell whether there is an answer."""
        return self.answer is not None

    @property
    def facts(self) -> tuple[Fact, ...]:
        """The facts, none if nothing is known."""
        return self.answer.facts if self.answer else ()

    @property
    def list_entries(self) -> tuple[Fact, ...]:
        """The list entries in force, none if nothing is known."""
        return self.answer.list_entries if self.answer else ()

    @property
    def measures(self) -> tuple[Measure, ...]:
        """The measures that law attaches to this matter, none if nothing is known."""
        return self.answer.measures if self.answer else ()

    @property
    def incentives(self) -> tuple[Measure, ...]:
        """The incentives, none if nothing is known."""
        return self.answer.incentives if self.answer else ()

    @property
    def check_no(self) -> str:
        """The number of the check, empty if nothing is known."""
        return self.answer.check_no if self.answer else ""


@dataclass(frozen=True, slots=True)
class PrivateReply:
    """What adverse is public of an organisation; the platform does not know that it was meant.

    ``facts`` has some; ``nothing`` has none, or is not looked at in this way; ``refused`` and
    ``unknown`` are as in ``Reply``. Before anybody is treated worse, ask by name: only that answer
    has measures, and a number to which an outcome is reported.
    """

    uscc: str
    status: Literal["facts", "nothing", "refused", "unknown"]
    facts: tuple[Fact, ...] = ()
    list_entries: tuple[Fact, ...] = ()
    as_of: date | None = None
    why: str = ""


def said_of(question: Question) -> dict[str, object]:
    """Return a question as the members of a request."""
    said: dict[str, object] = {
        "matter": question.matter,
        "purpose": question.purpose,
        "case_no": question.case_no,
    }
    return said | ({"officer": question.officer} if question.officer else {})


def answered(uscc: str, answer: Answer) -> Reply:
    """Return the reply of an answer."""
    return Reply(uscc, "facts" if answer.status == "facts" else "neutral", answer)


def refused(uscc: str, problem: str) -> Reply:
    """Return the reply of an organisation that is not checked."""
    return Reply(uscc, "refused", why=problem)


def unknown(uscc: str, why: Why, retry_after: float | None = None) -> Reply:
    """Return the reply of an outage."""
    return Reply(uscc, "unknown", why=why.value, retry_after=retry_after)
