"""gongxin template: a workbook by the rules in force, beside nothing that is there already."""

from python_calamine import CalamineWorkbook

from gongxin import law
from gongxin.intake import marks
from tests.fixtures.law import demo_release


def made_platform(nowhere):
    (nowhere / "home").mkdir()
    law.store(nowhere / "home", demo_release())


def test_a_template_is_written_under_the_name_of_its_item(gongxin, nowhere):
    made_platform(nowhere)

    said = gongxin("template", "honour", "--json")

    current = marks.template_of(demo_release().items["honour"])
    assert said.code == 0
    assert said.document == {
        "file": "honour.xlsx",
        "item": "honour",
        "edition": current.edition,
        "hash": current.hash,
    }
    book = CalamineWorkbook.from_path("honour.xlsx")
    assert book.sheet_names == ["数据", "填报说明", "_codes"]


def test_people_read_what_was_written(gongxin, nowhere):
    made_platform(nowhere)

    said = gongxin("template", "administrative-penalty", "--out", "行政处罚.xlsx")

    assert said.code == 0
    assert said.out.startswith(
        "行政处罚.xlsx: 行政处罚 (administrative-penalty), edition 2024, sha"
    )
    assert (nowhere / "行政处罚.xlsx").is_file()


def test_a_file_that_is_there_is_not_replaced(gongxin, nowhere):
    made_platform(nowhere)
    (nowhere / "honour.xlsx").write_text("filled in", encoding="utf-8")

    said = gongxin("template", "honour")

    assert said.code == 1
    assert "there is a file honour.xlsx already; name another with --out" in said.err
    assert (nowhere / "honour.xlsx").read_text(encoding="utf-8") == "filled in"


def test_an_unknown_item_is_wrong_use(gongxin, nowhere):
    made_platform(nowhere)

    said = gongxin("template", "penalties")

    assert said.code == 2
    assert "unknown type penalties; known: abnormal-operation-list, " in said.err
    assert [path.name for path in nowhere.iterdir()] == ["home"]


def test_without_a_platform_nothing_is_written(gongxin, nowhere):
    said = gongxin("template", "honour")

    assert said.code == 1
    assert "there is no platform here yet" in said.err
    assert list(nowhere.iterdir()) == []
