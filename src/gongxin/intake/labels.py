"""Names of coded values: what people pick from a list, and the code that is meant (代码与名称)."""

from gongxin.core.catalog import DataType, Field
from gongxin.core.documents import normalise_name
from gongxin.engines.texts import fold, text

FLAGS = ("是", "否")


def codes_by_label(field: Field) -> dict[str, str]:
    """Return the code of each folded name that means exactly one code.

    A name that two codes share, or that is a code itself, means none: such a cell stays as it is
    and the check of the list refuses it. Where several values may stand in a cell, none is a name.
    """
    if field.data_type is not DataType.ENUM:
        return {}
    labels = [normalise_name(code.name.zh) for code in field.codes]
    taken = {normalise_name(option) for option in field.optional_range}
    return {
        label: code.value
        for label, code in zip(labels, field.codes, strict=True)
        if labels.count(label) == 1 and label not in taken
    }


def choices_of(field: Field) -> tuple[str, ...]:
    """Return what a drop-down offers for the field: names where there are any, else the values."""
    if field.data_type is DataType.FLAG:
        return FLAGS
    known = codes_by_label(field)
    names = {c.value: c.name.zh for c in field.codes if normalise_name(c.name.zh) in known}
    # What ends in * may be continued by anything: nobody picks it.
    return tuple(names.get(o, o) for o in field.optional_range if not o.endswith("*"))


def coded(value: str, field: Field) -> str:
    """Write a cell as SQL in which the name of a code is the code."""
    known = codes_by_label(field)
    if not known:
        return value
    whens = " ".join(f"WHEN {text(label)} THEN {text(code)}" for label, code in known.items())
    return f"CASE {fold(value)} {whens} ELSE {value} END"
