"""Words for what the catalog says in codes (目录用语)."""

from django import template
from django.utils.translation import gettext_lazy as _

from gongxin.core.catalog import DataType, PublicRange, RecordClass

RANGES = {
    PublicRange.PUBLIC: _("open to everybody"),
    PublicRange.SHARED: _("shared among government units"),
    PublicRange.AUTHORISED: _("with the subject's authorisation"),
    PublicRange.NONE: _("not given out"),
}
CLASSES = {
    RecordClass.PUBLIC: _("public credit information"),
    RecordClass.MARKET: _("market information"),
    RecordClass.SELF_DECLARED: _("self-declared"),
}
TYPES = {
    DataType.TEXT: _("text"),
    DataType.ENUM: _("one of a list"),
    DataType.ENUMS: _("some of a list"),
    DataType.NUMBER: _("number"),
    DataType.INTEGER: _("whole number"),
    DataType.DATE: _("day"),
    DataType.FLAG: _("yes or no"),
}
LAYERS = {"base": _("base catalog"), "supplement": _("supplement")}
SUBJECTS = {
    "organisation": _("organisations"),
    "one_person": _("one-person undertakings"),
    "person": _("natural persons (sealed, shown to nobody)"),
}
MEASURES = {
    "restrict": _("restriction"),
    "manage": _("management"),
    "incentive": _("incentive"),
}
MEASURE_CHIPS = {"restrict": "chip-warn", "manage": "chip-plain", "incentive": "chip-ok"}

register = template.Library()


@register.filter
def range_name(public_range: PublicRange) -> str:
    """Return who may see a kind of information or a field."""
    return str(RANGES[public_range])


@register.filter
def class_name(record_class: RecordClass) -> str:
    """Return whose statement a kind of information is."""
    return str(CLASSES[record_class])


@register.filter
def type_name(data_type: DataType) -> str:
    """Return what kind of value a field holds."""
    return str(TYPES[data_type])


@register.filter
def layer_name(layer: str) -> str:
    """Return the name of a layer of the catalog."""
    return str(LAYERS[layer])


@register.filter
def subject_name(subject: str) -> str:
    """Return whom a kind of information may be about."""
    return str(SUBJECTS[subject])


@register.filter
def measure_name(kind: str) -> str:
    """Return what kind of measure it is."""
    return str(MEASURES[kind])


@register.filter
def measure_chip(kind: str) -> str:
    """Return the look of a kind of measure; the word beside it says the same."""
    return MEASURE_CHIPS[kind]
