"""Adapters: how another platform names what we send, take and answer (对接适配).

The shapes differ from platform to platform and are data of a pack; the code knows three styles:
records sent to a gateway, pages taken from a data platform, a check asked in another's envelope.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from gongxin.core.citation import Citation, Label


class Signing(StrEnum):
    """How a message is signed; ``md5`` only for old gateways: it proves little (签名)."""

    HMAC = "hmac-sha256"
    MD5 = "md5"


@dataclass(frozen=True, slots=True)
class Translated:
    """One code of ours and theirs (代码对照)."""

    ours: str
    theirs: str


@dataclass(frozen=True, slots=True)
class MappedField:
    """A field under their name; with ``codes`` each value is translated (字段对照)."""

    ours: str
    theirs: str
    codes: tuple[Translated, ...] = ()


@dataclass(frozen=True, slots=True)
class MappedItem:
    """A catalog item, what the other platform calls it, and its fields (目录项对照)."""

    item: str
    theirs: str
    fields: tuple[MappedField, ...]


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """What a good answer says: ``field`` is ``good``, ``echo`` the message's number (回执)."""

    field: str
    good: str
    echo: str = ""


@dataclass(frozen=True, slots=True)
class Sends:
    """Records and removals sent to a gateway, and the names of its envelope (推送信封).

    ``change`` holds ``public`` or ``removed``; of a removed record its number alone is told.
    """

    number: str
    sequence: str
    sent_at: str
    rows: str
    record: str
    kind: str
    change: str
    public: str
    removed: str
    until: str
    answer: Acknowledgement
    items: tuple[MappedItem, ...]


@dataclass(frozen=True, slots=True)
class Pulls:
    """Pages taken from a data platform as a unit's file (汇聚信封).

    ``asks_cursor``, ``asks_since`` and ``asks_until`` name what is asked; ``rows``, ``sequence``
    and ``next_cursor`` what comes. ``columns`` of each row are those of the mapping, no others.
    """

    unit: str
    asks_cursor: str
    asks_since: str
    asks_until: str
    rows: str
    sequence: str
    next_cursor: str
    answer: Acknowledgement
    item: MappedItem


@dataclass(frozen=True, slots=True)
class Checks:
    """A check asked and answered under the other platform's names (核查信封).

    ``asks`` maps uscc, matter, purpose and case_no; ``answers`` parts of our answer.
    """

    asks: tuple[MappedField, ...]
    answers: tuple[MappedField, ...]


@dataclass(frozen=True, slots=True)
class Adapter:
    """One platform that we exchange with: exactly one of ``sends``, ``pulls``, ``checks`` (适配器).

    ``legacy`` says ``md5`` where ``signing`` does; ``app_key`` is the name we have there, no
    secret: secrets are files of the platform's folder.
    """

    adapter: str
    name: Label
    basis: tuple[Citation, ...]
    address: str = ""
    signing: Signing = Signing.HMAC
    legacy: str = ""
    app_key: str = ""
    sends: Sends | None = None
    pulls: Pulls | None = None
    checks: Checks | None = None
    illustrative: bool = False

    @property
    def style(self) -> str:
        """``sends``, ``pulls`` or ``checks``; empty where it is none or several."""
        given = [n for n in ("sends", "pulls", "checks") if getattr(self, n) is not None]
        return given[0] if len(given) == 1 else ""


def translate(field: MappedField, value: str) -> str:
    """Return a value in their codes; empty for one that has none.

    >>> translate(MappedField("a", "b", (Translated("罚款", "03"),)), "罚款")
    '03'
    """
    if len(field.codes) == 0:
        return value
    return next((code.theirs for code in field.codes if code.ours == value), "")


def translate_back(field: MappedField, value: str) -> str:
    """Return a value of theirs in our codes; one that is unknown stays, for the validator to see.

    >>> translate_back(MappedField("a", "b", (Translated("罚款", "03"),)), "99")
    '99'
    """
    return next((code.ours for code in field.codes if code.theirs == value), value)


def told_in(fields: tuple[MappedField, ...], values: Mapping[str, str]) -> dict[str, str]:
    """Return values of ours under their names and in their codes; what we lack is empty.

    >>> told_in((MappedField("a", "b"), MappedField("c", "d")), {"a": "1"})
    {'b': '1', 'd': ''}
    """
    return {field.theirs: translate(field, values.get(field.ours, "")) for field in fields}


def read_in(fields: tuple[MappedField, ...], values: Mapping[str, str]) -> dict[str, str]:
    """Return values of theirs under our names and in our codes.

    >>> read_in((MappedField("a", "b"),), {"b": "1"})
    {'a': '1'}

    Raises:
        KeyError: they lack a field.
    """
    return {field.ours: translate_back(field, values[field.theirs]) for field in fields}
