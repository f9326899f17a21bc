"""Clauses of a rule pack as values: terms, models, measures, tasks, matters, safeguards (条款).

These are the shapes that packs fill. The functions that apply them live in ``visibility``,
``evaluation`` and ``validation``; expressions are texts in the rule language (``core.rules``).
"""

from dataclasses import dataclass
from datetime import date

from gongxin.core.citation import Citation, Label


@dataclass(frozen=True, slots=True)
class ClassRow:
    """``when`` a record holds, its failing class is ``failing_class``; the severest row wins."""

    failing_class: str
    when: str
    cite: tuple[Citation, ...]
    illustrative: bool = False


@dataclass(frozen=True, slots=True)
class Never:
    """Records for which ``when`` holds are never public and act nowhere (legal.md L5).

    ``final``: an authority has ended the record; no older state of it, sent again, brings it back.
    """

    reason: str
    when: str
    cite: tuple[Citation, ...]
    final: bool = False


@dataclass(frozen=True, slots=True)
class Term:
    """How long a record of a class is public: months from the decision day.

    ``min_months`` is the wait before a repair may be asked for, ``max_months`` the whole term;
    ``when`` narrows the term to some records (食品, 消防 …) and empty holds for all.
    """

    failing_class: str
    public: bool
    min_months: int = 0
    max_months: int = 0
    when: str = ""


@dataclass(frozen=True, slots=True)
class TermVersion:
    """The terms in force from ``valid_from`` to ``valid_until``, both inclusive."""

    valid_from: date
    valid_until: date | None
    cite: tuple[Citation, ...]
    terms: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Clock:
    """A line of versions for the records for which ``when`` holds (empty: all others)."""

    clock: str
    when: str
    versions: tuple[TermVersion, ...]


@dataclass(frozen=True, slots=True)
class PublicityRule:
    """Who is public for how long: classes, exclusions and clocks of some items (公示期规则).

    Of the ``classes`` that hold, in any order, the severest counts. The first clock whose condition
    holds and that has a version in force on the day counts; a decision older than every version
    falls under the first.
    """

    rule: str
    name: Label
    items: tuple[str, ...]
    severity: tuple[str, ...]  # failing classes from slight to severe
    classes: tuple[ClassRow, ...]
    clocks: tuple[Clock, ...]
    never: tuple[Never, ...] = ()


@dataclass(frozen=True, slots=True)
class ModelItem:
    """One plus or minus item of a model (评价指标).

    ``points`` gives positive thousandths for one record for which ``where`` holds; records count
    in the order (decided_on, record_id) until ``cap`` thousandths are used up (0: no cap).
    ``months`` is the window back from the as-of day (0: as long as the record is public).
    """

    id: str
    name: Label
    sign: str  # plus | minus
    types: tuple[str, ...]
    points: str
    cite: tuple[Citation, ...]
    where: str = ""
    cap: int = 0
    months: int = 0


@dataclass(frozen=True, slots=True)
class Level:
    """A level and the lowest score (thousandths) that reaches it (等级)."""

    level: str
    name: Label
    lowest: int


@dataclass(frozen=True, slots=True)
class Ceiling:
    """``when`` holds for a subject, its level is no better than ``level`` (封顶条款)."""

    id: str
    level: str
    when: str
    name: Label
    cite: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Model:
    """An open evaluation model (评价模型); standing as legal.md L1.

    ``forms`` are the legal forms that may be graded. ``levels`` go from best to worst.
    """

    model: str
    version: str
    name: Label
    authority: str
    standing: str
    basis: tuple[Citation, ...]
    forms: tuple[str, ...]
    base: int
    items: tuple[ModelItem, ...]
    levels: tuple[Level, ...]
    ceilings: tuple[Ceiling, ...] = ()


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure that law attaches to records of some items in some matters (奖惩措施)."""

    measure: str
    name: Label
    kind: str  # restrict | manage | incentive
    items: tuple[str, ...]
    matters: tuple[str, ...]
    implementing_unit: str
    basis: tuple[Citation, ...]
    illustrative: bool = False


@dataclass(frozen=True, slots=True)
class Task:
    """What units do together with information of some items (信用协同业务任务).

    ``lead_unit`` and ``cooperating_units`` name units or kinds of units, ``work`` says what they
    do and ``cycle`` how often, in words. A task is a text for people: nothing runs from it. One
    that no document orders is ``illustrative`` (示例) and may do without a basis.
    """

    task: str
    name: Label
    lead_unit: str
    cooperating_units: tuple[str, ...]
    items: tuple[str, ...]
    work: Label
    cycle: str
    matters: tuple[str, ...] = ()
    basis: tuple[Citation, ...] = ()
    illustrative: bool = False


@dataclass(frozen=True, slots=True)
class Chapter:
    """A chapter of the report and the items whose records stand in it, in the standard's order."""

    chapter: str
    name: Label
    items: tuple[str, ...]
    cite: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Matter:
    """A matter for which a check may be asked; only facts of ``shows`` relate to it (核查事项)."""

    matter: str
    name: Label
    scene: str
    shows: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Purpose:
    """A purpose that a check states (核查用途)."""

    purpose: str
    name: Label


