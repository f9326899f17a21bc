"""Publicity rules: classes, clocks, versions and terms leave nothing open (公示期规则)."""

from collections.abc import Iterator
from itertools import pairwise

from gongxin.core.catalog import Item, Nature
from gongxin.core.clauses import Clock, PublicityRule, Term, TermVersion
from gongxin.core.rules import MAX_MONTHS
from gongxin.law.lints.findings import Found, condition_faults, under
from gongxin.law.release import Content


def lint_publicity(content: Content) -> Found:
    """Each rule is whole, and each adverse item has exactly one: a term and a way out."""
    ruled: dict[str, str] = {}
    items = {item.item: item for item in content.items}
    for rule in content.publicity:
        key = ("publicity", rule.rule)
        for name in rule.items:
            if name in ruled:
                yield key, f"{name} has a publicity rule already ({ruled[name]})"
            ruled[name] = rule.rule
            if name not in items:
                yield key, f"{name} is not an item of the catalog"
            else:
                yield from under(key, _condition_faults(rule, items[name]))
        yield from under(key, _rule_faults(rule))
    for item in content.items:
        adverse = item.nature is Nature.ADVERSE or item.adverse_when != ""
        if adverse and item.item not in ruled:
            message = "an adverse item needs a publicity rule: a term and a way out"
            yield ("items", item.item), message


def condition_texts(rule: PublicityRule) -> Iterator[str]:
    """Yield every condition of a rule; an empty one holds for all and is left out."""
    yield from (row.when for row in rule.classes)
    yield from (never.when for never in rule.never)
    yield from (clock.when for clock in rule.clocks if clock.when != "")
    terms = (term for c in rule.clocks for version in c.versions for term in version.terms)
    yield from (term.when for term in terms if term.when != "")


def _condition_faults(rule: PublicityRule, item: Item) -> Iterator[str]:
    faults = condition_faults(condition_texts(rule), item)
    yield from (f"{item.item}: {fault}" for fault in faults)


def _rule_faults(rule: PublicityRule) -> Iterator[str]:
    if len(rule.clocks) == 0 or rule.clocks[-1].when != "":
        yield "the last clock must hold for all records (an empty when)"
    elif len(rule.clocks[-1].versions) == 0 or rule.clocks[-1].versions[-1].valid_until is not None:
        yield "the last version of the last clock must be without end (valid_until: none)"
    if len(rule.severity) == 0 or len(set(rule.severity)) < len(rule.severity):
        yield "severity lists each class once, from slight to severe"
    unknown = (row.failing_class for row in rule.classes if row.failing_class not in rule.severity)
    yield from (f"class {name} is not in severity" for name in unknown)
    for clock in rule.clocks:
        messages = [*_version_faults(clock)]
        for version in clock.versions:
            messages += _term_faults(rule.severity, version.terms)
        yield from (f"clock {clock.clock}: {message}" for message in messages)


def _version_faults(clock: Clock) -> Iterator[str]:
    for earlier, later in pairwise(clock.versions):
        if earlier.valid_until is None or (later.valid_from - earlier.valid_until).days != 1:
            yield f"versions overlap or leave a gap at {later.valid_from}"
    yield from (
        f"the version of {version.valid_from} ends before it begins"
        for version in clock.versions
        if _ends_early(version)
    )


def _ends_early(version: TermVersion) -> bool:
    return version.valid_until is not None and version.valid_until < version.valid_from


def _term_faults(severity: tuple[str, ...], terms: tuple[Term, ...]) -> Iterator[str]:
    general: set[str] = set()
    for term in terms:
        name = term.failing_class
        if name not in severity:
            yield f"class {name} is not in severity"
        if not 0 <= term.min_months <= term.max_months <= MAX_MONTHS or term.max_months == 0:
            yield f"{name} needs 0 <= min_months <= max_months and an end"
        if name in general:
            yield f"a term of {name} stands after its general one and never counts"
        if term.when == "":
            general.add(name)
    if general != set(severity):
        yield "every class needs a general term in every version"
