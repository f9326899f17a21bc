"""Which item and profile a file is: by its header, in any order, codes or Chinese names (识别)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from gongxin.core import privacy
from gongxin.core.catalog import DataType, Item
from gongxin.core.documents import normalise_name
from gongxin.core.profile import ItemMap
from gongxin.core.safeguards import names_any
from gongxin.engines.files import FileRefused
from gongxin.law import Release

CATALOG_PROFILE = "catalog"  # the catalog's own columns, for items that no profile maps
# Columns that go back beside a rejected row; one that comes back is no field of a record.
REASON, REFERENCE = "错误原因", "退回编号"
MIN_SHARE = 2  # at least half of a header's columns must be known


@dataclass(frozen=True, slots=True)
class Recognised:
    """A file's item and profile; ``columns`` gives the position of each target field's column.

    ``joined`` gives further columns of a field that holds several values. ``reference`` is the
    position of the numbers of rejected rows in a file that came back.
    """

    item: Item
    profile: str
    mapping: ItemMap
    header: tuple[str, ...]
    columns: Mapping[str, int]
    joined: Mapping[str, tuple[int, ...]]
    unknown: tuple[str, ...]
    reference: int | None = None

    @property
    def lacks(self) -> frozenset[str]:
        """Fields that the source form does not have and that nothing fills or derives."""
        roles = self.item.roles
        filled = {roles.subject_kind, roles.authority_code, roles.source_code}
        filled |= {*self.mapping.same_as, *self.mapping.constants}
        filled |= {default.field for default in self.item.defaults}
        return frozenset(self.mapping.lacks) - filled - set(self.columns)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the sender says; empty texts leave the choice to the header."""

    item: str = ""
    profile: str = ""


def recognise(
    header: tuple[str, ...], release: Release, wanted: Wanted, *, file: str
) -> Recognised:
    """Choose the item and profile whose columns the header names.

    A profile whose signature is wholly there wins; else the one that knows most columns. ``file``
    is the file's name as messages may repeat it.

    Raises:
        FileRefused: a prohibited column, an unknown type or profile, no fitting item, a missing
            required column.
    """
    _refuse_prohibited(header, release, file)
    found = [_match(header, *candidate) for candidate in _candidates(release, wanted, file)]
    if not found:
        message = f"{file}: the profile {wanted.profile} does not map {wanted.item or 'any item'}"
        raise FileRefused(message, file=file)
    best = max(found, key=lambda match: _fit(header, match))
    if len(best.columns) * MIN_SHARE < _width(header) - len(best.mapping.ignored):
        message = (
            f"{file}: the header fits no item of the catalog (nearest: {best.item.item},"
            f" {len(best.columns)} of {len(header)} columns); use its codes or Chinese names,"
            " or name the item with --type"
        )
        raise FileRefused(message, file=file)
    _refuse_missing(best, file)
    return best


def _width(header: tuple[str, ...]) -> int:
    return sum(name not in (REASON, REFERENCE) for name in header)


def _refuse_prohibited(header: tuple[str, ...], release: Release, file: str) -> None:
    for name in header:
        # Folded: neither blanks nor another width let a column through.
        if names_any(normalise_name(name), release.safeguards.columns):
            message = (
                f"{file}: the column {privacy.mask(name)} may not be collected (belief, health,"
                " petition and the like can be no field of a record); remove it and send the file"
                " again"
            )
            raise FileRefused(message, file=file, column=privacy.mask(name))


def _candidates(release: Release, wanted: Wanted, file: str) -> Iterator[tuple[str, Item, ItemMap]]:
    if wanted.item and wanted.item not in release.items:
        known = ", ".join(sorted(release.items))
        raise FileRefused(f"{file}: unknown type {wanted.item}; known: {known}", file=file)
    profiles = {profile.profile for profile in release.content.profiles} | {CATALOG_PROFILE}
    if wanted.profile and wanted.profile not in profiles:
        known = ", ".join(sorted(profiles))
        raise FileRefused(f"{file}: unknown profile {wanted.profile}; known: {known}", file=file)
    mapped = set()
    for profile in release.content.profiles:
        for mapping in profile.items:
            mapped.add(mapping.item)
            if _is_wanted(wanted, profile.profile, mapping.item) and mapping.item in release.items:
                yield profile.profile, release.items[mapping.item], mapping
    for item in release.items.values():
        if item.item not in mapped and _is_wanted(wanted, CATALOG_PROFILE, item.item):
            yield CATALOG_PROFILE, item, ItemMap(item.item)


def _is_wanted(wanted: Wanted, profile: str, item: str) -> bool:
    return wanted.item in ("", item) and wanted.profile in ("", profile)


def _match(header: tuple[str, ...], profile: str, item: Item, mapping: ItemMap) -> Recognised:
    spellings = _spellings(item, mapping)
    columns: dict[str, int] = {}
    joined: dict[str, tuple[int, ...]] = {}
    several = {f.identify for f in item.fields if f.data_type is DataType.ENUMS}
    unknown = []
    ignored = {normalise_name(name) for name in (*mapping.ignored, REASON, REFERENCE)}
    for position, name in enumerate(header):
        target = spellings.get(_plain(name), "")
        if target and target not in columns:
            columns[target] = position
        elif target in several:
            joined[target] = (*joined.get(target, ()), position)
        elif normalise_name(name) not in ignored and name:
            unknown.append(name)
    reference = header.index(REFERENCE) if REFERENCE in header else None
    return Recognised(item, profile, mapping, header, columns, joined, tuple(unknown), reference)


def _spellings(item: Item, mapping: ItemMap) -> dict[str, str]:
    """Every known spelling of a header, folded, to its field; the profile's own come first."""
    own = {
        _plain(spelling): target
        for target, spellings in mapping.columns.items()
        for spelling in spellings
    }
    of_catalog: dict[str, str] = {}
    for field in item.fields:
        of_catalog.setdefault(_plain(field.identify), field.identify)
        of_catalog.setdefault(_plain(field.name.zh), field.identify)
    return of_catalog | own


def _plain(name: str) -> str:
    """Fold a heading; a mark that the column is required is no part of its name."""
    return normalise_name(name).strip("*")


def _fit(header: tuple[str, ...], match: Recognised) -> tuple[bool, int, int]:
    """Order matches: whole signature, columns known, required columns not missing."""
    given = {normalise_name(name) for name in header}
    signature = {normalise_name(name) for name in match.mapping.signature}
    signed = len(signature) > 0 and signature <= given
    return (signed, len(match.columns), -len(missing_columns(match)))


def missing_columns(match: Recognised) -> list[str]:
    """Required columns that neither the file nor the profile gives."""
    lacking = set(match.mapping.lacks)
    filled = {*match.mapping.same_as, *match.mapping.constants}
    filled |= {default.field for default in match.item.defaults}
    required = [field.identify for field in match.item.fields if field.required == "yes"]
    if match.item.roles.subject_code not in required:
        required.append(match.item.roles.subject_code)
    given = {*match.columns, *filled, *lacking}
    return [column for column in required if column not in given]


def _refuse_missing(match: Recognised, file: str) -> None:
    missing = missing_columns(match)
    if missing:
        names = "、".join(f"{m} {match.item.field_of(m).name.zh}" for m in missing)
        message = (
            f"{file}: required columns are missing for {match.item.item}: {names};"
            " add them and send the file again"
        )
        raise FileRefused(message, file=file, columns=tuple(missing))
