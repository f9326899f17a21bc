"""Lint of law: whatever would let a clause act without basis, term or meaning is refused here."""

from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise

import re2

from gongxin.core import rules, uscc, validation
from gongxin.core.catalog import DataType, Item, Nature, PublicRange
from gongxin.core.citation import Citation
from gongxin.core.clauses import Model, PublicityRule
from gongxin.core.evaluation import RECORD_NAMES, compile_model, record_schema
from gongxin.core.rules import BadExpression, Expr, Type
from gongxin.core.rules.nodes import Call, Const, children
from gongxin.law.packs import Loaded
from gongxin.law.release import Content, merge_safeguards
from gongxin.law.source import Fault, Place

STANDINGS = ("national-imported", "industry-national", "authorised", "internal", "illustrative")
ACTING_RANKS = ("law", "admin_regulation", "state_policy", "local_regulation")
RESTRICTING_RANKS = ("law", "admin_regulation", "state_policy")
MEASURE_KINDS = ("restrict", "manage", "incentive")
FORBIDDEN_TYPE_IN_MODELS = frozenset({"utility-bill"})

Found = Iterator[tuple[tuple[str, str], str]]


def lint(loaded: Loaded) -> list[Fault]:
    """Return every fault of meaning in a pack chain, each at the clause's file and line."""
    content = loaded.content
    nowhere = Place(content.place, 1)
    return [
        Fault(loaded.places.get(key, nowhere), message)
        for check in _CHECKS
        for key, message in check(content)
    ]


def _cited(content: Content) -> Found:
    known = {document.id for document in content.documents}
    for key, cites in _citations(content):
        if len(cites) == 0:
            yield key, "no source of law is cited (basis or cite is empty)"
        for cite in cites:
            if cite.document not in known:
                yield key, f"the cited document {cite.document} is not in any documents file"


def _citations(content: Content) -> Iterator[tuple[tuple[str, str], tuple[Citation, ...]]]:
    for item in content.items:
        yield ("items", item.item), item.basis
        if item.persons is not None:
            yield ("items", item.item), item.persons.cite
    for rule in content.publicity:
        key = ("publicity", rule.rule)
        yield from ((key, row.cite) for row in rule.classes)
        yield from ((key, never.cite) for never in rule.never)
        yield from ((key, v.cite) for clock in rule.clocks for v in clock.versions)
    for model in content.models:
        yield from ((("models", model.model), item.cite) for item in model.items)
        yield from ((("models", model.model), ceiling.cite) for ceiling in model.ceilings)
    for measure in content.measures:
        yield ("measures", measure.measure), measure.basis
    for part in content.safeguards:
        yield ("safeguards", ""), part.cite


def _parsed(make: Callable[[], object]) -> str:
    try:
        make()
    except BadExpression as error:
        return error.message
    return ""


def _items(content: Content) -> Found:
    ranks = {document.id: document.rank for document in content.documents}
    for item in content.items:
        key = ("items", item.item)
        yield from ((key, message) for message in _item_faults(item))
        basis = [ranks.get(cite.document, "") for cite in item.basis]
        if "memorandum" in basis and set(basis) == {"memorandum"}:
            yield key, "a memorandum alone is no basis for a catalog item (国办发〔2020〕49号)"
        if item.layer == "supplement" and "local_regulation" not in basis and "law" not in basis:
            yield key, "a supplement item needs a local regulation as its basis"


def _item_faults(item: Item) -> Iterator[str]:
    known = set(item.columns)
    if len(known) < len(item.columns):
        yield "a field code is given twice"
    named = [
        *(getattr(item.roles, name) for name in item.roles.__slots__),
        *item.key,
        *item.split.fields,
        *item.screened,
        *(default.field for default in item.defaults),
        *(rule.column for rule in item.rules),
    ]
    yield from (
        f"{name} is not a field of the item" for name in named if name and name not in known
    )
    for role in ("subject_name", "subject_code", "decided_on", "authority_name"):
        if not getattr(item.roles, role):
            yield f"the role {role} is needed"
    if item.layer not in ("base", "supplement"):
        yield "layer must be base or supplement"
    yield from _field_faults(item)
    fault = _parsed(lambda: validation.checks_of(item))
    if fault:
        yield fault
    for condition in (item.adverse_when, item.complete_when):
        if condition and _parsed(lambda c=condition: rules.parse_over(c, item.columns)):  # type: ignore[misc]
            yield _parsed(lambda c=condition: rules.parse_over(c, item.columns))  # type: ignore[misc]


