"""Which organisation a record is attached to, and what then may be public."""

import pytest

from gongxin.ledger.models import OtherName, Subject
from tests.fixtures.penalties import code, penalty, write_csv
from tests.fixtures.platform import ECOLOGY, Platform, counts, current

pytestmark = pytest.mark.django_db

LICENCE = {
    "XK_XDR_MC": "示例1号有限公司",
    "XK_XDR_LB": "法人及非法人组织",
    "XK_XDR_SHXYM": code(1),
    "XK_FRDB": "示某",
    "XK_XKWS": "示例许可决定书",
    "XK_WSH": "盘环许〔2026〕1号",
    "XK_XKLB": "普通",
    "XK_XKZS": "",
    "XK_XKBH": "",
    "XK_NR": "示例许可",
    "XK_JDRQ": "2026-05-10",
    "XK_YXQ": "2026-05-10",
    "XK_YXQZ": "2026-05-10",
    "XK_YXQZI": "2029-05-10",
    "XK_XKJG": "盘锦市生态环境局",
    "XK_XKJGDM": ECOLOGY,
    "XK_ZT": "1",
    "XK_LYDW": "盘锦市生态环境局",
    "XK_LYDWDM": ECOLOGY,
}


def penalties(platform: Platform, tmp_path, *rows):
    platform.take(write_csv(tmp_path / f"{platform.taken}.csv", rows))


def licence(platform: Platform, tmp_path, **changes):
    columns = platform.release.items["administrative-licence"].columns
    row = {name: (LICENCE | changes).get(name, "") for name in columns if name in LICENCE}
    outcome = platform.take(write_csv(tmp_path / f"{platform.taken}.csv", [row]))
    assert [f for f in outcome.findings if f.level == "error"] == []


def test_a_valid_code_of_an_unknown_organisation_creates_it(platform: Platform, tmp_path):
    penalties(platform, tmp_path, penalty(1))

    (subject,) = Subject.objects.all()
    assert (subject.uscc, subject.name) == (code(1), "示例1号有限公司")
    assert (subject.kind, subject.form, subject.source) == ("organisation", "company", "record")


def test_a_known_organisation_is_not_created_again(platform: Platform, tmp_path):
    penalties(platform, tmp_path, penalty(1), penalty(1, CF_WSH="盘环罚〔2026〕2号"))
    penalties(platform, tmp_path, penalty(1, CF_WSH="盘环罚〔2026〕3号"))

    assert Subject.objects.count() == 1
    assert len(current(subject=code(1))) == 3


def test_the_name_stays_required_where_the_organisation_is_known(platform: Platform, tmp_path):
    """The data standard demands it: name and code beside each other show which code is wrong."""
    penalties(platform, tmp_path, penalty(1))
    blank = penalty(1, CF_WSH="盘环罚〔2026〕2号", CF_XDR_MC="")
    outcome = platform.take(write_csv(tmp_path / "blank.csv", [blank]))

    assert [(f.column, f.code) for f in outcome.findings] == [("CF_XDR_MC", "required")]
    assert len(current(subject=code(1))) == 1


def test_a_rejected_row_creates_nothing(platform: Platform, tmp_path):
    before = counts()["ledger_subject"]

    penalties(platform, tmp_path, penalty(1, CF_JDRQ="2026-02-30"))

    assert counts()["ledger_subject"] == before == 0


def test_another_name_is_kept_and_the_adverse_record_hidden(platform: Platform, tmp_path):
    penalties(platform, tmp_path, penalty(1))
    penalties(platform, tmp_path, penalty(1, CF_WSH="2号", CF_XDR_MC="另名有限公司"))

    (other,) = OtherName.objects.all()
    assert (other.subject, other.name) == (code(1), "另名有限公司")
    assert Subject.objects.get().name == "示例1号有限公司"
    assert [record.hidden for record in current()] == ["", "unconfirmed"]


def test_another_name_within_one_file_counts_as_well(platform: Platform, tmp_path):
    penalties(platform, tmp_path, penalty(1), penalty(1, CF_WSH="2号", CF_XDR_MC="另名有限公司"))

    assert [other.name for other in OtherName.objects.all()] == ["另名有限公司"]
    assert [record.hidden for record in current()] == ["", "unconfirmed"]


