"""A profile: how one kind of source writes the items of the catalog (来源方案)."""

from dataclasses import dataclass, field

from gongxin.core.citation import Label


@dataclass(frozen=True, slots=True)
class ItemMap:
    """How a source writes one item.

    ``columns`` lists further spellings of a target field's header (codes and catalog names are
    known without listing). ``lacks`` names target fields that the source form does not have:
    rules that read them do not apply. ``same_as`` fills a lacking field from another one.
    ``money_fields`` are in ``money_unit`` (wan: 万元, yuan: 元 and converted). A file whose header
    holds every name of ``signature`` is of this profile. ``incomplete`` marks historic forms.
    """

    item: str
    columns: dict[str, tuple[str, ...]] = field(default_factory=dict)
    ignored: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()
    constants: dict[str, str] = field(default_factory=dict)
    translate: dict[str, dict[str, str]] = field(default_factory=dict)
    same_as: dict[str, str] = field(default_factory=dict)
    money_unit: str = "wan"
    money_fields: tuple[str, ...] = ()
    signature: tuple[str, ...] = ()
    incomplete: bool = False


@dataclass(frozen=True, slots=True)
class Profile:
    """A kind of source and its item maps."""

    profile: str
    name: Label
    origin: str
    items: tuple[ItemMap, ...]
