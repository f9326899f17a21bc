"""The publicity rule as SQL: the same answer as ``core.visibility``, for whole files at once.

Each function returns SQL expressions over canonical text columns named by field code. A record's
decision day falls between two breakpoints of the law; for each span one fixed day stands for all.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from sqlglot import exp

from gongxin.core import rules
from gongxin.core.catalog import Item, Nature, PublicRange
from gongxin.core.clauses import Clock, PublicityRule, Term, TermVersion
from gongxin.core.visibility import (
    PUBLIC_TYPE_OPEN,
    change_days,
    coming_days,
    first_version,
    version_on,
)
from gongxin.engines.expressions import to_sql

NEVER = 9999  # months; above every term, so that LEAST passes it over
DECIDED = "decided_on"
RECEIVED = "received_on"


@dataclass(frozen=True, slots=True)
class PublicitySql:
    """SQL expressions of each answer; ``hidden`` reads the flags held, incomplete, …."""

    failing_class: str
    adverse: str
    hidden: str
    public_until: str
    repairable_from: str
    clause: str


@lru_cache(maxsize=64)
def publicity_sql(item: Item, rule: PublicityRule | None, *, as_of: date) -> PublicitySql:
    """Write the publicity of an item's records as SQL.

    The relation must have the item's canonical fields, ``decided_on``, ``received_on`` and the
    booleans of ``core.visibility.Standing`` as columns, and ``failing_class`` and ``adverse`` as
    computed by these expressions one step before the others.
    """
    adverse = _adverse(item)
    if rule is None:
        until = _shortened(item, _validity(item))
        hidden = _hidden(item, f"CASE WHEN {adverse} THEN 'no_term' ELSE '' END")
        return PublicitySql("''", adverse, hidden, until, "NULL::DATE", _text(f"item/{item.item}"))
    terms = _Terms(item, rule, as_of)
    ends = f"CASE WHEN adverse THEN {terms.until()} ELSE {_validity(item)} END"
    repair = f"CASE WHEN adverse THEN {terms.repairable()} END"
    clause = f"CASE WHEN adverse THEN {terms.clause()} ELSE {_text(f'item/{item.item}')} END"
    return PublicitySql(
        failing_class=f"CASE WHEN {adverse} THEN {_class(item, rule)} ELSE '' END",
        adverse=adverse,
        hidden=_hidden(item, _law_hides(item, rule, terms)),
        public_until=_shortened(item, ends),
        repairable_from=repair,
        clause=clause,
    )


def _text(value: str) -> str:
    return exp.Literal.string(value).sql(dialect="duckdb")


def _day(value: date) -> str:
    return f"DATE '{value.isoformat()}'"


def _column(name: str) -> str:
    return exp.column(name, quoted=True).sql(dialect="duckdb")


def condition(text: str, item: Item) -> str:
    """Write a condition of a clause over the item's canonical fields."""
    expr = rules.parse_over(text, item.columns)
    return f"({to_sql(expr, lambda name: exp.column(name.name, quoted=True))})"


def _adverse(item: Item) -> str:
    if item.adverse_when == "":
        return "TRUE" if item.nature is Nature.ADVERSE else "FALSE"
    return condition(item.adverse_when, item)


def _class(item: Item, rule: PublicityRule) -> str:
    whens = []
    stated = item.roles.stated_class
    if stated:
        known = ", ".join(_text(cls) for cls in rule.severity)
        whens.append(f"WHEN {_column(stated)} IN ({known}) THEN {_column(stated)}")
    for cls in reversed(rule.severity):
        rows = [condition(row.when, item) for row in rule.classes if row.failing_class == cls]
        if rows:
            whens.append(f"WHEN {' OR '.join(rows)} THEN {_text(cls)}")
    return f"CASE {' '.join(whens)} ELSE '' END" if whens else "''"


