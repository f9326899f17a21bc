"""What a file says of natural persons is sealed or dropped, and can be read nowhere else."""

import json
from dataclasses import replace

import pytest

from gongxin.core.privacy import MARK
from gongxin.law import Release
from gongxin.ledger import segments
from gongxin.personal import keys, sealing
from gongxin.personal.models import Sealed
from tests.fixtures.penalties import ORGANISATION, code, penalty, person, resident_number, write_csv
from tests.fixtures.platform import MARKET, MARKET_NAME, Platform, contents, counts, current

pytestmark = pytest.mark.django_db

NAME = "缪骐骥"  # canaries: nobody's, found by no other word
NUMBER = resident_number(7)


def everywhere(platform: Platform, *outcomes: object) -> str:
    """All that is readable: tables, outcomes, segments as they are scanned, files as they lie."""
    con, _ = segments.open_scan(platform.home, head=2**40)
    scanned = con.execute("SELECT columns(*)::VARCHAR FROM entry").fetchall()
    con.close()
    files = [path for path in platform.home.rglob("*") if path.is_file()]
    lying = [path.read_bytes().decode("utf-8", "replace") for path in files]
    names = [path.name for path in files]
    return "\n".join(map(str, [contents(), outcomes, scanned, names, lying]))


def canary(**changes: str) -> dict[str, str]:
    return person(1, CF_XDR_MC=NAME, CF_XDR_ZJHM=NUMBER) | changes


def test_a_row_about_a_person_is_sealed_and_counted(platform: Platform, tmp_path):
    outcome = platform.take(write_csv(tmp_path / "a.csv", [canary(), penalty(1)]))

    (sealed,) = Sealed.objects.all()
    assert (outcome.rows, outcome.personal, outcome.accepted) == (2, 1, 1)
    assert (sealed.purpose, sealed.item) == ("row", "administrative-penalty")
    assert (sealed.algorithm, sealed.record_id) == ("aes-256-gcm", "")
    assert str(sealed.retain_until) == "2029-11-23"  # 36 months from 2026-11-23
    assert [record.row for record in current()] == [2]


def test_a_person_is_no_subject(platform: Platform, tmp_path):
    platform.take(write_csv(tmp_path / "a.csv", [canary()]))

    assert contents()["ledger_subject"] == []
    assert contents()["ledger_other_name"] == []
    assert contents()["ledger_entry"] == []


def test_name_and_number_are_readable_nowhere(platform: Platform, tmp_path):
    outcome = platform.take(write_csv(tmp_path / "a.csv", [canary(), penalty(1)]))
    segments.export(platform.home, head=2**40, minimum=1)

    found = everywhere(platform, outcome)
    assert NAME not in found
    assert NUMBER not in found


def test_findings_of_a_rejected_person_say_nothing_of_them(platform: Platform, tmp_path):
    """A code beside a person, a day that is none, a procedure that is none, an overlong name."""
    wrong = {"CF_XDR_SHXYM": code(1), "CF_JDRQ": f"{NAME}日", "CF_CXLB": NAME}
    rows = [canary(**wrong), canary(CF_XDR_MC=NAME * 100), canary(CF_XDR_ZJHM=f"{NUMBER}/{NAME}")]

    outcome = platform.take(write_csv(tmp_path / "a.csv", rows))

    codes = {(finding.row, finding.code) for finding in outcome.findings}
    found = everywhere(platform, outcome)
    assert outcome.rejected == 2
    assert {(1, "person_with_uscc"), (1, "bad_date"), (2, "too_long")} <= codes
    assert (3, "resident_id_form") in codes
    assert NAME not in found
    assert NUMBER not in found


def test_findings_of_a_misspelt_person_show_the_misspelling_alone(platform: Platform, tmp_path):
    kinds = ["自然人(公民)", "自 然 人", "个人"]
    wrong = {"CF_XDR_SHXYM": NAME, "CF_FRDB": NAME * 60, "CF_JDRQ": f"{NAME}日"}
    rows = [canary(CF_XDR_LB=kind, **wrong) for kind in kinds]

    outcome = platform.take(write_csv(tmp_path / "a.csv", rows))

    shown = [(f.row, f.column, f.value) for f in outcome.findings if f.value not in ("", MARK)]
    hidden = {(f.row, f.column) for f in outcome.findings if f.value == MARK}
    assert shown == [(row, "CF_XDR_LB", kind) for row, kind in enumerate(kinds, start=1)]
    assert {(1, "CF_XDR_SHXYM"), (2, "CF_FRDB"), (3, "CF_JDRQ")} <= hidden
    assert NAME not in everywhere(platform, outcome)


def test_the_key_opens_what_was_sealed(platform: Platform, tmp_path):
    row = canary()
    platform.take(write_csv(tmp_path / "a.csv", [row]))

    opened = sealing.opened(Sealed.objects.get(), keys.read(platform.home))
    assert opened == {name: value for name, value in row.items() if value} | {
        "CF_NR_FK": "2.35",
        "CF_JDRQ": "2026-05-10",
    }


