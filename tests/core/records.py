"""The smallest items and clauses that tests of core put together."""

from gongxin.core.catalog import (
    DataType,
    Field,
    Item,
    Nature,
    Phase,
    PublicRange,
    RecordClass,
    Roles,
    Rule,
)
from gongxin.core.citation import Citation, Label

CITE = (Citation("act", "第一条"),)
CODE = "91320100748204660Q"
NAME = Label("名", "name")


def field(identify: str, data_type: DataType = DataType.TEXT, **more: object) -> Field:
    return Field(identify=identify, name=NAME, data_type=data_type, **more)  # type: ignore[arg-type]


ROLES = Roles(
    subject_name="MC",
    subject_code="DM",
    subject_kind="LB",
    decided_on="RQ",
    authority_name="JG",
    authority_code="JGDM",
    source_code="LYDM",
    person_id="ZJHM",
    person_id_type="ZJLX",
    valid_until="YXQ",
    public_type="GKLX",
    stated_until="GSJZ",
    stated_class="CD",
)
FIELDS = (
    field("MC", required="yes", data_length=4),
    field("DM"),
    field("LB"),
    field("RQ", DataType.DATE),
    field("JG"),
    field("JGDM"),
    field("LYDM"),
    field("ZJHM"),
    field("ZJLX"),
    field("YXQ", DataType.DATE),
    field("GKLX"),
    field("GSJZ", DataType.DATE),
    field("CD"),
    field("JE", DataType.NUMBER, required="contains(CFLB, '罚款')"),
    field("CFLB", DataType.ENUMS, optional_range=("警告", "罚款", "其他-*"), data_length=12),
    field("ZT", DataType.ENUM, optional_range=("有效", "其他*"), data_length=4),
    field("GS", DataType.FLAG),
    field("RS", DataType.INTEGER),
)


def item(**changes: object) -> Item:
    values: dict[str, object] = {
        "item": "penalty",
        "name": NAME,
        "edition": "1",
        "layer": "base",
        "category": "",
        "section": "",
        "phase": Phase.AFTER,
        "basis": CITE,
        "owner": "",
        "deadline_working_days": 7,
        "public_type": PublicRange.PUBLIC,
        "record_class": RecordClass.PUBLIC,
        "nature": Nature.ADVERSE,
        "channel": "creditchina",
        "subjects": ("organisation", "one_person"),
        "roles": ROLES,
        "key": ("JG", "DM"),
        "fields": FIELDS,
        "rules": (Rule("order", "YXQ", "day(YXQ) < day(RQ)", NAME, cite=CITE),),
    }
    return Item(**(values | changes))  # type: ignore[arg-type]