class _Terms:
    """Terms on each day whose law is compared, as CASE expressions."""

    def __init__(self, item: Item, rule: PublicityRule, as_of: date) -> None:
        self.item, self.rule = item, rule
        self.breaks = change_days(rule)
        self.later = [day for day in self.breaks if day <= as_of]
        self.coming = coming_days(rule, as_of)

    def until(self) -> str:
        """The last public day; a version that is still to come counts from its first day."""
        ends = [_months_after(self._least("max_months"))]
        for first in self.coming:
            months = self._term(first, lambda t: str(t.max_months if t.public else 0), "0")
            ends.append(f"greatest({_months_after(months)}, {_day(first - timedelta(days=1))})")
        return f"least({', '.join([*ends, 'NULL::DATE'])})"

    def repairable(self) -> str:
        """The first day on which a repair may be asked for."""
        days = [_months_after(self._least("min_months"))]
        for first in self.coming:
            months = self._term(first, lambda t: str(t.min_months), "0")
            days.append(f"greatest({_months_after(months)}, {_day(first)})")
        return f"least({', '.join([*days, 'NULL::DATE'])})"

    def _least(self, months: str) -> str:
        """The lowest of a term's months over all days whose law is compared."""
        first = self._by_span(lambda day: self._term(day, lambda t: str(getattr(t, months)), "0"))
        later = [
            f"CASE WHEN {DECIDED} < {_day(start)}"
            f" THEN {self._term(start, lambda t: str(getattr(t, months)), '0')} ELSE {NEVER} END"
            for start in self.later
        ]
        return f"least({', '.join([first, *later, str(NEVER)])})"

    def all_public(self) -> str:
        """Whether every term says public."""

        def said(day: date) -> str:
            return self._term(day, lambda term: str(term.public).upper(), "FALSE")

        later = [f"({DECIDED} >= {_day(start)} OR {said(start)})" for start in self.later]
        return " AND ".join([f"({self._by_span(said)})", *later])

    def clause(self) -> str:
        """Rule and clock of the latest law that was compared."""

        def named(day: date) -> str:
            return self._by_clock(day, lambda clock, _: _text(f"{self.rule.rule}/{clock.clock}"))

        whens = [f"WHEN {DECIDED} < {_day(start)} THEN {named(start)}" for start in self.later[-1:]]
        return (
            f"CASE {' '.join(whens)} ELSE {self._by_span(named)} END"
            if whens
            else self._by_span(named)
        )

    def _by_span(self, say: Callable[[date], str]) -> str:
        """Choose by the span of law in which the decision day falls."""
        before = self.breaks[0] - timedelta(days=1)
        whens = [
            f"WHEN {DECIDED} >= {_day(start)} THEN {say(start)}" for start in reversed(self.breaks)
        ]
        return f"CASE {' '.join(whens)} ELSE {say(before)} END"

    def _by_clock(self, day: date, say: Callable[[Clock, TermVersion], str]) -> str:
        whens = []
        for clock in self.rule.clocks:
            version = version_on(clock, day)
            if version is None:
                continue
            if clock.when == "":
                whens.append(f"WHEN TRUE THEN {say(clock, version)}")
                break
            whens.append(f"WHEN {condition(clock.when, self.item)} THEN {say(clock, version)}")
        fallback = say(self.rule.clocks[-1], first_version(self.rule))
        return f"CASE {' '.join(whens)} ELSE {fallback} END" if whens else fallback

    def _term(self, day: date, say: Callable[[Term], str], otherwise: str) -> str:
        def in_version(_: Clock, version: TermVersion) -> str:
            whens = []
            for term in version.terms:
                narrow = f" AND {condition(term.when, self.item)}" if term.when else ""
                whens.append(
                    f"WHEN failing_class = {_text(term.failing_class)}{narrow} THEN {say(term)}"
                )
            return f"CASE {' '.join(whens)} ELSE {otherwise} END"

        return self._by_clock(day, in_version)


def _law_hides(item: Item, rule: PublicityRule, terms: _Terms) -> str:
    whens = ["WHEN NOT adverse THEN ''"]
    whens += [f"WHEN {condition(n.when, item)} THEN {_text(n.reason)}" for n in rule.never]
    whens.append("WHEN failing_class = '' THEN 'class_unknown'")
    whens.append(f"WHEN NOT ({terms.all_public()}) THEN 'class_not_public'")
    return f"CASE {' '.join(whens)} ELSE '' END"


def _hidden(item: Item, by_law: str) -> str:
    whens = [
        "WHEN held THEN 'held'",
        "WHEN incomplete THEN 'incomplete'",
        "WHEN unattached AND adverse THEN 'unattached'",
        "WHEN unconfirmed AND adverse THEN 'unconfirmed'",
    ]
    whens.append("WHEN archive_only AND adverse THEN 'archive_only'")
    if not item.bodies_public:
        whens.append("WHEN body AND adverse THEN 'body_not_public'")
    if item.public_type is not PublicRange.PUBLIC:
        whens.append("WHEN TRUE THEN 'item_not_public'")
    if item.roles.public_type:
        column = _column(item.roles.public_type)
        whens.append(f"WHEN {column} <> {_text(PUBLIC_TYPE_OPEN)} THEN 'unit_not_public'")
    if item.complete_when:
        whens.append(f"WHEN NOT {condition(item.complete_when, item)} THEN 'incomplete'")
    return f"CASE {' '.join(whens)} ELSE {by_law} END"


def _months_after(months: str) -> str:
    return f"CAST({DECIDED} + to_months(CAST({months} AS INTEGER)) AS DATE)"


def _validity(item: Item) -> str:
    ends = []
    if item.roles.valid_until:
        ends.append(_read_day(item.roles.valid_until))
    if item.public_months > 0:
        ends.append(_months_after(str(item.public_months)))
    return f"least({', '.join([*ends, 'NULL::DATE'])})"


def _read_day(field: str) -> str:
    # Canonical values: an ISO day, 长期 or blank.
    return f"TRY_CAST({_column(field)} AS DATE)"


def _shortened(item: Item, until: str) -> str:
    """Only ever earlier: the unit's own end, a source that fell silent. LEAST passes NULL over."""
    ends = [f"({until})"]
    if item.roles.stated_until:
        ends.append(_read_day(item.roles.stated_until))
    if item.confirm_days > 0:
        ends.append(f"CAST({RECEIVED} + {item.confirm_days} AS DATE)")
    return f"least({', '.join([*ends, 'NULL::DATE'])})"
