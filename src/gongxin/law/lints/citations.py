"""Every clause names its source of law, and the source is known (依据)."""

import dataclasses
from collections.abc import Iterator

from gongxin.core.citation import Citation
from gongxin.core.clauses import RequiredCheck
from gongxin.law.lints.findings import Found, Key, under
from gongxin.law.release import Content

RANKS = (
    "law",
    "admin_regulation",
    "state_policy",
    "local_regulation",
    "department_rule",
    "standard",
    "memorandum",
    "design",
)
CONFIDENCES = ("seen", "high", "medium", "low", "design")


def lint_documents(content: Content) -> Found:
    """A document's rank and confidence are known words, and it ends after it begins."""
    for document in content.documents:
        key = ("documents", document.id)
        if document.rank not in RANKS:
            yield key, f"rank must be one of {', '.join(RANKS)}"
        if document.confidence not in CONFIDENCES:
            yield key, f"confidence must be one of {', '.join(CONFIDENCES)}"
        begins, ends = document.in_force_from, document.in_force_until
        if begins is not None and ends is not None and ends < begins:
            yield key, "in_force_until is before in_force_from"


def lint_citations(content: Content) -> Found:
    """Each clause cites a document, and every cited document is in the pack.

    Only a task may be without: an illustrative one says that no document orders it.
    """
    known = {document.id for document in content.documents}
    for key, cites in _needed(content):
        if len(cites) == 0:
            yield key, "no source of law is cited (basis or cite is empty)"
    for key, clause in _clauses(content):
        unknown = {cite.document for cite in _citations_in(clause)} - known
        messages = (f"the cited document {i} is not in any documents file" for i in sorted(unknown))
        yield from under(key, messages)


def _needed(content: Content) -> Iterator[tuple[Key, tuple[Citation, ...]]]:
    for item in content.items:
        yield ("items", item.item), item.basis
        if item.persons is not None:
            yield ("items", item.item), item.persons.cite
    for rule in content.publicity:
        key = ("publicity", rule.rule)
        yield from ((key, row.cite) for row in rule.classes)
        yield from ((key, never.cite) for never in rule.never)
        yield from ((key, v.cite) for clock in rule.clocks for v in clock.versions)
    yield from _needed_by_models(content)
    yield from ((("measures", measure.measure), measure.basis) for measure in content.measures)
    yield from ((("tasks", t.task), t.basis) for t in content.tasks if not t.illustrative)
    yield from ((("required_checks", r.matter), r.basis) for r in _ordered(content))
    yield from ((("notices", notice.notice), notice.cite) for notice in content.notices)
    yield from ((("chapters", chapter.chapter), chapter.cite) for chapter in content.chapters)
    yield from ((("safeguards", ""), part.cite) for part in content.safeguards)
    yield from ((("adapters", one.adapter), one.basis) for one in content.adapters)


def _ordered(content: Content) -> Iterator[RequiredCheck]:
    return (required for required in content.required_checks if not required.illustrative)


def _needed_by_models(content: Content) -> Iterator[tuple[Key, tuple[Citation, ...]]]:
    for model in content.models:
        key = ("models", model.model)
        yield key, model.basis
        yield from ((key, item.cite) for item in model.items)
        yield from ((key, ceiling.cite) for ceiling in model.ceilings)


def _clauses(content: Content) -> Iterator[tuple[Key, object]]:
    yield from ((("items", item.item), item) for item in content.items)
    yield from ((("publicity", rule.rule), rule) for rule in content.publicity)
    yield from ((("models", model.model), model) for model in content.models)
    yield from ((("measures", measure.measure), measure) for measure in content.measures)
    yield from ((("tasks", task.task), task) for task in content.tasks)
    yield from ((("required_checks", r.matter), r) for r in content.required_checks)
    yield from ((("notices", notice.notice), notice) for notice in content.notices)
    yield from ((("chapters", c.chapter), c) for c in content.chapters)
    yield from ((("safeguards", ""), part) for part in content.safeguards)
    yield from ((("adapters", one.adapter), one) for one in content.adapters)


def _citations_in(value: object) -> Iterator[Citation]:
    if isinstance(value, Citation):
        yield value
    elif isinstance(value, tuple):
        for part in value:
            yield from _citations_in(part)
    elif dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            yield from _citations_in(getattr(value, field.name))
