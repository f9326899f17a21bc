"""Catalog items: fields, roles, checks and basis (目录)."""

import keyword
import re
from collections.abc import Iterator

from gongxin.core import validation
from gongxin.core.catalog import DataType, Field, Item, PublicRange
from gongxin.core.evaluation import RECORD_NAMES
from gongxin.core.rules import BadExpression
from gongxin.law.lints.findings import Found, condition_faults, under
from gongxin.law.release import Content

NEEDED_ROLES = ("subject_name", "subject_code", "decided_on", "authority_name")
LAYERS = ("base", "supplement")
CHANNELS = ("creditchina", "gsxt", "court", "unit-here")
SUBJECTS = ("organisation", "one_person", "person")
LEVELS = (validation.ERROR, validation.WARNING)
RESERVED = frozenset(RECORD_NAMES) | {"today"} | frozenset(keyword.kwlist)
_IDENTIFY = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_SHOWN_ENDS = 2  # characters shown at the beginning and at the end


def lint_items(content: Content) -> Found:
    """An item is whole in itself and has a basis that can carry it."""
    ranks = {document.id: document.rank for document in content.documents}
    for item in content.items:
        key = ("items", item.item)
        yield from under(key, _item_faults(item))
        basis = {ranks.get(cite.document, "") for cite in item.basis}
        if basis == {"memorandum"}:
            yield key, "a memorandum alone is no basis for a catalog item (国办发〔2020〕49号)"
        if item.layer == "supplement" and basis.isdisjoint({"local_regulation", "law"}):
            yield key, "a supplement item needs a local regulation as its basis"


def _item_faults(item: Item) -> Iterator[str]:
    yield from _choice_faults(item)
    yield from _name_faults(item)
    for field in item.fields:
        yield from (f"{field.identify}: {fault}" for fault in _field_faults(field))
        if field.identify in item.split.fields and field.publication_range is not PublicRange.NONE:
            yield f"{field.identify} is split off, so its publicationRange must be none"
    yield from _check_faults(item)
    conditions = (item.adverse_when, item.complete_when)
    yield from condition_faults((text for text in conditions if text != ""), item)


def _choice_faults(item: Item) -> Iterator[str]:
    if item.layer not in LAYERS:
        yield f"layer must be one of {', '.join(LAYERS)}"
    if item.channel not in CHANNELS:
        yield f"channel must be one of {', '.join(CHANNELS)}"
    if not set(item.subjects) <= set(SUBJECTS) or len(item.subjects) == 0:
        yield f"subjects must be of {', '.join(SUBJECTS)}"
    if set(item.subjects) == {"person"}:
        yield "an item about natural persons alone is none: honours of model workers, for one (L3)"
    if ("person" in item.subjects) != (item.persons is not None):
        yield "rows about persons need a retention clause (persons), and only they (legal.md L4)"
    for rule in item.rules:
        if rule.level not in LEVELS:
            yield f"rule {rule.code}: level must be one of {', '.join(LEVELS)}"


def _name_faults(item: Item) -> Iterator[str]:
    known = set(item.columns)
    if len({column.upper() for column in item.columns}) < len(item.columns):
        yield "a field code is given twice"  # engines do not tell capitals from small letters
    named = [
        *(getattr(item.roles, role) for role in item.roles.__slots__),
        *item.key,
        *item.split.fields,
        *item.screened,
        *(default.field for default in item.defaults),
        *(rule.column for rule in item.rules),
    ]
    unknown = (name for name in named if name != "" and name not in known)
    yield from (f"{name} is not a field of the item" for name in unknown)
    heads = [field for field in item.fields if field.identify == item.roles.headline]
    if any(field.publication_range is not PublicRange.PUBLIC for field in heads):
        yield f"the headline {item.roles.headline} is not public"
    missing = (role for role in NEEDED_ROLES if getattr(item.roles, role) == "")
    yield from (f"the role {role} is needed" for role in missing)


def _field_faults(field: Field) -> Iterator[str]:
    if _IDENTIFY.fullmatch(field.identify) is None or field.identify in RESERVED:
        yield "a field code is of letters, digits and _, and no word of the rule language"
    if field.data_type is DataType.TEXT and field.data_length <= 0:
        yield "a text needs its dataLength"
    if field.data_type in (DataType.ENUM, DataType.ENUMS):
        yield from _option_faults(field)
    named = [code.value for code in field.codes]
    if named and sorted(named) != sorted(field.optional_range):
        yield "codes names each value of the optionalRange once, or none"
    if field.desensitization and len(field.desensitization_rule) != _SHOWN_ENDS:
        yield "desensitizationRule is how many characters stay at the beginning and at the end"


def _option_faults(field: Field) -> Iterator[str]:
    if len(field.optional_range) == 0:
        yield "an enum needs its optionalRange"
    several = field.data_type is DataType.ENUMS
    for option in field.optional_range:
        if option.strip() != option or option == "":
            yield f"the option {option!r} is empty or has blanks around it"
        if several and any(separator in option for separator in validation.SEPARATORS):
            yield f"the option {option!r} holds a separator"


def _check_faults(item: Item) -> Iterator[str]:
    try:
        validation.checks_of(item)
    except BadExpression as error:
        yield error.message
