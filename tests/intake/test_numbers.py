"""Which other numbers of which organisations are kept, and which never (3-17, 3-20)."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from gongxin.core import uscc
from gongxin.core.identifiers import CodeKind
from gongxin.ledger import queries
from gongxin.ledger.models import OtherCode, Subject
from gongxin.ledger.queries import SeenCode
from tests.fixtures.penalties import code, penalty, resident_number, write_csv
from tests.fixtures.platform import Platform, contents

pytestmark = pytest.mark.django_db

# Invented: office 211100, serials 1 and 2, check digits by ISO 7064 MOD 11,10 worked by hand.
REGISTRATION = "211100000000013"
OTHER_REGISTRATION = "211100000000021"
ORGANISATION = "748204660"
NUMBERS = {
    "CF_XDR_GSZC": "２１１１００ 000000013",
    "CF_XDR_ZZJG": code(1)[8:17],
    "CF_XDR_SWDJ": f"211100{ORGANISATION}",
    "CF_XDR_SYDW": "事证第121110000123号",
    "CF_XDR_SHZZ": "（盘）社证字第12号",
}
OLD_RESIDENT = "211100750310272"


def take(platform: Platform, tmp_path, *rows):
    return platform.take(write_csv(tmp_path / f"{platform.taken}.csv", rows))


def kept() -> set[tuple[str, str, str]]:
    return set(OtherCode.objects.values_list("subject", "kind", "code"))


def test_every_item_that_has_such_fields_names_them(platform):
    endings = ("_GSZC", "_ZZJG", "_SWDJ", "_SYDW", "_SHZZ", "_ZCH")
    fields = {
        name
        for item in platform.release.content.items
        for name in item.columns
        if name.endswith(endings) or name == "regno"
    }

    named = [pair for item in platform.release.content.items for pair in item.other_codes]

    assert {name for _, name in named} == fields
    assert len(named) == 10 * len(CodeKind) + 2
    assert (CodeKind.TAX, "CF_XDR_SWDJ") in named


def test_numbers_of_an_organisation_are_kept_in_one_way_of_writing(platform, tmp_path):
    outcome = take(platform, tmp_path, penalty(1, **NUMBERS))

    assert outcome.accepted == 1
    assert kept() == {
        (code(1), "registration", REGISTRATION),
        (code(1), "organisation", code(1)[8:17]),
        (code(1), "tax", f"211100{ORGANISATION}"),
        (code(1), "institution", "121110000123"),
        (code(1), "social", "盘社证字第12号"),
    }


def test_an_organisation_code_of_somebody_else_is_not_kept(platform, tmp_path):
    take(platform, tmp_path, penalty(1, CF_XDR_ZZJG=code(2)[8:17]))

    assert kept() == set()


def test_a_row_that_ended_long_ago_gives_no_number(platform, tmp_path):
    days = {"CF_JDRQ": "2016-05-10", "CF_YXQ": "2017-05-10"}
    take(platform, tmp_path, penalty(1, CF_XDR_GSZC=REGISTRATION, **days))

    assert kept() == set()


def test_a_number_is_kept_once_with_the_day_it_was_first_seen(platform, tmp_path):
    take(platform, tmp_path, penalty(1, CF_XDR_GSZC=REGISTRATION))
    (first,) = OtherCode.objects.all()
    take(platform, tmp_path, penalty(1, CF_WSH="2号", CF_XDR_GSZC=f" {REGISTRATION}"))

    (found,) = OtherCode.objects.all()
    assert (found.batch, found.seen_at) == (first.batch, first.seen_at)
    assert queries.other_codes(code(1)) == (
        SeenCode(CodeKind.REGISTRATION, REGISTRATION, date(2026, 11, 23)),
    )


def test_a_second_number_stands_beside_the_first(platform, tmp_path):
    take(platform, tmp_path, penalty(1, CF_XDR_GSZC=REGISTRATION))
    take(platform, tmp_path, penalty(1, CF_WSH="2号", CF_XDR_GSZC=OTHER_REGISTRATION))

    assert [seen.code for seen in queries.other_codes(code(1))] == [
        REGISTRATION,
        OTHER_REGISTRATION,
    ]


def test_a_number_that_two_organisations_have_is_neithers(platform, tmp_path):
    rows = [penalty(n, CF_XDR_GSZC=REGISTRATION) for n in (1, 2)]

    take(platform, tmp_path, *rows)

    assert OtherCode.objects.count() == 2
    assert queries.other_codes(code(1)) == queries.other_codes(code(2)) == ()


@pytest.mark.parametrize(
    "row",
    [
        penalty(1, CF_XDR_GSZC="211100000000012"),  # the check digit
        penalty(1, CF_XDR_GSZC=code(1)),
        penalty(1, CF_XDR_GSZC=OLD_RESIDENT),
        penalty(1, CF_XDR_SWDJ=OLD_RESIDENT),
        penalty(1, CF_XDR_SWDJ=f"{OLD_RESIDENT}00000"),
        penalty(1, CF_XDR_SWDJ=resident_number(1)),
        penalty(1, CF_XDR_SWDJ=f"{resident_number(1)}00"),
        penalty(1, CF_XDR_GSZC=resident_number(1)),
        penalty(1, CF_XDR_SYDW="13800000000"),
        penalty(1, CF_XDR_SHZZ="示某13800000000"),
        penalty(1, CF_XDR_ZZJG="E12345678"),
        penalty(1, CF_FRDB="示某", CF_FR_ZJLX="身份证", CF_FR_ZJHM=resident_number(1)),
        penalty(1, CF_FR_ZJHM=REGISTRATION, CF_XDR_ZJHM=REGISTRATION),
        penalty(1, CF_CXLB="01", **NUMBERS),  # hidden: what may not be published may not act
        penalty(1, CF_XDR_MC="示例一号商行", **NUMBERS),  # of a kind that is not known
        penalty(1, CF_XDR_MC="示例工作室（个人独资）", **NUMBERS),
        penalty(1, CF_XDR_LB="个体工商户", CF_XDR_SHXYM=code(1, "92"), **NUMBERS),
        penalty(1, CF_XDR_LB="个体工商户", CF_XDR_SHXYM=uscc.PLACEHOLDER, **NUMBERS),
        penalty(1, CF_XDR_MC="示例庙", CF_XDR_SHXYM=code(1, "71"), **NUMBERS),
    ],
    ids=str,
)
def test_what_may_be_a_persons_or_nobodys_is_not_kept(platform, tmp_path, row):
    outcome = take(platform, tmp_path, row)

    assert outcome.accepted == 1
    assert kept() == set()


def test_a_row_that_is_refused_leaves_no_number(platform, tmp_path):
    take(platform, tmp_path, penalty(1))
    before = contents()["ledger_other_code"]

    outcome = take(platform, tmp_path, penalty(1, CF_JDRQ="2026-02-30", **NUMBERS))

    assert outcome.rejected == 1
    assert contents()["ledger_other_code"] == before == []


def test_a_row_about_a_person_leaves_no_number(platform, tmp_path):
    row = penalty(
        1,
        CF_XDR_LB="自然人",
        CF_XDR_MC="示某某",
        CF_XDR_SHXYM="",
        CF_XDR_ZJLX="身份证",
        CF_XDR_ZJHM=resident_number(1),
        **NUMBERS,
    )

    outcome = take(platform, tmp_path, row)

    assert outcome.personal == 1
    assert kept() == set()


def test_a_row_under_another_name_gives_no_number(platform, tmp_path):
    """It may be about another organisation: nobody has confirmed it."""
    take(platform, tmp_path, penalty(1))

    outcome = take(
        platform, tmp_path, penalty(1, CF_WSH="2号", CF_XDR_MC="另名有限公司", **NUMBERS)
    )

    assert outcome.accepted == 1
    assert kept() == set()


def test_a_number_attaches_no_row(platform, tmp_path):
    """The register will: until then a row without a code is nobody's."""
    take(platform, tmp_path, penalty(1, **NUMBERS))
    before = Subject.objects.count()

    outcome = take(platform, tmp_path, penalty(1, CF_XDR_SHXYM="", CF_WSH="2号", **NUMBERS))

    assert (outcome.accepted, outcome.rejected) == (0, 1)
    assert Subject.objects.count() == before