def test_sent_twice_is_sealed_once(platform: Platform, tmp_path):
    platform.take(write_csv(tmp_path / "a.csv", [canary(), canary()]))
    before = contents()["personal_sealed"]

    outcome = platform.take(write_csv(tmp_path / "b.csv", [canary(), penalty(1)]))

    assert outcome.personal == 1
    assert len(before) == 1
    assert contents()["personal_sealed"] == before


def test_two_acts_about_one_person_do_not_join(platform: Platform, tmp_path):
    rows = [canary(), canary(CF_WSH="盘市罚〔2026〕0009号")]

    platform.take(write_csv(tmp_path / "a.csv", rows))

    first, second = Sealed.objects.all()
    assert first.blind_key != second.blind_key


def test_an_item_without_a_clause_for_persons_drops_them(platform: Platform, tmp_path):
    """administrative-award has no persons clause."""
    row = {
        "JL_XDR_MC": NAME,
        "JL_XDR_LB": "自然人",
        "JL_XDR_SHXYM": "",
        "JL_XDR_ZJLX": "身份证",
        "JL_XDR_ZJHM": NUMBER,
        "JL_WSH": "盘市奖〔2026〕1号",
        "JL_MC": "示例奖",
        "JL_NR": "示例",
        "JL_LB": "荣誉",
        "JL_GKLX": "可向社会公开",
        "JL_JB": "市",
        "JL_SY": "示例",
        "JL_YJ": "《示例条例》第三条",
        "JL_JDRQ": "2026-05-10",
        "JL_JG": MARKET_NAME,
        "JL_JGDM": MARKET,
        "JL_SJLY": MARKET_NAME,
        "JL_SJLYDM": MARKET,
    }
    item = platform.release.items["administrative-award"]
    row = {name: row.get(name, "") for name in item.columns}
    before = counts()

    outcome = platform.take(write_csv(tmp_path / "a.csv", [row]), item="administrative-award")

    changed = {name for name, count in counts().items() if count != before[name]}
    found = everywhere(platform, outcome)
    assert item.persons is None
    assert (outcome.rejected, outcome.personal, outcome.accepted) == (0, 1, 0)
    assert changed <= {"intake_batch", "intake_finding", "audit_row", "audit_pending"}
    assert NAME not in found
    assert NUMBER not in found


# People inside organisations' rows (legal.md L4).


def test_certificates_are_split_off_before_the_ledger(platform: Platform, tmp_path):
    row = penalty(
        1, CF_FR_ZJLX="身份证", CF_FR_ZJHM=NUMBER, CF_XDR_ZJLX="护照号", CF_XDR_ZJHM="E12"
    )

    outcome = platform.take(write_csv(tmp_path / "a.csv", [row]))
    segments.export(platform.home, head=2**40, minimum=1)

    (record,) = current()
    split = {"CF_FR_ZJLX", "CF_FR_ZJHM", "CF_XDR_ZJLX", "CF_XDR_ZJHM"}
    assert outcome.accepted == 1
    assert split.isdisjoint(record.payload)
    assert NUMBER not in everywhere(platform, outcome)
    assert Sealed.objects.count() == 0  # the item does not keep them


def test_an_item_that_keeps_particulars_seals_them(platform: Platform, tmp_path):
    """No item of the demo keeps any; this one is the penalty with ``keep``."""
    content = platform.release.content
    items = [
        replace(item, split=replace(item.split, keep=True))
        if item.item == "administrative-penalty"
        else item
        for item in content.items
    ]
    platform.release = Release(replace(content, items=tuple(items)))
    rows = [penalty(1, CF_FR_ZJLX="身份证", CF_FR_ZJHM=NUMBER), penalty(2)]

    outcome = platform.take(write_csv(tmp_path / "a.csv", rows))

    (sealed,) = Sealed.objects.all()
    record, _ = current()
    assert (sealed.purpose, sealed.record_id) == ("particulars", record.record_id)
    assert sealing.opened(sealed, keys.read(platform.home)) == {
        "CF_FR_ZJLX": "身份证",
        "CF_FR_ZJHM": NUMBER,
    }
    assert NUMBER not in everywhere(platform, outcome)


def test_a_split_field_does_not_make_a_revision(platform: Platform, tmp_path):
    platform.take(write_csv(tmp_path / "a.csv", [penalty(1)]))
    row = penalty(1, CF_FR_ZJLX="身份证", CF_FR_ZJHM=NUMBER)

    outcome = platform.take(write_csv(tmp_path / "b.csv", [row]))

    assert (outcome.accepted, outcome.duplicates) == (0, 1)


TOLD = f"联系人{NUMBER}，电话13800000000，卡6222020000000000000，邮箱a@b.cn"
MASKED = f"联系人{MARK}，电话{MARK}，卡{MARK}，邮箱{MARK}"


def test_free_texts_are_masked_in_the_record(platform: Platform, tmp_path):
    columns = ["CF_WFXW", "CF_SY", "CF_YJ", "CF_NR", "BZ"]

    outcome = platform.take(
        write_csv(tmp_path / "a.csv", [penalty(1, **dict.fromkeys(columns, TOLD))])
    )

    (record,) = current()
    assert [record.payload[column] for column in columns] == [MASKED] * 5
    assert NUMBER not in everywhere(platform, outcome)