def _field_faults(item: Item) -> Iterator[str]:
    for field in item.fields:
        if field.data_type in (DataType.ENUM, DataType.ENUMS) and len(field.optional_range) == 0:
            yield f"{field.identify}: an enum needs its optionalRange"
        if field.data_type is DataType.TEXT and field.data_length <= 0:
            yield f"{field.identify}: a text needs its dataLength"
        hidden = field.publication_range is PublicRange.NONE
        if field.identify in item.split.fields and not hidden:
            yield f"{field.identify} is split off, so its publicationRange must be none"


def _terms(content: Content) -> Found:
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
                continue
            yield from ((key, fault) for fault in _conditions(rule, items[name]))
        yield from ((key, fault) for fault in _versions(rule))
    for item in content.items:
        adverse = item.nature is Nature.ADVERSE or item.adverse_when != ""
        if adverse and item.item not in ruled:
            yield (
                ("items", item.item),
                "an adverse item needs a publicity rule: a term and a way out",
            )


def _conditions(rule: PublicityRule, item: Item) -> Iterator[str]:
    texts = [
        *(row.when for row in rule.classes),
        *(never.when for never in rule.never),
        *(clock.when for clock in rule.clocks if clock.when),
        *(t.when for c in rule.clocks for v in c.versions for t in v.terms if t.when),
    ]
    for text in texts:
        fault = _parsed(lambda t=text: rules.parse_over(t, item.columns))  # type: ignore[misc]
        if fault:
            yield f"{item.item}: {fault}"


def _versions(rule: PublicityRule) -> Iterator[str]:
    if len(rule.clocks) == 0 or rule.clocks[-1].when != "":
        yield "the last clock must hold for all records (an empty when)"
    for row in rule.classes:
        if row.failing_class not in rule.severity:
            yield f"class {row.failing_class} is not in severity"
    for clock in rule.clocks:
        for earlier, later in pairwise(clock.versions):
            if earlier.valid_until is None or (later.valid_from - earlier.valid_until).days != 1:
                yield f"clock {clock.clock}: versions overlap or leave a gap at {later.valid_from}"
        for version in clock.versions:
            yield from _term_faults(rule, clock.clock, version.terms)


def _term_faults(rule: PublicityRule, clock: str, terms: Iterable[object]) -> Iterator[str]:
    general: set[str] = set()
    for term in terms:
        cls, when = getattr(term, "failing_class", ""), getattr(term, "when", "")
        low, high = getattr(term, "min_months", 0), getattr(term, "max_months", 0)
        if cls not in rule.severity:
            yield f"clock {clock}: class {cls} is not in severity"
        if not 0 <= low <= high or high == 0:
            yield f"clock {clock}: {cls} needs 0 <= min_months <= max_months and an end"
        if when == "":
            general.add(cls)
        elif cls in general:
            yield f"clock {clock}: a term with a condition stands before the general one of {cls}"
    if general != set(rule.severity):
        yield f"clock {clock}: every class needs a general term in every version"


def _models(content: Content) -> Found:
    items = {item.item: item for item in content.items}
    documents = {document.id: document for document in content.documents}
    for model in content.models:
        key = ("models", model.model)
        if model.standing not in STANDINGS:
            yield key, f"standing must be one of {', '.join(STANDINGS)}"
        if model.standing == "authorised" and not any(
            documents[c.document].confidence == "seen"
            for c in model.basis
            if c.document in documents
        ):
            yield (
                key,
                "an authorised model cites a document in force whose text was seen (LEGAL L1)",
            )
        if model.standing == "illustrative" and "示例" not in model.name.zh:
            yield key, "an illustrative model says 示例 in its name"
        yield from ((key, fault) for fault in _model_faults(model, items))


def _model_faults(model: Model, items: dict[str, Item]) -> Iterator[str]:
    lowest = [level.lowest for level in model.levels]
    if len(lowest) == 0 or lowest != sorted(lowest, reverse=True):
        yield "levels go from the best to the worst"
    names = {level.level for level in model.levels}
    yield from (f"{c.id}: no level {c.level}" for c in model.ceilings if c.level not in names)
    for item in model.items:
        yield from (f"{item.id}: no catalog item {t}" for t in item.types if t not in items)
        yield from (
            f"{item.id}: {t} never acts" for t in item.types if t in FORBIDDEN_TYPE_IN_MODELS
        )
        if item.sign not in ("plus", "minus") or item.cap < 0 or item.months < 0:
            yield f"{item.id}: sign is plus or minus, cap and months are not negative"
    fault = _parsed(lambda: compile_model(model, items))
    if fault:
        yield fault
        return
    compiled = compile_model(model, items)
    allowed = _model_names(items)
    for expr in (*compiled.wheres, *compiled.points, *compiled.ceilings):
        for name in sorted(rules.names_in(expr) - allowed):
            yield f"{name} may not be read by a model: it says who or where, not what was done"