def test_who_turns_out_to_be_one_person_loses_the_numbers(platform, tmp_path):
    take(platform, tmp_path, penalty(1, **NUMBERS))
    take(platform, tmp_path, penalty(2, CF_XDR_GSZC=OTHER_REGISTRATION))

    turned = penalty(1, CF_WSH="2号", CF_XDR_MC="示例工作室（个人独资）", **NUMBERS)
    take(platform, tmp_path, turned)

    assert Subject.objects.get(uscc=code(1)).kind == "one_person"
    assert kept() == {(code(2), "registration", OTHER_REGISTRATION)}


def test_a_file_without_the_columns_is_taken_as_before(platform, tmp_path):
    outcome = take(platform, tmp_path, penalty(1), penalty(2))

    assert outcome.accepted == 2
    assert kept() == set()


@pytest.mark.parametrize(
    ("kind", "number"),
    [("registration", resident_number(1)), ("tax", f"{OLD_RESIDENT}00"), ("passport", "E1")],
)
def test_the_table_takes_no_number_as_long_as_a_persons(kind, number):
    row = {"subject": code(1), "kind": kind, "code": number, "batch": "b"}

    with pytest.raises(IntegrityError), transaction.atomic():
        OtherCode.objects.create(**row, seen_at="2026-11-23T02:00:00Z")

    assert OtherCode.objects.count() == 0
