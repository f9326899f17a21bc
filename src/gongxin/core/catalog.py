"""The catalog: what may be a record of public credit information, field by field (目录).

A catalog item is the only definition of a record type. Files, forms, validation, publication and
models read it; nothing else says what a penalty or a licence is. Field attributes follow the
template of the national platform family (docs/domain/data-standards.md, 2.12).
"""

from dataclasses import dataclass, field
from enum import StrEnum

from gongxin.core.citation import Citation, Label
from gongxin.core.identifiers import CodeKind


class DataType(StrEnum):
    """Kinds of value a field holds (数据类型)."""

    TEXT = "text"
    ENUM = "enum"  # exactly one of optionalRange
    ENUMS = "enums"  # one or more of optionalRange, separated by ; ； 、 ,
    NUMBER = "number"  # N..18,6
    INTEGER = "integer"
    DATE = "date"
    FLAG = "flag"  # 是 / 否


class PublicRange(StrEnum):
    """Who may see a field (公开范围)."""

    PUBLIC = "public"  # 社会公开
    SHARED = "shared"  # 政务共享
    AUTHORISED = "authorised"  # 授权查询
    NONE = "none"  # never leaves the platform


class Nature(StrEnum):
    """What a record says about its subject (信息性质)."""

    ADVERSE = "adverse"
    FAVOURABLE = "favourable"
    NEUTRAL = "neutral"


class Phase(StrEnum):
    """Where an act stands in the life of a subject (监管环节: 事前、事中、事后)."""

    BEFORE = "before"  # 事前: entry, promises, agreements
    DURING = "during"  # 事中: inspection, grading, payments, good conduct
    AFTER = "after"  # 事后: penalties, lists, repair


class RecordClass(StrEnum):
    """Whose statement a record is (0-51: public and market information stay apart)."""

    PUBLIC = "public"
    MARKET = "market"
    SELF_DECLARED = "self-declared"


@dataclass(frozen=True, slots=True)
class Code:
    """What a code of ``optional_range`` stands for (代码含义)."""

    value: str
    name: Label


@dataclass(frozen=True, slots=True)
class Field:
    """One field of an item (数据项).

    ``required`` is ``yes``, ``no`` or a condition in the rule language. ``data_length`` counts
    characters. An ``optional_range`` value ending in ``*`` allows any continuation (其他-…).
    ``codes`` name the values that say nothing to a reader. ``desensitization`` and its rule (how
    many characters would stay at both ends) are checked by the lint and applied nowhere: the fields
    that have them are split off or not public.
    """

    identify: str
    name: Label
    data_type: DataType
    data_length: int = 0
    optional_range: tuple[str, ...] = ()
    codes: tuple[Code, ...] = ()
    required: str = "no"
    desensitization: bool = False
    desensitization_rule: tuple[int, ...] = ()
    publication_range: PublicRange = PublicRange.PUBLIC
    remarks: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """A check that a row must pass: ``when`` is true for a row at fault (校验规则)."""

    code: str
    column: str
    when: str
    message: Label
    level: str = "error"  # error rejects the row, warning does not
    cite: tuple[Citation, ...] = ()


@dataclass(frozen=True, slots=True)
class Roles:
    """Which field plays which part; an empty text means that the item has no such field.

    ``certificate_no`` is a number that the record has besides its document's: of a licence, of an
    entry on a list. The last five name other numbers of the subject (``core.identifiers``).
    """

    subject_name: str
    subject_code: str
    decided_on: str
    authority_name: str
    authority_code: str
    source_name: str = ""
    source_code: str = ""
    subject_kind: str = ""
    document_no: str = ""
    certificate_no: str = ""
    headline: str = ""  # heads a record where one is shown; without it the document number does
    legal_representative: str = ""
    person_id: str = ""
    person_id_type: str = ""
    valid_until: str = ""
    public_type: str = ""
    stated_until: str = ""  # the unit's own end of publicity, only ever shortens
    stated_class: str = ""  # the unit's own failing class
    registration_no: str = ""
    organisation_code: str = ""
    tax_no: str = ""
    institution_no: str = ""
    social_no: str = ""


