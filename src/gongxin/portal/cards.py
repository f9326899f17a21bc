"""Records as they are shown: sections, cards, values written for people (记录卡片)."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from gongxin.core import dates
from gongxin.core.catalog import DataType, Item, PublicRange, RecordClass
from gongxin.core.citation import Label
from gongxin.derive.archive import SECTIONS, Archive, ArchiveRecord, FieldValue
from gongxin.law import Release
from gongxin.law.basis import Source, sources

# What weighs on a subject, for or against it, is not put on a page of its own without need.
FIRST_CARDS = {"basic": 5, "trustworthy": 20, "adverse": 20, "other": 5}
LONG_TERM = Label("长期", "no end")


@dataclass(frozen=True, slots=True)
class ShownField:
    """One field: its name, and its value as text or, if it has words of ours, as a label."""

    identify: str
    name: Label
    value: str | Label


@dataclass(frozen=True, slots=True)
class Card:
    """One record with everything that may be shown of it."""

    record: ArchiveRecord
    headline: str
    fields: tuple[ShownField, ...]
    basis: tuple[Source, ...]
    illustrative: bool
    market: bool
    self_declared: bool


@dataclass(frozen=True, slots=True)
class Section:
    """One section of the archive: its cards, and the kinds of record of which there are none."""

    name: str
    count: int
    cards: tuple[Card, ...]
    empty_kinds: tuple[Label, ...]

    @property
    def more(self) -> int:
        """How many records are not among the cards."""
        return self.count - len(self.cards)


def sections(archive: Archive, release: Release) -> tuple[Section, ...]:
    """Return every section of the archive in the fixed order, each with its first cards."""
    return tuple(
        section(archive, name, release, part=slice(FIRST_CARDS[name])) for name in SECTIONS
    )


def section(archive: Archive, name: str, release: Release, *, part: slice) -> Section:
    """Return one section of the archive with the cards of one part of it."""
    records = [record for record in archive.records if record.section == name]
    return Section(
        name=name,
        count=len(records),
        cards=tuple(card(record, release) for record in records[part]),
        empty_kinds=tuple(
            item.name
            for item in release.items.values()
            if _belongs(item, name) and item.item not in {record.item for record in records}
        ),
    )


def card(record: ArchiveRecord, release: Release) -> Card:
    """Return one record as a card."""
    item = release.items[record.item]
    headline = item.roles.headline
    return Card(
        record=record,
        headline=next((f.value for f in record.fields if f.identify == headline), ""),
        fields=tuple(_shown(field, item) for field in record.fields),
        basis=sources(item.basis, release),
        illustrative=item.illustrative,
        market=record.record_class is RecordClass.MARKET,
        self_declared=record.record_class is RecordClass.SELF_DECLARED,
    )


def kinds_of(records: Iterable[ArchiveRecord]) -> tuple[tuple[Label, int], ...]:
    """Return each kind among the records with how many there are, in the order of the records."""
    counts: dict[str, tuple[Label, int]] = {}
    for record in records:
        _, number = counts.get(record.item, (record.item_name, 0))
        counts[record.item] = (record.item_name, number + 1)
    return tuple(counts.values())


def _belongs(item: Item, name: str) -> bool:
    return item.section == name and item.public_type is PublicRange.PUBLIC


def _shown(field: FieldValue, item: Item) -> ShownField:
    definition = item.field_of(field.identify)
    data_type = definition.data_type
    named = {code.value: code.name for code in definition.codes}
    value: str | Label = named.get(field.value, field.value)
    if data_type is DataType.NUMBER:
        value = amount_text(field.value)
    elif data_type is DataType.DATE:
        day = dates.parse_day(field.value)
        value = LONG_TERM if day is not None and dates.is_long_term(day) else field.value
    return ShownField(field.identify, field.name, value)


def amount_text(text: str) -> str:
    """Return a canonical amount without idle zeros and with commas; other texts as they are.

    >>> amount_text("1234.500000"), amount_text("0.350000"), amount_text("无")
    ('1,234.5', '0.35', '无')
    """
    whole, _, decimals = text.partition(".")
    if not (whole + decimals).isascii() or not (whole + decimals).isdigit():
        return text
    return f"{Decimal(text):,f}".rstrip("0").rstrip(".") if decimals else f"{int(whole):,}"
