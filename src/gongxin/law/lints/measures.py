"""Measures and matters: none without an implementing unit and a basis that can carry it (措施)."""

from collections.abc import Iterator, Mapping

from gongxin.core.catalog import Item, RecordClass
from gongxin.core.citation import Document
from gongxin.core.clauses import Measure
from gongxin.law.lints.findings import Found, under
from gongxin.law.release import Content

KINDS = ("restrict", "manage", "incentive")
RESTRICTING_RANKS = ("law", "admin_regulation", "state_policy")
ACTING_RANKS = (*RESTRICTING_RANKS, "local_regulation")
UNSURE = ("low", "design")


def lint_measures(content: Content) -> Found:
    """A measure has basis, items, matters and a unit; market data restrict nobody (rule 55)."""
    documents = {document.id: document for document in content.documents}
    items = {item.item: item for item in content.items}
    matters = {matter.matter for matter in content.matters}
    for measure in content.measures:
        key = ("measures", measure.measure)
        yield from under(key, _basis_faults(measure, documents))
        yield from ((key, f"no matter {name}") for name in measure.matters if name not in matters)
        yield from under(key, _item_faults(measure, items))
        if measure.implementing_unit == "":
            yield key, "a measure names its implementing unit"


def lint_matters(content: Content) -> Found:
    """A matter shows items that exist."""
    items = {item.item for item in content.items}
    for matter in content.matters:
        unknown = (name for name in matter.shows if name not in items)
        key = ("matters", matter.matter)
        yield from under(key, (f"no catalog item {name}" for name in unknown))


def lint_required_checks(content: Content) -> Found:
    """A check is required in a matter that exists."""
    matters = {matter.matter for matter in content.matters}
    for required in content.required_checks:
        if required.matter not in matters:
            yield ("required_checks", required.matter), f"no matter {required.matter}"


def _basis_faults(measure: Measure, documents: Mapping[str, Document]) -> Iterator[str]:
    if measure.kind not in KINDS:
        yield f"kind must be one of {', '.join(KINDS)}"
    wanted = RESTRICTING_RANKS if measure.kind == "restrict" else ACTING_RANKS
    cited = [documents[cite.document] for cite in measure.basis if cite.document in documents]
    if not any(_carries(document, wanted) for document in cited):
        ranks = ", ".join(wanted)
        yield f"a {measure.kind} measure needs a basis in force of rank {ranks}, its text known"


def _carries(document: Document, ranks: tuple[str, ...]) -> bool:
    # The day is not known when packs are linted: a document with an end may be past it.
    known = document.confidence not in UNSURE
    return document.rank in ranks and known and document.in_force_until is None


def _item_faults(measure: Measure, items: Mapping[str, Item]) -> Iterator[str]:
    for name in measure.items:
        if name not in items:
            yield f"no catalog item {name}"
        elif measure.kind == "restrict" and items[name].record_class is not RecordClass.PUBLIC:
            yield f"{name} is {items[name].record_class} information and can restrict nobody"