def test_the_content_hash_is_of_the_masked_text(platform: Platform, tmp_path):
    """Other numbers at the same places are the same content: the hash tells nothing of them."""
    platform.take(write_csv(tmp_path / "a.csv", [penalty(1, CF_SY=TOLD)]))
    other = TOLD.replace(NUMBER, resident_number(8)).replace("13800000000", "13900000000")

    outcome = platform.take(write_csv(tmp_path / "b.csv", [penalty(1, CF_SY=other)]))

    assert (outcome.accepted, outcome.duplicates) == (0, 1)


def test_an_identity_number_as_code_is_rejected_and_kept_nowhere(platform: Platform, tmp_path):
    spaced = f"{NUMBER[:6]} {NUMBER[6:14]}-{NUMBER[14:]}"
    rows = [
        penalty(1, CF_XDR_LB=kind, CF_XDR_SHXYM=number, CF_XDR_MC=NAME * 70)
        for number in (NUMBER, spaced)
        for kind in (ORGANISATION, "个体工商户", "自然人", "", "不知")
    ]

    outcome = platform.take(write_csv(tmp_path / "a.csv", rows))

    found = everywhere(platform, outcome)
    assert outcome.rejected == 10
    assert {f.row for f in outcome.findings if f.code == "uscc_is_person"} == {*range(1, 11)}
    assert NUMBER not in found
    assert spaced not in found
    assert NAME not in found


def test_an_identity_number_in_a_file_name_or_header_is_not_kept(platform: Platform, tmp_path):
    rows = [penalty(1) | {f"负责人{NUMBER}": "1"}]

    outcome = platform.take(write_csv(tmp_path / f"{NUMBER}.csv", rows))

    assert outcome.accepted == 1
    assert NUMBER not in everywhere(platform, outcome)


def test_an_identity_number_in_any_other_column_is_masked(platform: Platform, tmp_path):
    """A sole trader's tax number used to be its owner's identity number."""
    columns = ["CF_XDR_SWDJ", "CF_XDR_GSZC", "CF_NR_ZKDX", "CF_XDR_MC"]

    outcome = platform.take(
        write_csv(tmp_path / "a.csv", [penalty(1, **dict.fromkeys(columns, NUMBER))])
    )

    assert outcome.accepted == 1
    assert NUMBER not in everywhere(platform, outcome)


OTHERS = f"张三13800000000 13900000000 0427-2812345 {NUMBER} {NUMBER} a@b.cn 护照E12345678"


@pytest.mark.parametrize("column", ["CF_XDR_MC", "CF_CFJG", "CF_SJLY"])
def test_names_and_numbers_of_things_are_masked_too(platform: Platform, tmp_path, column):
    platform.take(write_csv(tmp_path / "a.csv", [penalty(1, **{column: OTHERS})]))

    (record,) = current()
    masked = f"张三{MARK} {MARK} {MARK} {MARK} {MARK} {MARK} 护照{MARK}"
    assert record.payload[column] == masked


def test_a_licences_own_number_stays(platform: Platform, tmp_path):
    """Fifteen digits as an old resident number has, sixteen as a card, and one like a plate."""
    own = {"CF_XDR_GSZC": "211100750310272", "CF_XDR_SWDJ": "6222021234567890"}
    own |= {"CF_XDR_ZZJG": "辽L12345"}

    platform.take(write_csv(tmp_path / "a.csv", [penalty(1, **own)]))

    (record,) = current()
    assert {name: record.payload[name] for name in own} == own


def test_a_free_option_is_masked(platform: Platform, tmp_path):
    free = f"罚款;其他-责令张某{NUMBER}电话13800000000卡6222020000000000000改正"

    outcome = platform.take(write_csv(tmp_path / "a.csv", [penalty(1, CF_CFLB=free)]))

    assert outcome.accepted == 1
    assert current()[0].payload["CF_CFLB"] == f"罚款;其他-责令张某{MARK}电话{MARK}卡{MARK}改正"


@pytest.mark.parametrize("number", [f"盘罚{NUMBER}号", "盘罚〔2026〕1号 138 0000 0000"])
def test_a_document_number_that_holds_a_persons_is_refused(platform: Platform, tmp_path, number):
    rows = [penalty(1, CF_WSH=number), penalty(2)]

    outcome = platform.take(write_csv(tmp_path / "a.csv", rows))

    ((row, column, code_, level, value),) = [
        (f.row, f.column, f.code, f.level, f.value) for f in outcome.findings
    ]
    assert (row, column, code_, level, value) == (1, "CF_WSH", "person_number", "error", "")
    assert (outcome.accepted, outcome.rejected) == (1, 1)
    assert number not in everywhere(platform, outcome)


def test_receipts_hold_counts_only(platform: Platform, tmp_path):
    outcome = platform.take(write_csv(tmp_path / "a.csv", [canary()]))

    assert NAME not in json.dumps(outcome.receipt, ensure_ascii=False)
    assert outcome.receipt["personal"] == 1
