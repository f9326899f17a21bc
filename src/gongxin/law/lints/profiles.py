"""Profiles of sources: every field that a profile names is a field of its item (来源方案)."""

from collections import Counter
from collections.abc import Iterator

from gongxin.core import validation
from gongxin.core.catalog import DataType, Field, Item
from gongxin.core.profile import ItemMap
from gongxin.core.rules import patterns
from gongxin.law.lints.findings import Found, under
from gongxin.law.release import Content

MONEY_UNITS = ("wan", "yuan")
_CHOICES = (DataType.ENUM, DataType.ENUMS, DataType.FLAG)


def lint_profiles(content: Content) -> Found:
    """A profile maps to items and fields that exist, and writes values that they allow."""
    items = {item.item: item for item in content.items}
    for profile in content.profiles:
        key = ("profiles", profile.profile)
        if len({mapped.item for mapped in profile.items}) < len(profile.items):
            yield key, "an item is mapped twice"
        for mapped in profile.items:
            if mapped.item not in items:
                yield key, f"no catalog item {mapped.item}"
                continue
            faults = _map_faults(mapped, items[mapped.item])
            yield from under(key, (f"{mapped.item}: {fault}" for fault in faults))


def _map_faults(mapped: ItemMap, item: Item) -> Iterator[str]:
    named = {
        "columns": mapped.columns,
        "lacks": mapped.lacks,
        "constants": mapped.constants,
        "translate": mapped.translate,
        "same_as": [*mapped.same_as, *mapped.same_as.values()],
        "money_fields": mapped.money_fields,
    }
    for part, names in named.items():
        unknown = sorted(set(names) - set(item.columns))
        yield from (f"{part}: {name} is not a field of the item" for name in unknown)
    yield from _header_faults(mapped)
    yield from _value_faults(mapped, item)
    yield from _money_faults(mapped, item)


def _header_faults(mapped: ItemMap) -> Iterator[str]:
    headers = Counter(
        [*(name for names in mapped.columns.values() for name in names), *mapped.ignored]
    )
    doubled = sorted(header for header, count in headers.items() if count > 1)
    yield from (f"the header {header} is named twice" for header in doubled)


def _value_faults(mapped: ItemMap, item: Item) -> Iterator[str]:
    written = [*mapped.constants.items()]
    for name, values in mapped.translate.items():
        written += [(name, value) for value in values.values()]
    fields = {field.identify: field for field in item.fields}
    for name, value in written:
        if name in fields and not _allows(fields[name], value):
            yield f"{name} cannot be {value!r}"


def _allows(field: Field, value: str) -> bool:
    if value == "" or field.data_type not in _CHOICES:
        return True
    options = field.optional_range or validation.FLAG_VALUES
    several = field.data_type is DataType.ENUMS
    return patterns.matches(value, validation.choice_pattern(options, several=several))


def _money_faults(mapped: ItemMap, item: Item) -> Iterator[str]:
    if mapped.money_unit not in MONEY_UNITS:
        yield f"money_unit must be one of {', '.join(MONEY_UNITS)}"
    numbers = {field.identify for field in item.fields if field.data_type is DataType.NUMBER}
    others = sorted(set(mapped.money_fields) & set(item.columns) - numbers)
    yield from (f"money_fields: {name} is not a number" for name in others)