@dataclass(frozen=True, slots=True)
class Split:
    """Fields about people that leave the row before the ledger (legal.md L4).

    ``keep`` stores them encrypted in the personal store; otherwise they are dropped.
    """

    fields: tuple[str, ...] = ()
    keep: bool = False


@dataclass(frozen=True, slots=True)
class Persons:
    """The clause under which rows about natural persons may be sealed and for how long."""

    retention_months: int
    cite: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Defaults:
    """Values that a source without the column gets: ``field`` to ``value`` (first-class codes)."""

    field: str
    value: str


@dataclass(frozen=True, slots=True)
class Item:
    """A record type of the catalog (目录项).

    ``section`` is where a record stands in the archive, ``phase`` how the timeline marks it.
    ``deadline_working_days`` counts from the decision to the report. ``adverse_when`` makes a
    record adverse only when the condition holds (a commitment that was broken). ``key`` names the
    fields that together are one act. ``channel`` says who decides a repair (legal.md L2).
    ``confirm_days`` is how long an entry shows without being confirmed by its source (legal.md L7).
    ``public_months`` ends the publicity of a favourable or neutral record (0: only its own end).
    ``list_entry`` marks entries of a list (名单). ``bodies_public`` lets adverse records of organs,
    institutions and social organisations be public (rules.md 39: else they are not).
    ``complete_when`` holds for a record that has what publication needs (legal.md L7). ``screened``
    are the text fields that the safeguards read.
    """

    item: str
    name: Label
    edition: str
    layer: str
    category: str
    section: str
    phase: Phase
    basis: tuple[Citation, ...]
    owner: str
    deadline_working_days: int
    public_type: PublicRange
    record_class: RecordClass
    nature: Nature
    channel: str
    subjects: tuple[str, ...]
    roles: Roles
    key: tuple[str, ...]
    fields: tuple[Field, ...]
    adverse_when: str = ""
    complete_when: str = ""
    confirm_days: int = 0
    public_months: int = 0
    bodies_public: bool = False
    list_entry: bool = False
    screened: tuple[str, ...] = ()
    persons: Persons | None = None
    split: Split = field(default_factory=Split)
    defaults: tuple[Defaults, ...] = ()
    rules: tuple[Rule, ...] = ()
    illustrative: bool = False

    def field_of(self, identify: str) -> Field:
        """Return the field with the code.

        Raises:
            KeyError: the item has no such field.
        """
        for candidate in self.fields:
            if candidate.identify == identify:
                return candidate
        raise KeyError(identify)

    @property
    def columns(self) -> tuple[str, ...]:
        """All field codes in the catalog's order."""
        return tuple(candidate.identify for candidate in self.fields)

    @property
    def record_numbers(self) -> tuple[str, ...]:
        """The public fields by whose numbers anybody finds a record; none if it is not public."""
        if self.public_type is not PublicRange.PUBLIC:
            return ()
        named = dict.fromkeys((self.roles.document_no, self.roles.certificate_no))
        return tuple(name for name in named if name in self._public_fields)

    @property
    def other_codes(self) -> tuple[tuple[CodeKind, str], ...]:
        """Which public field holds which other number of the subject, as (kind, field code)."""
        roles = self.roles
        named = (
            (CodeKind.REGISTRATION, roles.registration_no),
            (CodeKind.ORGANISATION, roles.organisation_code),
            (CodeKind.TAX, roles.tax_no),
            (CodeKind.INSTITUTION, roles.institution_no),
            (CodeKind.SOCIAL, roles.social_no),
        )
        shown = self._public_fields
        return tuple((kind, name) for kind, name in named if name in shown)

    @property
    def _public_fields(self) -> frozenset[str]:
        public = {f.identify for f in self.fields if f.publication_range is PublicRange.PUBLIC}
        return frozenset(public.difference(self.split.fields))
