import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongxin.core.subject import (
    Form,
    SubjectKind,
    SubjectType,
    archive_only,
    classify,
    may_be_graded,
)

# Invented: only the first characters matter here.
COMPANY = "91211100MA0000001X"
SOLE = "92211100MA0000001X"
ORGANISATION, ONE_PERSON, UNKNOWN = SubjectKind


@pytest.mark.parametrize(
    "name",
    [
        "盘锦甲有限公司",
        "盘锦甲有限责任公司",
        "盘锦甲股份有限公司",
        "盘锦甲（集团）有限公司",
        "盘锦甲有限公司（外商独资）",
        "盘锦甲有限公司(中外合资)（已迁出）",
        "盘锦甲有限公司（自然人独资）",
        "盘锦甲家庭农场有限公司",
        " 盘锦甲有限 公司 ",
    ],
)
def test_companys_form_at_the_end_of_the_name_makes_a_company(name: str) -> None:
    assert classify(COMPANY, name) == SubjectType(ORGANISATION, Form.COMPANY)


@pytest.mark.parametrize(
    "name",
    [
        "",
        "盘锦甲商行",
        "盘锦甲集团公司",
        "盘锦甲合伙企业（有限合伙）",
        "甲经营部(盘锦乙有限公司)",
        "甲有限公司营业部",
    ],
)
def test_enterprise_without_a_companys_form_is_unknown(name: str) -> None:
    assert classify(COMPANY, name) == SubjectType(UNKNOWN, Form.UNKNOWN)


@pytest.mark.parametrize("name", ["甲有限公司盘锦分公司", "甲股份有限公司盘锦分公司（停业）"])
def test_branch_is_not_its_company(name: str) -> None:
    assert classify(COMPANY, name) == SubjectType(UNKNOWN, Form.OTHER)


@pytest.mark.parametrize("name", ["", "兴隆台区小河小吃店", "盘锦甲有限公司", "盘锦甲分公司"])
def test_code_92_is_one_person_whatever_the_name(name: str) -> None:
    assert classify(SOLE, name).kind is ONE_PERSON


@pytest.mark.parametrize(
    "name",
    [
        "盘锦甲厂（个人独资）",
        "盘锦甲有限公司（个人独资企业）",
        "小河小吃店（个体工商户）",
        "小河小吃店个体工商户",
        "小河个体户(盘锦)",
        "大洼区河边家庭农场",
    ],
)
def test_name_that_says_one_person_is_one_person(name: str) -> None:
    assert classify(COMPANY, name).kind is ONE_PERSON


@pytest.mark.parametrize(
    ("code", "kind", "form"),
    [
        ("11211100000000001X", ORGANISATION, Form.ORGAN),
        ("12211100000000001X", ORGANISATION, Form.INSTITUTION),
        ("13211100000000001X", ORGANISATION, Form.MASS),
        ("19211100000000001X", UNKNOWN, Form.OTHER),
        ("21211100000000001X", ORGANISATION, Form.FOREIGN),
        ("31211100000000001X", UNKNOWN, Form.LAW_OFFICE),
        ("35211100000000001X", UNKNOWN, Form.LAW_OFFICE),
        ("41211100000000001X", ORGANISATION, Form.FOREIGN),
        ("49211100000000001X", UNKNOWN, Form.OTHER),
        ("51211100000000001X", ORGANISATION, Form.SOCIAL),
        ("59211100000000001X", ORGANISATION, Form.SOCIAL),
        ("61211100000000001X", ORGANISATION, Form.FOREIGN),
        ("71211100000000001X", ORGANISATION, Form.RELIGIOUS),
        ("81211100000000001X", ORGANISATION, Form.UNION),
        ("93211100000000001X", ORGANISATION, Form.COOPERATIVE),
        ("94211100000000001X", UNKNOWN, Form.UNKNOWN),
        ("A1211100000000001X", ORGANISATION, Form.MILITARY),
        ("N2211100000000001X", ORGANISATION, Form.COLLECTIVE),
        ("Y1211100000000001X", UNKNOWN, Form.OTHER),
        ("00000000000000000X", UNKNOWN, Form.UNKNOWN),
        ("", UNKNOWN, Form.UNKNOWN),
    ],
)
def test_other_codes_decide_by_authority_and_category(
    code: str, kind: SubjectKind, form: Form
) -> None:
    assert classify(code, "盘锦市甲") == SubjectType(kind, form)


def test_association_of_the_self_employed_is_not_one_person() -> None:
    assert classify("51211100000000001X", "盘锦市个体劳动者协会").form is Form.SOCIAL


def test_persons_number_is_nothing_known() -> None:
    # The impossible number of the samples; by its first digits it would be a foreign body.
    answer = classify("219999 20770614 0387", "盘锦甲有限公司")
    assert answer == SubjectType(UNKNOWN, Form.UNKNOWN)


@pytest.mark.parametrize("first", "278")
def test_belief_and_union_codes_have_an_archive_only(first: str) -> None:
    code = first + "1211100000000001X"
    assert archive_only(code)
    assert not may_be_graded(code, "盘锦市甲有限公司")


@pytest.mark.parametrize("code", [COMPANY, SOLE, "51211100000000001X", ""])
def test_other_codes_have_more_than_an_archive(code: str) -> None:
    assert not archive_only(code)


def test_company_may_be_graded() -> None:
    assert may_be_graded(COMPANY, "盘锦甲有限公司")


@pytest.mark.parametrize(
    ("code", "name"),
    [(SOLE, "小河小吃店"), (COMPANY, "盘锦甲商行"), ("31211100000000001X", "盘锦甲律师事务所")],
)
def test_one_person_and_unknown_may_not_be_graded(code: str, name: str) -> None:
    assert not may_be_graded(code, name)


@given(st.text())
def test_no_name_makes_a_92_code_gradable(name: str) -> None:
    assert not may_be_graded(SOLE, name)


@given(st.text())
def test_no_enterprise_is_graded_without_a_companys_form(name: str) -> None:
    assert may_be_graded(COMPANY, name + "商行") is False
