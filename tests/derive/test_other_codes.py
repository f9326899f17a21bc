"""Other numbers lead to an organisation's code, and to nobody else (3-17, 3-20)."""

import pytest
from django.db import connection

from gongxin.core.identifiers import CodeKind
from gongxin.derive.archive import archive
from gongxin.derive.search import Hit, search
from gongxin.ledger.models import OtherCode, Subject
from gongxin.ledger.queries import SeenCode
from tests.derive import town as t

pytestmark = pytest.mark.django_db

# Invented: office 211100, serial 1, check digit by ISO 7064 MOD 11,10 worked by hand.
REGISTRATION = "211100000000013"


def with_right_organisation_code(prefix: str, number: int) -> str:
    """A valid code of nobody whose places 9–17 pass their own check."""
    serial = f"MA{number:06}"
    weights = (3, 7, 9, 10, 5, 8, 4, 2)
    alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    total = sum(alphabet.index(c) * w for c, w in zip(serial, weights, strict=True))
    body = f"{prefix}211100{serial}{'0123456789X'[-total % 11]}"
    return body + t.uscc.check_character(body)


FIRM = (with_right_organisation_code("91", 1), "盘锦示例甲机械有限公司")
OTHER = (with_right_organisation_code("91", 2), "盘锦示例乙机械有限公司")
OWN = FIRM[0][8:17]


def hit(kind: CodeKind, code: str, who: tuple[str, str] = FIRM) -> tuple[Hit, ...]:
    found = search(who[0])[0]
    return (Hit(who[0], who[1], who[1], found.kind, kind, code),)


def claim(who: tuple[str, str], kind: str, code: str) -> None:
    OtherCode.objects.create(subject=who[0], kind=kind, code=code, batch="b", seen_at=t.RECEIVED)


