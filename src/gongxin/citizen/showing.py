"""A person's records and consents as pages and answers show them: in the catalog's words (展示).

Numbers of people are masked everywhere, one's own too: a page is seen over shoulders and kept in
pictures, and whoever is shown a record knows the number already.
"""

from dataclasses import dataclass
from datetime import date, datetime

from gongxin import law
from gongxin.citizen import access
from gongxin.core import privacy
from gongxin.core.catalog import Item
from gongxin.core.citation import Citation, Label
from gongxin.core.dates import CHINA
from gongxin.law import Release
from gongxin.personal import consent
from gongxin.personal.actions import Own
from gongxin.personal.queries import Given

DESIGN = "design"
MATCH = Label("姓名与证件号码是否一致（只答是或否）", "Whether name and number match (yes or no)")


@dataclass(frozen=True, slots=True)
class Shown:
    """A record as its person sees it."""

    name: Label
    source: str
    authority: str
    taken_on: date
    retain_until: date
    basis: tuple[str, ...]
    fields: tuple[tuple[Label, str], ...]
    only_stored: bool


@dataclass(frozen=True, slots=True)
class Consent:
    """A consent as its person sees it; ``items`` are names."""

    id: str
    client: str
    purpose: Label
    items: tuple[Label, ...]
    until: datetime
    state: str
    used: tuple[tuple[datetime, tuple[Label, ...], int], ...]


def release() -> Release:
    """Return the release that the platform runs on."""
    return law.active(access.given().home)


def items(found: Release) -> dict[str, Label]:
    """Return what a consent may name: the items of which records of persons are kept."""
    kept = {code: item.name for code, item in found.items.items() if item.persons is not None}
    return kept | {consent.MATCH: MATCH}


def purposes(found: Release) -> dict[str, Label]:
    """Return the purposes that a consent may name."""
    return {one.purpose: one.name for one in found.content.purposes}


def record(own: Own, found: Release) -> Shown:
    """Return a record in the catalog's words; an item that the catalog lost keeps its code."""
    item = found.items.get(own.item)
    taken_on = own.sealed_at.astimezone(CHINA).date()
    if item is None:
        name = Label(own.item, own.item)
        plain = _plain(own)
        return Shown(name, "", "", taken_on, own.retain_until, (), plain, own.only_stored)
    roles, fields = item.roles, own.fields
    basis = (*(item.persons.cite if item.persons else ()), *item.basis)
    sources = [_source(one, found) for one in basis]
    return Shown(
        name=item.name,
        source=fields.get(roles.source_name, "") or fields.get(roles.authority_name, ""),
        authority=fields.get(roles.authority_name, ""),
        taken_on=taken_on,
        retain_until=own.retain_until,
        basis=tuple(dict.fromkeys(sources)),
        fields=tuple((item.field_of(code).name, value) for code, value in _open(own, item)),
        only_stored=own.only_stored,
    )


def answer(own: Own, found: Release) -> dict[str, object]:
    """Return a record as a client with consent gets it: no number of anybody."""
    item = found.items.get(own.item)
    fields = dict(_open(own, item)) if item else {}
    return {"item": own.item, "fields": fields, "retain_until": own.retain_until.isoformat()}


def given(one: Given, found: Release, clients: dict[str, str]) -> Consent:
    """Return a consent in words."""
    named, purpose = items(found), purposes(found).get(one.purpose)

    def names(codes: tuple[str, ...]) -> tuple[Label, ...]:
        return tuple(named.get(code, Label(code, code)) for code in codes)

    return Consent(
        id=one.id,
        client=clients.get(one.client, one.client),
        purpose=purpose or Label(one.purpose, one.purpose),
        items=names(one.items),
        until=one.until,
        state=one.state,
        used=tuple((use.at, names(use.items), use.n_records) for use in one.used),
    )


def _open(own: Own, item: Item) -> list[tuple[str, str]]:
    closed = {item.roles.person_id, ""}
    return [
        (code, privacy.mask(own.fields[code]))
        for code in item.columns
        if own.fields.get(code, "") and code not in closed
    ]


def _plain(own: Own) -> tuple[tuple[Label, str], ...]:
    fields = sorted(own.fields.items())
    return tuple((Label(code, code), privacy.mask(value)) for code, value in fields)


def _source(cite: Citation, found: Release) -> str:
    """Return where a rule stands, as the pages of the portal write it."""
    document = found.documents[cite.document]
    title = document.title if document.rank == DESIGN else f"《{document.title}》"
    number = f"（{document.number}）" if document.number else ""
    return f"{title}{number}{cite.article}"
