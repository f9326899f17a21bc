"""Until when a record is public, from which day it may be repaired, and why it is hidden (公示期).

Everything is a function of dates: nothing here waits for a job. Days are days in China; the last
day of a term is inside it (calendar months from the decision day, last day inclusive [design]).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from gongxin.core import dates, rules
from gongxin.core.catalog import Item, Nature, PublicRange
from gongxin.core.clauses import Clock, PublicityRule, Term, TermVersion

PUBLIC_TYPE_OPEN = "可向社会公开"
UNKNOWN = Term("", public=False)  # of a class for which the law in force has no term


@dataclass(frozen=True, slots=True)
class Publicity:
    """The answer for one record (公示状态).

    ``hidden`` is empty for a record that law makes public, else a stable reason. ``public_until``
    None means without end (only favourable and neutral records). ``clause`` names rule and clock.
    """

    failing_class: str
    adverse: bool
    hidden: str
    public_from: date
    public_until: date | None
    repairable_from: date | None
    clause: str

    def is_public(self, day: date) -> bool:
        """Tell whether the record is public on the day."""
        begun = self.hidden == "" and self.public_from <= day
        return begun and (self.public_until is None or day <= self.public_until)


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of a record besides its fields.

    ``incomplete``: from a historic form; ``held``: a safeguard wants a person to look;
    ``unattached``: no subject; ``unconfirmed``: attached otherwise than by a valid code whose name
    matches (legal.md L5); ``body``: of an organ, institution or social organisation (rule 39);
    ``archive_only``: of a subject that has an archive and nothing else (legal.md L8).
    """

    incomplete: bool = False
    held: bool = False
    unattached: bool = False
    unconfirmed: bool = False
    body: bool = False
    archive_only: bool = False


PLAIN = Standing()


def failing_class(rule: PublicityRule, item: Item, row: Mapping[str, str]) -> str:
    """Return the failing class (失信严重程度): the unit's own, else the severest row that holds.

    Empty if no row holds: such a record is unknown and neither public nor scored.
    """
    stated = row.get(item.roles.stated_class, "")
    if stated in rule.severity:
        return stated
    found = [r.failing_class for r in rule.classes if _holds(r.when, item, row)]
    return max(found, key=rule.severity.index, default="")


def law_days(rule: PublicityRule, decided_on: date, as_of: date) -> list[date]:
    """Return the days whose law is compared: the decision day and each later version's first day.

    Transition [design]: the term more favourable to the organisation counts (legal.md L2).
    """
    return [decided_on, *(day for day in change_days(rule) if decided_on < day <= as_of)]


def coming_days(rule: PublicityRule, as_of: date) -> list[date]:
    """Return the days after the given one on which law changes."""
    return [day for day in change_days(rule) if day > as_of]


def change_days(rule: PublicityRule) -> list[date]:
    """Return the days on which law changes: a version begins, or one ended the day before."""
    versions = [version for clock in rule.clocks for version in clock.versions]
    after = {v.valid_until + timedelta(days=1) for v in versions if v.valid_until is not None}
    return sorted({version.valid_from for version in versions} | after)


def version_on(clock: Clock, day: date) -> TermVersion | None:
    """Return the clock's version in force on the day."""
    for version in clock.versions:
        until = version.valid_until
        if version.valid_from <= day and (until is None or day <= until):
            return version
    return None


def first_version(rule: PublicityRule) -> TermVersion:
    """Return the oldest version of the general clock: older decisions fall under it."""
    return min(rule.clocks[-1].versions, key=lambda version: version.valid_from)


def _terms(
    rule: PublicityRule, item: Item, row: Mapping[str, str], day: date
) -> tuple[str, TermVersion]:
    for clock in rule.clocks:
        applies = clock.when == "" or _holds(clock.when, item, row)
        version = version_on(clock, day) if applies else None
        if version is not None:
            return clock.clock, version
    return rule.clocks[-1].clock, first_version(rule)


def _term(version: TermVersion, cls: str, item: Item, row: Mapping[str, str]) -> Term:
    for term in version.terms:
        narrow = term.when != "" and not _holds(term.when, item, row)
        if term.failing_class == cls and not narrow:
            return term
    return UNKNOWN