def test_a_favourable_record_under_another_name_is_not_hidden(platform: Platform, tmp_path):
    penalties(platform, tmp_path, penalty(1))

    licence(platform, tmp_path, XK_XDR_MC="另名有限公司")

    (record,) = current(item="administrative-licence")
    assert (record.subject, record.hidden) == (code(1), "")
    assert OtherName.objects.count() == 1


def test_width_and_blanks_make_no_other_name(platform: Platform, tmp_path):
    penalties(platform, tmp_path, penalty(1, CF_XDR_MC="示例(A)有限公司"))
    penalties(platform, tmp_path, penalty(1, CF_WSH="2号", CF_XDR_MC="示例（ａ） 有限公司"))

    assert OtherName.objects.count() == 0
    assert [record.hidden for record in current()] == ["", ""]


def test_another_name_is_kept_once(platform: Platform, tmp_path):
    penalties(platform, tmp_path, penalty(1))
    penalties(platform, tmp_path, penalty(1, CF_WSH="2号", CF_XDR_MC="另名有限公司"))
    penalties(platform, tmp_path, penalty(1, CF_WSH="3号", CF_XDR_MC="另名有限公司"))

    assert OtherName.objects.count() == 1


KINDS = [
    ("92", "示例小吃店", "one_person", "other"),
    ("91", "示例设计工作室（个人独资）", "one_person", "other"),
    ("91", "示例有限公司", "organisation", "company"),
    ("91", "示例经营部", "unknown", "unknown"),
    ("93", "示例专业合作社", "organisation", "cooperative"),
    ("11", "示例机关", "organisation", "organ"),
    ("31", "示例律师事务所", "unknown", "law_office"),
    ("71", "示例活动场所", "organisation", "religious"),
]


def test_kind_and_form_follow_code_and_name(platform: Platform, tmp_path):
    rows = [
        penalty(n, CF_XDR_SHXYM=code(n, prefix), CF_XDR_MC=name)
        for n, (prefix, name, _, _) in enumerate(KINDS)
    ]

    penalties(platform, tmp_path, *rows)

    found = Subject.objects.values_list("uscc", "kind", "form")
    assert sorted(found) == sorted(
        (code(n, prefix), kind, form) for n, (prefix, _, kind, form) in enumerate(KINDS)
    )


@pytest.mark.parametrize("placeholder", ["0" * 17 + "X", "0" * 17 + "x", " " + "0" * 17 + "X "])
def test_a_sole_trader_without_code_is_attached_to_nobody(
    platform: Platform, tmp_path, placeholder
):
    row = penalty(1, CF_XDR_LB="个体工商户", CF_XDR_MC="个体工商户", CF_XDR_SHXYM=placeholder)

    outcome = platform.take(write_csv(tmp_path / "a.csv", [row]))

    (record,) = current()
    assert (outcome.accepted, outcome.unattached) == (1, 1)
    assert (record.subject, record.hidden) == ("", "unattached")
    assert Subject.objects.count() == 0


def test_unattached_records_of_different_traders_stay_apart(platform: Platform, tmp_path):
    rows = [
        penalty(1, CF_XDR_LB="个体工商户", CF_XDR_MC=name, CF_XDR_SHXYM="0" * 17 + "X")
        for name in ("示例面馆", "示例茶馆", "示例面馆")
    ]

    outcome = platform.take(write_csv(tmp_path / "a.csv", rows))

    assert (outcome.accepted, outcome.duplicates) == (2, 1)


def test_adverse_records_of_public_bodies_are_hidden(platform: Platform, tmp_path):
    """Organ, institution and social body; then foreign, religious and union bodies (L8)."""
    prefixes = ["11", "12", "51", "21", "71", "81"]
    rows = [penalty(n, CF_XDR_SHXYM=code(n, prefix)) for n, prefix in enumerate(prefixes)]

    penalties(platform, tmp_path, *rows)

    assert [record.hidden for record in current()] == [
        "body_not_public",
        "body_not_public",
        "body_not_public",
        "archive_only",
        "archive_only",
        "archive_only",
    ]


def test_licences_of_public_bodies_are_public(platform: Platform, tmp_path):
    licence(platform, tmp_path, XK_XDR_SHXYM=code(1, "12"))

    assert [record.hidden for record in current()] == [""]


# The form of 2015 names units only by name.

