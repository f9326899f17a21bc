"""Adapters let out what the catalog lets out, to a plain address, and hold no secret (对接适配)."""

import re
from collections.abc import Iterator, Mapping
from ipaddress import ip_network

from gongxin.core.adapter import Adapter, Checks, MappedField, MappedItem, Pulls, Sends, Signing
from gongxin.core.catalog import DataType, Field, Item, PublicRange
from gongxin.core.destinations import Allowed, BadDestination, destination
from gongxin.law.lints.findings import Found, under
from gongxin.law.release import Content

_ID = re.compile(r"[a-z][a-z0-9-]{0,63}", re.ASCII)
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}", re.ASCII)
_APP_KEY = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)
ASKED = ("uscc", "matter", "purpose", "case_no")
ANSWERED = (
    "check_no", "uscc", "name", "status", "matter", "purpose", "facts", "list_entries", "measures",
    "incentives", "objections", "not_shown", "coverage", "as_of", "head", "release", "signature",
)  # fmt: skip
# What is lost in another's envelope would change what the answer says.
MUST_ANSWER = frozenset(ANSWERED) - {"head", "release", "name", "matter", "purpose", "uscc"}
VERDICT = re.compile(
    "verdict|decision|pass|approv|reject|score|grade|level|result|conclusion|allow|deny|risk"
    "|jielun|pingji",
    re.IGNORECASE,
)


def lint_adapters(content: Content) -> Found:
    """An adapter has one style, its address may be sent to, its fields may leave, no verdict."""
    items = {item.item: item for item in content.items}
    for one in content.adapters:
        key = ("adapters", one.adapter)
        yield from under(key, _form(one))
        yield from under(key, _address(one, content))
        if one.sends is not None:
            yield from under(key, _sends(one.sends, items))
        if one.pulls is not None:
            yield from under(key, _pulls(one.pulls, items, {unit.uscc for unit in content.units}))
        if one.checks is not None:
            yield from under(key, _checks(one.checks, content))


def _form(one: Adapter) -> Iterator[str]:
    if _ID.fullmatch(one.adapter) is None:
        yield "an adapter's id has small letters, digits and hyphens"
    if one.style == "":
        yield "an adapter has exactly one of sends, pulls, checks"
    if (one.signing is Signing.MD5) != (one.legacy == "md5") or one.legacy not in {"", "md5"}:
        yield "signing md5 and legacy: md5 stand together or not at all"
    if one.signing is Signing.MD5 and one.style != "sends":
        yield "md5 may sign what is sent to an old gateway: a page or check needs HMAC"
    if (one.signing is Signing.MD5) != (_APP_KEY.fullmatch(one.app_key) is not None):
        yield "app_key is the name at an md5 gateway (letters, digits, _ and -), and nowhere else"


def _address(one: Adapter, content: Content) -> Iterator[str]:
    if one.style == "checks":
        if one.address != "":
            yield "a check is asked of us: it has no address"
        return
    site = content.site[-1:]
    try:
        networks = tuple(ip_network(text) for s in site for text in s.push.networks)
        ports = tuple(port for s in site for port in s.push.ports) or (443,)
        destination(one.address, Allowed(networks, ports))
    except ValueError:
        return  # lint_site tells of it
    except BadDestination as error:
        yield error.message
    if "?" in one.address:
        yield "an address has no query: what is asked stands in the body, a secret in no pack"


def _sends(sends: Sends, items: Mapping[str, Item]) -> Iterator[str]:
    head = (sends.number, sends.sequence, sends.sent_at, sends.rows)
    row = (sends.record, sends.kind, sends.change, sends.until)
    yield from _names(head)
    yield from _answer(sends.answer.field, sends.answer.echo)
    if sends.public == sends.removed:
        yield "public and removed are two words"
    if len({mapped.item for mapped in sends.items}) != len(sends.items):
        yield "an item is mapped once"
    for mapped in sends.items:
        yield from _names((*row, *(field.theirs for field in mapped.fields)))
        item = items.get(mapped.item)
        if item is None:
            yield f"there is no item {mapped.item}"
            continue
        if item.public_type is not PublicRange.PUBLIC:
            yield f"{item.item} is not public and may not be sent"
        yield from _leaving(mapped, item)