@dataclass(frozen=True, slots=True)
class RequiredCheck:
    """A matter in which every organisation is to be checked (应查必查).

    It asks for the look and for nothing else. One that no document orders is ``illustrative``
    (示例) and may do without a basis.
    """

    matter: str
    basis: tuple[Citation, ...] = ()
    illustrative: bool = False


@dataclass(frozen=True, slots=True)
class NoticeText:
    """What an organisation is told, in words of the pack (告知文本).

    ``text`` has places in braces: day, unit, case_no, outcome, measure, check_no.
    """

    notice: str
    text: str
    cite: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Safeguards:
    """Words that keep belief, speech, petition and health out (legal.md L8, law.md 5 no. 18–19).

    ``columns`` refuse a catalog field or a file's column; ``bases`` refuse a record by its legal
    basis; ``texts`` hold a record for a person to look at; ``core.safeguards`` finds them.
    """

    columns: tuple[str, ...]
    bases: tuple[str, ...]
    texts: tuple[str, ...]
    cite: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class FormerUnit:
    """What a unit was called, or which code it had, before (机构沿革); both days are inclusive.

    ``uscc`` is its code of that time where it was another, as of a unit that was merged into it.
    """

    name: str
    valid_until: date
    valid_from: date | None = None
    uscc: str = ""


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of the platform's place: reports, decides or uses (单位).

    ``member``: of the leading group for credit work (领导小组成员单位); ``vertical``: led from
    above and only seated here (中直、省垂管单位). ``parent`` is the code of the unit above it.
    A unit that was dissolved has a last day ``valid_until`` and, if its tasks went to another,
    that unit's code as ``successor``.
    """

    uscc: str
    name: str
    region: str = ""
    member: bool = False
    vertical: bool = False
    parent: str = ""
    valid_until: date | None = None
    successor: str = ""
    former: tuple[FormerUnit, ...] = ()


@dataclass(frozen=True, slots=True)
class HandIn:
    """Which items a unit may hand in (报送权限); no ``items`` named: every item.

    A unit without a row hands in nothing.
    """

    unit: str
    items: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Supply:
    """What a unit hands in regularly without being asked, and by when (定期供数).

    ``method`` is manual (手工报送: files, by hand) or system. ``cycle`` is year, quarter or month;
    each is due ``due_days`` days after its last day. ``illustrative``: no document sets the day.
    """

    supply: str
    unit: str
    item: str
    method: str
    cycle: str
    due_days: int
    cite: tuple[Citation, ...] = ()
    illustrative: bool = False


@dataclass(frozen=True, slots=True)
class CalendarYear:
    """Public holidays and make-up working days published in one notice (节假日安排)."""

    year: int
    holidays: tuple[date, ...]
    workdays: tuple[date, ...]
    origin: str


@dataclass(frozen=True, slots=True)
class Push:
    """What pushes may reach besides the public network: own networks, ports (推送范围)."""

    networks: tuple[str, ...] = ()
    ports: tuple[int, ...] = (443,)


@dataclass(frozen=True, slots=True)
class Feedback:
    """How letters are taken (投诉建议): until when answered, how long kept after that, how many.

    Without a term there is no channel.
    """

    answer_working_days: int = 0
    keep_days: int = 0
    most_a_day: int = 0

    @property
    def is_open(self) -> bool:
        """Whether letters are taken at all."""
        return min(self.answer_working_days, self.keep_days, self.most_a_day) > 0


@dataclass(frozen=True, slots=True)
class Site:
    """Names on the pages, and where pushes may go (站点)."""

    name: Label
    place: str
    operator: str
    telephone: str
    push: Push = Push()
    feedback: Feedback = Feedback()