ROW_2015 = {
    "CF_WSH": "盘环罚〔2016〕1号",
    "CF_AJMC": "案",
    "CF_CFLB1": "罚款",
    "CF_SY": "示例",
    "CF_YJ": "《示例条例》第三条",
    "CF_XDR_MC": "示例1号有限公司",
    "CF_XDR_SHXYM": code(1),
    "CF_FR": "示某",
    "CF_JG": "罚款",
    "CF_JDRQ": "2016-06-22",
    "CF_JZRQ": "2017-06-22",
    "CF_XZJG": "盘锦市生态环境局",
    "CF_ZT": "0",
    "DFBM": "211100",
    "SJC": "2016-12-01",
    "BZ": "",
}


@pytest.mark.parametrize("name", ["盘锦市生态环境局", "盘锦市 生态环境局"])
def test_the_unit_is_found_by_its_name(platform: Platform, tmp_path, name):
    outcome = platform.take(write_csv(tmp_path / "a.csv", [ROW_2015 | {"CF_XZJG": name}]))

    (record,) = current()
    assert outcome.profile == "double-publicity-2015"
    assert record.authority == record.payload["CF_SJLYDM"] == ECOLOGY
    assert record.payload["CF_XDR_LB"] == "法人及非法人组织"


@pytest.mark.parametrize("name", ["盘锦市生态环境", "盘锦市生态环境局某分局", "无此机关"])
def test_an_unknown_name_of_a_unit_is_a_fault(platform: Platform, tmp_path, name):
    rows = [ROW_2015 | {"CF_XZJG": name}, ROW_2015]

    outcome = platform.take(write_csv(tmp_path / "a.csv", rows))

    faults = {(f.row, f.column, f.code) for f in outcome.findings if f.level == "error"}
    assert {row for row, _, _ in faults} == {1}
    assert {column for _, column, _ in faults} <= {"CF_CFJGDM", "CF_SJLYDM"}
    assert [record.row for record in current()] == [2]


def test_the_kind_of_a_code_92_is_sole_trader(platform: Platform, tmp_path):
    row = ROW_2015 | {"CF_XDR_SHXYM": code(1, "92"), "CF_XDR_MC": "示例店"}

    platform.take(write_csv(tmp_path / "a.csv", [row]))

    assert current()[0].payload["CF_XDR_LB"] == "个体工商户"


# Whose statement, and which unit.


def test_a_record_says_whose_statement_it_is(platform: Platform, tmp_path):
    penalties(platform, tmp_path, penalty(1))

    assert [record.record_class for record in current()] == ["public"]


def test_any_unit_may_hand_in_what_another_decided(platform: Platform, tmp_path):
    penalties(platform, tmp_path, penalty(1))

    (record,) = current()
    assert (record.unit, record.authority) == ("1121110005260181XL", ECOLOGY)


def test_a_protected_legal_basis_is_refused(platform: Platform, tmp_path):
    """legal.md L8 by legal basis; the other row is posted."""
    rows = [penalty(1, CF_YJ="《宗教事务条例》第三条"), penalty(2)]

    outcome = platform.take(write_csv(tmp_path / "a.csv", rows))

    assert [(f.row, f.code) for f in outcome.findings] == [(1, "protected_matter")]
    assert [record.row for record in current()] == [2]


def test_a_text_that_names_a_protected_matter_is_held(platform: Platform, tmp_path):
    penalties(platform, tmp_path, penalty(1, CF_SY="当事人信访后经查"))

    assert [record.hidden for record in current()] == ["held"]


def test_a_short_name_under_a_companys_code_is_kept_nowhere(platform: Platform, tmp_path):
    """It may be that of a person whom somebody entered under the company's code."""
    penalties(platform, tmp_path, penalty(1))
    penalties(platform, tmp_path, penalty(1, CF_WSH="2号", CF_XDR_MC="示例甲"))

    assert OtherName.objects.count() == 0


def test_the_most_protective_of_all_names_decides_the_kind(platform: Platform, tmp_path):
    penalties(platform, tmp_path, penalty(1))
    penalties(platform, tmp_path, penalty(1, CF_WSH="2号", CF_XDR_MC="示例工作室（个人独资）"))

    assert Subject.objects.get(uscc=code(1)).kind == "one_person"
