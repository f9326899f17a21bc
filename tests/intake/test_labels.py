"""The name of a code is taken for the code, and a mark on a heading is no part of its name."""

from dataclasses import replace

import pytest

from gongxin.core.catalog import Code, DataType, Field
from gongxin.core.citation import Label
from gongxin.intake import labels
from tests.fixtures.penalties import penalty, write_csv
from tests.fixtures.platform import Platform, current


def coded(*codes: tuple[str, str], **changes) -> Field:
    named = tuple(Code(value, Label(zh, zh)) for value, zh in codes)
    options = tuple(value for value, _ in codes)
    field = Field("X", Label("列", "x"), DataType.ENUM, optional_range=options, codes=named)
    return replace(field, **changes)


def test_a_label_means_its_code():
    field = coded(("01", "简易程序"), ("02", "普通（一般）程序"))

    assert labels.codes_by_label(field) == {"简易程序": "01", "普通(一般)程序": "02"}
    assert labels.choices_of(field) == ("简易程序", "普通（一般）程序")


def test_a_label_of_two_codes_means_neither():
    field = coded(("01", "其他"), ("02", "其 他"), ("03", "甲"))

    assert labels.codes_by_label(field) == {"甲": "03"}
    assert labels.choices_of(field) == ("01", "02", "甲")


def test_a_label_that_is_a_code_means_nothing_else():
    field = coded(("1", "2"), ("2", "乙"))

    assert labels.codes_by_label(field) == {"乙": "2"}
    assert labels.choices_of(field) == ("1", "乙")


def test_where_several_values_may_stand_the_values_are_offered():
    field = coded(("1", "甲"), ("2", "乙"), data_type=DataType.ENUMS)

    assert labels.codes_by_label(field) == {}
    assert labels.choices_of(field) == ("1", "2")


@pytest.mark.django_db
@pytest.mark.parametrize("said", ["未标注", "未 标注", "99"])
def test_a_name_in_any_width_and_spacing_is_stored_as_its_code(platform: Platform, tmp_path, said):
    outcome = platform.take(write_csv(tmp_path / "a.csv", [penalty(CF_CXLB=said)]))

    (kept,) = current(batch=outcome.batch)
    assert kept.payload["CF_CXLB"] == "99"


@pytest.mark.django_db
def test_what_is_no_name_is_refused(platform: Platform, tmp_path):
    outcome = platform.take(write_csv(tmp_path / "a.csv", [penalty(CF_CXLB="特别")]))

    assert [(f.row, f.column, f.code) for f in outcome.findings] == [(1, "CF_CXLB", "not_in_list")]
    assert outcome.accepted == 0


@pytest.mark.django_db
def test_a_heading_may_bear_the_mark_of_a_required_column(platform: Platform, tmp_path):
    row = penalty()
    marked = {f"*{name}" if name == "CF_WSH" else f"{name}＊": row[name] for name in row}

    outcome = platform.take(write_csv(tmp_path / "a.csv", [marked]))

    assert (outcome.accepted, outcome.findings) == (1, ())
