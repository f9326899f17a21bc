"""Evaluation models: basis, standing, and nothing that scores who somebody is (评价模型)."""

from collections.abc import Iterator, Mapping

from gongxin.core import rules
from gongxin.core.catalog import DataType, Field, Item, Nature, PublicRange
from gongxin.core.citation import Document
from gongxin.core.clauses import Model, ModelItem
from gongxin.core.evaluation import NEVER_GRADED, RECORD_NAMES, compile_model, record_schema
from gongxin.core.rules import MAX_MONTHS, BadExpression, Expr
from gongxin.core.rules.nodes import Aggregate, And, Arith, Call, Compare, Const, Or
from gongxin.core.subject import Form
from gongxin.law.lints.findings import Found, under
from gongxin.law.lints.harm import ceiling_faults, line_faults
from gongxin.law.release import Content

STANDINGS = ("national-imported", "industry-national", "authorised", "internal", "illustrative")
SIGNS = ("plus", "minus")
FORBIDDEN_TYPES = frozenset({"utility-bill"})
REGIONAL = frozenset(
    {"XZQYDM", "DFBM", "AREANAME", "SSQY", "SSHY", "REGION", "QZDD", "DS", "QXMC", "GYSDZ", "CGRDZ"}
)
# What may count is stated in a fixed form: a text says who, where or what about people too.
MEASURABLE = frozenset(DataType) - {DataType.TEXT}
BARRED_ROLES = (
    "subject_name",
    "subject_code",
    "subject_kind",
    "legal_representative",
    "person_id",
    "person_id_type",
    "authority_name",
    "authority_code",
    "source_name",
    "source_code",
)
GRADABLE = frozenset(form.value for form in Form) - {form.value for form in NEVER_GRADED}


def lint_models(content: Content) -> Found:
    """A model may act as it says, over records that may act, and more harm is never better."""
    items = {item.item: item for item in content.items}
    documents = {document.id: document for document in content.documents}
    for model in content.models:
        key = ("models", model.model)
        yield from under(key, _standing_faults(model, documents))
        yield from under(key, _scale_faults(model))
        for item in model.items:
            yield from under(key, (f"{item.id}: {fault}" for fault in _line_faults(item, items)))
        yield from under(key, _expression_faults(model, items))


def _standing_faults(model: Model, documents: Mapping[str, Document]) -> Iterator[str]:
    if model.standing not in STANDINGS:
        yield f"standing must be one of {', '.join(STANDINGS)}"
    basis = [documents[cite.document] for cite in model.basis if cite.document in documents]
    if model.standing == "authorised" and not any(_carries(document) for document in basis):
        yield "an authorised model cites a document in force whose text was seen (legal.md L1)"
    if model.standing == "illustrative" and "示例" not in model.name.zh:
        yield "an illustrative model says 示例 in its name"
    for form in model.forms:
        if form not in GRADABLE:
            yield f"{form} is no form that may be graded: {', '.join(sorted(GRADABLE))}"


def _carries(document: Document) -> bool:
    # The day is not known when packs are linted: a document with an end may be past it.
    return document.confidence == "seen" and document.in_force_until is None


def _scale_faults(model: Model) -> Iterator[str]:
    lowest = [level.lowest for level in model.levels]
    if len(lowest) == 0 or lowest != sorted(set(lowest), reverse=True):
        yield "levels go from the best to the worst"
    names = [level.level for level in model.levels]
    ids = [item.id for item in model.items]
    if len(set(names)) < len(names) or len(set(ids)) < len(ids):
        yield "a level or an item is given twice"
    yield from (f"{c.id}: no level {c.level}" for c in model.ceilings if c.level not in names)


def _line_faults(line: ModelItem, items: Mapping[str, Item]) -> Iterator[str]:
    yield from (f"no catalog item {name}" for name in line.types if name not in items)
    yield from (f"{name} never acts" for name in line.types if name in FORBIDDEN_TYPES)
    if line.sign not in SIGNS or line.cap < 0 or not 0 <= line.months <= MAX_MONTHS:
        yield f"sign is plus or minus, cap is not negative, months are 0 to {MAX_MONTHS}"
    for name in line.types:
        if name in items and not _may_count(line.sign, items[name]):
            yield f"{name} is {items[name].nature}, so it cannot be a {line.sign}"


def _may_count(sign: str, item: Item) -> bool:
    """Tell whether the sign fits: adverse records never raise, and only they lower."""
    if item.adverse_when != "":
        return True
    return (item.nature is Nature.ADVERSE) == (sign == "minus")


def _expression_faults(model: Model, items: Mapping[str, Item]) -> Iterator[str]:
    try:
        compiled = compile_model(model, items)
    except BadExpression as error:
        yield error.message
        return
    allowed = _readable_names(items)
    for expr in (*compiled.wheres, *compiled.points, *compiled.ceilings):
        yield from _reading_faults(expr, allowed)
    for line, where, points in zip(model.items, compiled.wheres, compiled.points, strict=True):
        faults = line_faults(line, where, points, items) if line.sign == "minus" else ()
        yield from (f"{line.id}: {fault}" for fault in dict.fromkeys(faults))
    for ceiling, when in zip(model.ceilings, compiled.ceilings, strict=True):
        if _only_grows(when):
            found = dict.fromkeys(ceiling_faults(when, items))
            yield from (f"{ceiling.id}: {fault}" for fault in found)
        else:
            yield f"{ceiling.id}: a ceiling counts records (exists, count >= n), joined by and, or"


def _reading_faults(expr: Expr, allowed: frozenset[str]) -> Iterator[str]:
    for name in sorted(rules.names_in(expr) - allowed):
        yield (
            f"{name} may not be read by a model: it says who or where, is not public, or is a text;"
            " read a public option, number, day or flag that says what was done"
        )
    if any(isinstance(part, Call) and part.function == "known_unit" for part in rules.walk(expr)):
        yield "known_unit() may not be read by a model: it says who, not what was done"


def _readable_names(items: Mapping[str, Item]) -> frozenset[str]:
    """Names that models may read: never who it is, where it is, or anything of a person."""
    schema = record_schema(items.values())
    barred = {getattr(item.roles, role) for item in items.values() for role in BARRED_ROLES}
    barred |= {field for item in items.values() for field in item.split.fields}
    barred |= {name for name in schema if not REGIONAL.isdisjoint(name.upper().split("_"))}
    fields = (field for item in items.values() for field in item.fields)
    barred |= {field.identify for field in fields if not _may_count_itself(field)}
    return (frozenset(schema) - barred) | frozenset(RECORD_NAMES)


def _may_count_itself(field: Field) -> bool:
    public = field.publication_range is PublicRange.PUBLIC
    return public and field.data_type in MEASURABLE


def _only_grows(when: Expr) -> bool:
    """Tell whether one record more can only make the condition hold, never end it."""
    match when:
        case And(parts=parts) | Or(parts=parts):
            return all(_only_grows(part) for part in parts)
        case Aggregate(kind="exists"):
            return True
        case Compare(op=">" | ">=", left=Aggregate() as counted, right=Const()):
            return not any(isinstance(p, Arith) and p.op == "-" for p in rules.walk(counted))
        case _:
            return False