def _model_names(items: dict[str, Item]) -> frozenset[str]:
    """Names that models may read: never who the subject is, where it is, or anything of a person."""
    barred = {
        field
        for item in items.values()
        for field in (
            item.roles.subject_name,
            item.roles.subject_code,
            item.roles.subject_kind,
            item.roles.legal_representative,
            item.roles.authority_name,
            item.roles.authority_code,
            item.roles.source_name,
            item.roles.source_code,
            *item.split.fields,
        )
    }
    regions = {name for name in record_schema(items.values()) if _is_regional(name)}
    return frozenset(record_schema(items.values())) - barred - regions | frozenset(RECORD_NAMES)


def _is_regional(name: str) -> bool:
    parts = name.upper().split("_")
    return bool({"XZQYDM", "DFBM", "AREANAME", "SSQY", "REGION", "QZDD"} & {*parts, name.upper()})


def _measures(content: Content) -> Found:
    ranks = {document.id: document.rank for document in content.documents}
    items = {item.item for item in content.items}
    matters = {matter.matter for matter in content.matters}
    for measure in content.measures:
        key = ("measures", measure.measure)
        if measure.kind not in MEASURE_KINDS:
            yield key, f"kind must be one of {', '.join(MEASURE_KINDS)}"
        wanted = RESTRICTING_RANKS if measure.kind == "restrict" else ACTING_RANKS
        if not any(ranks.get(cite.document) in wanted for cite in measure.basis):
            yield key, f"the basis of a {measure.kind} measure must be of rank {', '.join(wanted)}"
        yield from ((key, f"no catalog item {name}") for name in measure.items if name not in items)
        yield from ((key, f"no matter {name}") for name in measure.matters if name not in matters)
        if measure.implementing_unit == "":
            yield key, "a measure names its implementing unit"
    for matter in content.matters:
        unknown = [name for name in matter.shows if name not in items]
        yield from ((("matters", matter.matter), f"no catalog item {name}") for name in unknown)


def _safe(content: Content) -> Found:
    words = merge_safeguards(content.safeguards).columns
    if len(words) == 0:
        yield ("safeguards", ""), "a place needs the safeguards of LEGAL L8"
    for item in content.items:
        texts = [item.name.zh, item.item, *(f"{f.identify} {f.name.zh}" for f in item.fields)]
        for word in words:
            if any(word in text for text in texts):
                yield ("items", item.item), f"{word} can be no item or field (LEGAL L8)"
    for model in content.models:
        texts = [model.name.zh, *(f"{i.name.zh} {i.where} {i.points}" for i in model.items)]
        for word in words:
            if any(word in text for text in texts):
                yield ("models", model.model), f"{word} can be no indicator (LEGAL L8)"


def _units(content: Content) -> Found:
    for unit in content.units:
        if not uscc.is_valid(unit.uscc):
            yield ("units", unit.uscc), f"{unit.name}: {unit.uscc} is not a valid code"


def _patterns(content: Content) -> Found:
    """Compile every pattern with RE2, the strictest of the engines."""
    for item in content.items:
        schema = validation.row_schema(item)
        for rule in item.rules:
            if _parsed(lambda r=rule: rules.parse(r.when, schema)):  # type: ignore[misc]
                continue
            for pattern in _patterns_in(rules.parse(rule.when, schema, result=Type.BOOL)):
                try:
                    re2.compile(pattern)
                except re2.error as error:
                    yield ("items", item.item), f"rule {rule.code}: {pattern!r}: {error}"


def _patterns_in(expr: Expr) -> Iterator[str]:
    if isinstance(expr, Call) and expr.function == "matches" and isinstance(expr.args[1], Const):
        yield str(expr.args[1].value)
    for child in children(expr):
        yield from _patterns_in(child)


_CHECKS: tuple[Callable[[Content], Found], ...] = (
    _cited,
    _items,
    _terms,
    _models,
    _measures,
    _safe,
    _units,
    _patterns,
)
