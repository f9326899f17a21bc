"""The workbook in which an item of the catalog is filled in (填报模板).

Sheet 数据 has the item's columns under their Chinese names, sheet 填报说明 says how, and a hidden
sheet holds the values of the drop-downs and which template it is.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from gongxin.core.catalog import DataType, Field, Item
from gongxin.core.citation import Citation
from gongxin.engines import workbook, workbooks
from gongxin.engines.workbooks import Column, Row
from gongxin.intake.labels import choices_of
from gongxin.intake.marks import MARK, Template, template_of
from gongxin.law import Release

DATA, GUIDE = "数据", "填报说明"
REQUIRED = "*"
SHOWN_CHOICES = 8  # in a comment; the guide and the drop-down have all
NARROW, WIDE, LONG = 14, 36, 200
_FORMATS = {
    DataType.TEXT: "文本",
    DataType.ENUM: "从下拉列表中选一项",
    DataType.ENUMS: "可填多项，用“；”隔开",
    DataType.NUMBER: "数值，至多18位，小数至多6位",
    DataType.INTEGER: "整数",
    DataType.DATE: "日期，写作2026-05-10",
    DataType.FLAG: "填“是”或“否”",
}
_EXAMPLES = {DataType.NUMBER: "2.35", DataType.INTEGER: "3", DataType.DATE: "2026-05-10"}
_STEPS = (
    "填写方法：",
    "1. 在“数据”表中填写，一行一条；不改列名，不并单元格，不用公式。",
    "2. 列名前有*的必填；有条件必填的，条件见下表。",
    "3. 有下拉列表的从列表中选；填代码也可以。",
    "4. 单元格均为文本格式：代码前的0不会丢失；粘贴时请选“只粘贴值”。",
    "5. 保存为.xlsx，不加密码，不含宏，然后报送。有错误的行退回更正，其余的行照常接收。",
    "6. 目录变化后须换用新模板；旧模板整份退回，不接收任何一行。",
)
_TABLE = ("列名", "字段代码", "必填", "格式", "可填内容", "示例", "说明")


def write(path: Path, item: Item, release: Release, rows: Iterable[Row] = ()) -> Template:
    """Write the item's template, with ``rows`` in the order of its fields if there are any.

    Raises:
        SheetFull: more rows than a sheet holds; nothing was written.
    """
    template = template_of(item)
    with workbooks.writing(path, _properties(template, release)) as book:
        book.table(DATA, [_column(field, item) for field in item.fields], rows)
        book.text(GUIDE, f"{item.name.zh}填报模板", _guide(item, release, template))
        lists = {_list(field): choices_of(field) for field in item.fields if choices_of(field)}
        own = (template.item, template.edition, template.hash)
        book.lists(workbook.MARKS_SHEET, {MARK: own, **lists})
    return template


def heading(field: Field) -> str:
    """Return a column's heading; what must be filled in bears a mark."""
    return (REQUIRED if field.required == "yes" else "") + field.name.zh


def _properties(template: Template, release: Release) -> dict[str, str]:
    return {
        "gongxin-item": template.item,
        "gongxin-edition": template.edition,
        "gongxin-hash": template.hash,
        "gongxin-packs": _packs(release),
    }


def _packs(release: Release) -> str:
    return "、".join(f"{pack.pack}@{pack.version}" for pack in release.content.packs)


def _list(field: Field) -> str:
    return f"list_{field.identify}"


def _column(field: Field, item: Item) -> Column:
    return Column(
        heading=heading(field),
        width=WIDE if field.data_length >= LONG else NARROW,
        note=_note(field, item),
        choices=_list(field) if choices_of(field) else "",
        required=field.required == "yes",
    )


def _note(field: Field, item: Item) -> str:
    choices = choices_of(field)
    more = "等，见下拉列表" if len(choices) > SHOWN_CHOICES else ""
    said = (
        (_necessity(field, item), ""),
        (_format(field), "格式："),
        ("、".join(choices[:SHOWN_CHOICES]) + more, "可填："),
        (_example(field), "示例："),
        (_remarks(field, item), "说明："),
    )
    return "\n".join(f"{label}{text}" for text, label in said if text)


def _necessity(field: Field, item: Item) -> str:
    if field.required in ("yes", "no"):
        return "必填" if field.required == "yes" else "选填"
    names = {one.identify: f"“{one.name.zh}”" for one in item.fields}
    said = re.sub(r"\w+", lambda word: names.get(word[0], word[0]), field.required)
    return f"符合条件时必填：{said}"


def _format(field: Field) -> str:
    limited = field.data_length > 0 and field.data_type is DataType.TEXT
    return _FORMATS[field.data_type] + (f"，至多{field.data_length}个字" if limited else "")


def _example(field: Field) -> str:
    return next(iter(choices_of(field)), _EXAMPLES.get(field.data_type, ""))


def _remarks(field: Field, item: Item) -> str:
    aside = "不进入信用档案" if field.identify in item.split.fields else ""
    return "；".join(text for text in (field.remarks, aside) if text)


def _options(field: Field) -> str:
    """All that may stand in a cell: a named code with its name, a free option with a blank."""
    names = {code.value: f"{code.value}（{code.name.zh}）" for code in field.codes}
    options = field.optional_range or choices_of(field)
    return "、".join(names.get(o, o.removesuffix("*") + "…" * o.endswith("*")) for o in options)


def _guide(item: Item, release: Release, template: Template) -> Iterator[Sequence[str]]:
    example = "（示例，未经确认）" if item.illustrative else ""
    yield (f"目录项：{item.name.zh}（{item.item}）{example}",)
    yield (f"目录版本：{template.edition}；规则包：{_packs(release)}",)
    yield (f"模板校验值：{template.hash}",)
    yield (f"报送单位：{item.owner}",)
    yield (f"报送时限：{item.deadline_working_days}个工作日内",)
    yield ("依据：" + "；".join(_cited(cite, release) for cite in item.basis),)
    yield ()
    yield from ((step,) for step in _STEPS)
    yield ()
    yield _TABLE
    for field in item.fields:
        yield (
            heading(field),
            field.identify,
            _necessity(field, item),
            _format(field),
            _options(field),
            _example(field),
            _remarks(field, item),
        )


def _cited(cite: Citation, release: Release) -> str:
    document = release.documents.get(cite.document)
    return f"{document.title if document else cite.document}{cite.article}"