def _leaving(mapped: MappedItem, item: Item) -> Iterator[str]:
    roles = item.roles
    personal = {roles.legal_representative, roles.person_id, roles.person_id_type}
    personal |= set(item.split.fields)
    fields = {field.identify: field for field in item.fields}
    for one in mapped.fields:
        field = fields.get(one.ours)
        if field is None:
            yield f"{item.item} has no field {one.ours}"
        elif field.publication_range is not PublicRange.PUBLIC or field.desensitization:
            yield f"{item.item}: {one.ours} is not public and may not be sent"
        elif one.ours in personal:
            yield f"{item.item}: {one.ours} is about a person and may not be sent"
        else:
            yield from _codes(one, field)


def _codes(one: MappedField, field: Field) -> Iterator[str]:
    if len(one.codes) == 0:
        return
    ours = [code.ours for code in one.codes]
    if len(set(ours)) != len(ours):
        yield f"{one.ours}: a code is translated once"
    missing = [value for value in field.optional_range if value not in ours]
    if field.data_type is not DataType.ENUM or any(v.endswith("*") for v in field.optional_range):
        yield f"{one.ours}: only a closed list of values is translated"
    elif missing:
        yield f"{one.ours}: not translated: {', '.join(missing)}"


def _pulls(pulls: Pulls, items: Mapping[str, Item], units: set[str]) -> Iterator[str]:
    yield from _names((pulls.asks_cursor, pulls.asks_since, pulls.asks_until))
    yield from _names((pulls.rows, pulls.sequence, pulls.next_cursor))
    yield from _answer(pulls.answer.field, pulls.answer.echo)
    yield from _names(tuple(field.theirs for field in pulls.item.fields))
    if pulls.unit not in units:
        yield f"{pulls.unit} is no unit of the packs"
    item = items.get(pulls.item.item)
    if item is None:
        yield f"there is no item {pulls.item.item}"
        return
    ours = [field.ours for field in pulls.item.fields]
    known = {field.identify for field in item.fields}
    yield from (f"{item.item} has no field {name}" for name in ours if name not in known)
    if len(set(ours)) != len(ours):
        yield "a field of ours is taken from one column"


def _checks(checks: Checks, content: Content) -> Iterator[str]:
    asks, answers = checks.asks, checks.answers
    yield from _names(tuple(field.theirs for field in asks))
    yield from _names(tuple(field.theirs for field in answers))
    if sorted(field.ours for field in asks) != sorted(ASKED):
        yield f"a check asks for {', '.join(ASKED)}, each once"
    told = [field.ours for field in answers]
    yield from (f"an answer has no part {one}" for one in told if one not in ANSWERED)
    lost = sorted(MUST_ANSWER - set(told))
    yield from (f"the answer may not leave out {one}" for one in lost)
    yield from (f"{f.theirs} reads as a verdict" for f in answers if VERDICT.search(f.theirs))
    yield from (f"{f.ours}: an answer's parts are not translated" for f in answers if f.codes)
    known = {
        "matter": {matter.matter for matter in content.matters},
        "purpose": {purpose.purpose for purpose in content.purposes},
    }
    for field in asks:
        codes = [code.ours for code in field.codes]
        wrong = sorted(set(codes) - known.get(field.ours, set()))
        yield from (f"{field.ours}: there is no {one}" for one in wrong)


def _answer(field: str, echo: str) -> Iterator[str]:
    yield from _names((field, echo) if echo else (field,))


def _names(names: tuple[str, ...]) -> Iterator[str]:
    for name in names:
        if _NAME.fullmatch(name) is None:
            yield f"{name!r} is no name of a field: letters, digits and _"
    if len(set(names)) != len(names):
        yield f"a name is given twice: {', '.join(sorted(n for n in names if names.count(n) > 1))}"