def plan(sql: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {sql}")
        return "\n".join(line for (line,) in cursor.fetchall())


@pytest.fixture
def firm(town: t.Town) -> t.Town:
    """A firm whose licence gave its old number."""
    town.hand_in(t.LICENCE, t.licence(FIRM, XK_XDR_GSZC=REGISTRATION))
    return town


@pytest.mark.parametrize(
    "text",
    [
        REGISTRATION,
        f" {REGISTRATION[:6]}-{REGISTRATION[6:]}　",
        REGISTRATION.translate({c: c + 0xFEE0 for c in range(0x30, 0x3A)}),
    ],
)
def test_an_old_number_finds_its_organisation_and_says_by_which(firm, text):
    assert search(text) == hit(CodeKind.REGISTRATION, REGISTRATION)


def test_a_part_of_an_old_number_finds_nothing(firm):
    assert search(REGISTRATION[:14]) == search(REGISTRATION[1:]) == ()


@pytest.mark.parametrize(
    ("kind", "field", "typed", "code"),
    [
        ("tax", "XK_XDR_SWDJ", "320100-748204660", "320100748204660"),
        ("institution", "XK_XDR_SYDW", "事证第121110000123号", "121110000123"),
        ("social", "XK_XDR_SHZZ", "（盘）社证字第12号", "盘社证字第12号"),
    ],
)
def test_every_kind_of_number_leads_to_the_code(town, kind, field, typed, code):
    town.hand_in(t.LICENCE, t.licence(FIRM, **{field: code}))

    assert search(typed) == hit(CodeKind(kind), code)


def test_the_organisation_code_within_the_code_finds_it(firm):
    assert search(f"{OWN[:8]}-{OWN[8]}") == hit(CodeKind.ORGANISATION, OWN)


def test_a_number_of_two_organisations_is_in_doubt_and_finds_nobody(firm):
    firm.hand_in(t.LICENCE, t.licence(OTHER, 2, XK_XDR_GSZC=REGISTRATION))

    assert OtherCode.objects.count() == 2
    assert search(REGISTRATION) == ()


def test_an_organisation_code_that_another_claims_is_in_doubt_too(firm):
    claim(OTHER, "organisation", OWN)

    assert search(OWN) == ()


def test_the_same_digits_as_two_kinds_of_two_organisations_find_nobody(firm):
    """They check as a registration number and as a tax number."""
    both = "211106000000019"
    firm.hand_in(t.LICENCE, t.licence(OTHER, 2))
    claim(FIRM, "registration", both)
    assert search(both) == hit(CodeKind.REGISTRATION, both)

    claim(OTHER, "tax", both)

    assert search(both) == ()


@pytest.mark.parametrize(
    "who",
    [
        (with_right_organisation_code("92", 3), "示例小吃店"),
        (with_right_organisation_code("91", 4), "盘锦示例个人独资企业"),
        (with_right_organisation_code("91", 5), "盘锦示例商行"),
        (with_right_organisation_code("52", 6), "盘锦示例门诊部"),
        (with_right_organisation_code("71", 7), "盘锦示例活动场所"),
        (with_right_organisation_code("12", 8), "示例甲"),
    ],
    ids=lambda who: who[1],
)
def test_who_is_no_organisation_is_found_by_the_code_only(town, who):
    town.hand_in(t.LICENCE, t.licence(who))
    claim(who, "registration", REGISTRATION)

    assert search(REGISTRATION) == search(who[0][8:17]) == ()
    assert [found.uscc for found in search(who[0])] == [who[0]]


@pytest.mark.parametrize("text", [t.RESIDENT_ID, t.OLD_RESIDENT_ID, t.MOBILE])
def test_a_persons_number_asks_nothing(firm, django_assert_num_queries, text):
    with django_assert_num_queries(0):
        assert search(text) == ()


def test_pages_after_the_first_are_empty(firm):
    assert search(REGISTRATION, limit=20, offset=20) == ()
    assert search(REGISTRATION, limit=0) == ()


@pytest.mark.parametrize(
    ("text", "index"),
    [(REGISTRATION, "ledger_other_code_found"), (OWN, "ledger_subject_org_code")],
)
def test_numbers_are_found_by_index(firm, django_assert_max_num_queries, text, index):
    with connection.cursor() as cursor:
        # Of a handful of rows any index is as good: the planner is to have a town's.
        cursor.execute(
            "INSERT INTO ledger_subject (uscc, name, name_key, kind, form, source, batch,"
            " created_at) SELECT '91211199MB' || lpad(n::text, 8, '0'), 'x', 'x', 'organisation',"
            " '', 'record', '', now() FROM generate_series(1, 2000) n"
        )
        cursor.execute("ANALYZE ledger_subject")
        cursor.execute("SET LOCAL enable_seqscan = off")
    with django_assert_max_num_queries(3) as asked:
        assert len(search(text)) == 1

    assert index in "\n".join(plan(query["sql"]) for query in asked.captured_queries)


def test_the_archive_names_the_numbers_and_the_day_each_was_first_seen(firm):
    firm.hand_in(t.LICENCE, t.licence(FIRM, 2, XK_XDR_ZZJG=OWN))

    found = archive(FIRM[0], as_of=t.TODAY, release=firm.release)

    assert found is not None
    assert found.other_codes == (
        SeenCode(CodeKind.REGISTRATION, REGISTRATION, t.TODAY),
        SeenCode(CodeKind.ORGANISATION, OWN, t.TODAY),
    )


def test_the_archive_leaves_out_a_number_in_doubt(firm):
    claim(OTHER, "registration", REGISTRATION)

    found = archive(FIRM[0], as_of=t.TODAY, release=firm.release)

    assert found is not None
    assert found.other_codes == ()


def test_the_archive_of_one_persons_undertaking_names_no_number(town):
    town.hand_in(t.LICENCE, t.licence(t.TRADER))
    claim(t.TRADER, "registration", REGISTRATION)

    found = archive(t.TRADER[0], as_of=t.TODAY, release=town.release)

    assert found is not None
    assert found.other_codes == ()


def test_one_code_is_one_subject(firm):
    """一户一码: another file about the code makes no second subject."""
    before = Subject.objects.count()

    firm.hand_in(t.LICENCE, t.licence((FIRM[0].lower(), FIRM[1]), 3))
    firm.hand_in(t.LICENCE, t.licence(FIRM, 4))

    assert Subject.objects.count() == before == 1