def adverse_publicity(
    rule: PublicityRule, item: Item, row: Mapping[str, str], *, decided_on: date, as_of: date
) -> Publicity:
    """Apply a publicity rule to one adverse record, exclusions and terms only.

    A version that comes into force after ``as_of`` counts from its first day on: what it no
    longer makes public ends the day before, what it lets be repaired earlier may be from then.
    """
    cls = failing_class(rule, item, row)
    clocks = [_terms(rule, item, row, day) for day in law_days(rule, decided_on, as_of)]
    terms = [_term(version, cls, item, row) for _, version in clocks]
    hidden = _excluded(rule, item, row)
    if hidden == "" and (cls == "" or UNKNOWN in terms):
        hidden = "class_unknown"
    if hidden == "" and not all(term.public for term in terms):
        hidden = "class_not_public"
    until = dates.add_months(decided_on, min(term.max_months for term in terms))
    repairable = dates.add_months(decided_on, min(term.min_months for term in terms))
    for first in coming_days(rule, max(as_of, decided_on)):
        term = _term(_terms(rule, item, row, first)[1], cls, item, row)
        end = dates.add_months(decided_on, term.max_months if term.public else 0)
        until = min(until, max(end, first - timedelta(days=1)))
        repairable = min(repairable, max(dates.add_months(decided_on, term.min_months), first))
    return Publicity(
        failing_class=cls,
        adverse=True,
        hidden=hidden,
        public_from=decided_on,
        public_until=until,
        repairable_from=repairable,
        clause=f"{rule.rule}/{clocks[-1][0]}",
    )


def _excluded(rule: PublicityRule, item: Item, row: Mapping[str, str]) -> str:
    for never in rule.never:
        if _holds(never.when, item, row):
            return never.reason
    return ""


def is_adverse(item: Item, row: Mapping[str, str]) -> bool:
    """Tell whether the record speaks against its subject."""
    if item.adverse_when == "":
        return item.nature is Nature.ADVERSE
    return _holds(item.adverse_when, item, row)


@dataclass(frozen=True, slots=True)
class Days:
    """The days that publicity depends on."""

    decided_on: date
    received_on: date
    as_of: date


def publicity_of(
    item: Item,
    rule: PublicityRule | None,
    row: Mapping[str, str],
    days: Days,
    standing: Standing = PLAIN,
) -> Publicity:
    """Return whether, from when and until when a record of the item is public.

    ``row`` holds canonical values (ISO days). A record may be hidden for several reasons; the
    first is named, in this order: held, incomplete by its form, unattached, unconfirmed, archive
    only, body, item, unit, incomplete by ``complete_when``, exclusion, class.
    """
    adverse = is_adverse(item, row)
    if adverse and rule is not None:
        found = adverse_publicity(rule, item, row, decided_on=days.decided_on, as_of=days.as_of)
    else:
        found = _open_ended(item, row, days, adverse=adverse)
    hidden = next(_reasons(item, row, standing, adverse=adverse), found.hidden)
    ends = [found.public_until, *_ends(item, row, days)]
    return Publicity(
        failing_class=found.failing_class,
        adverse=adverse,
        hidden=hidden,
        public_from=found.public_from,
        public_until=min((end for end in ends if end is not None), default=None),
        repairable_from=found.repairable_from,
        clause=found.clause,
    )


def _open_ended(item: Item, row: Mapping[str, str], days: Days, *, adverse: bool) -> Publicity:
    """Return the publicity of a record without a rule; an adverse one is never public."""
    until = _written_day(row, item.roles.valid_until)
    if item.public_months > 0:
        end = dates.add_months(days.decided_on, item.public_months)
        until = end if until is None else min(until, end)
    return Publicity(
        failing_class="",
        adverse=adverse,
        hidden="no_term" if adverse else "",
        public_from=days.decided_on,
        public_until=until,
        repairable_from=None,
        clause=f"item/{item.item}",
    )


def _reasons(
    item: Item, row: Mapping[str, str], standing: Standing, *, adverse: bool
) -> Iterator[str]:
    if standing.held:
        yield "held"
    if standing.incomplete:
        yield "incomplete"
    if adverse:
        yield from _adverse_reasons(item, standing)
    if item.public_type is not PublicRange.PUBLIC:
        yield "item_not_public"
    if item.roles.public_type and row.get(item.roles.public_type, "") != PUBLIC_TYPE_OPEN:
        yield "unit_not_public"
    if item.complete_when and not _holds(item.complete_when, item, row):
        yield "incomplete"


def _adverse_reasons(item: Item, standing: Standing) -> Iterator[str]:
    if standing.unattached:
        yield "unattached"
    if standing.unconfirmed:
        yield "unconfirmed"
    if standing.archive_only:
        yield "archive_only"
    if standing.body and not item.bodies_public:
        yield "body_not_public"


def _ends(item: Item, row: Mapping[str, str], days: Days) -> Iterator[date]:
    """Days that can only shorten the term: the unit's own end, a source that fell silent."""
    stated = _written_day(row, item.roles.stated_until)
    if stated is not None:
        yield stated
    if item.confirm_days > 0:
        yield date.fromordinal(days.received_on.toordinal() + item.confirm_days)


def _written_day(row: Mapping[str, str], column: str) -> date | None:
    text = row.get(column, "")
    return None if dates.is_null_like(text) else dates.parse_day(text)


def _holds(condition: str, item: Item, row: Mapping[str, str]) -> bool:
    return rules.holds(rules.parse_over(condition, item.columns), row)
