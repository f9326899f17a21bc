from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import pytest

from gongxin.core.citation import Label
from gongxin.law import LawError
from gongxin.law.build import build, from_plain, snake, to_plain
from gongxin.law.source import read_text


class Colour(StrEnum):
    RED = "red"


@dataclass(frozen=True)
class Shape:
    name: str
    n: int = 0
    on: bool = False
    day: date | None = None
    colour: Colour = Colour.RED
    labels: tuple[Label, ...] = ()
    pair: tuple[int, str] = (0, "")
    words: dict[str, str] | None = None
    label: Label | None = None


def shape(text: str) -> Shape:
    return build(Shape, read_text(text, shown_as="x"))


def refusal(text: str) -> list[str]:
    with pytest.raises(LawError) as refused:
        shape(text)
    return [str(fault) for fault in refused.value.faults]


def test_types_come_from_the_annotations() -> None:
    text = (
        "name: '01'\nn: -7\non: yes\nday: 2026-05-10\ncolour: red\n"
        "labels: [{zh: 甲, en: A}]\npair: [1, a]\nwords: {k: v}\n"
    )
    assert shape(text) == Shape(
        name="01",
        n=-7,
        on=True,
        day=date(2026, 5, 10),
        labels=(Label("甲", "A"),),
        pair=(1, "a"),
        words={"k": "v"},
    )


@pytest.mark.parametrize("text", ["''", "none"])
def test_an_optional_value_may_be_none(text: str) -> None:
    assert shape(f"name: a\nday: {text}\nlabel: {text}\n") == Shape(name="a")


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        ("n: 1\n", ["x:1: the key name is missing"]),
        ("name: a\nn: 1.5\n", ["x:2: '1.5' is not a whole number"]),
        ("name: a\nn: １\n", ["x:2: '１' is not a whole number"]),
        (
            "name: a\nn: '1234567890123456789'\n",
            ["x:2: '1234567890123456789' is not a whole number"],
        ),
        ("name: a\non: maybe\n", ["x:2: 'maybe' is not yes or no"]),
        ("name: a\nday: 20260510\n", ["x:2: '20260510' is not a day YYYY-MM-DD"]),
        ("name: a\nday: 2026-02-30\n", ["x:2: '2026-02-30' is not a day YYYY-MM-DD"]),
        ("name: a\ncolour: blue\n", ["x:2: 'blue' is none of red"]),
        ("name: [a]\n", ["x:1: a single value is wanted here"]),
        ("name: a\nlabels: 1\n", ["x:2: a list is wanted here"]),
        ("name: a\nlabels: [1]\n", ["x:2: a mapping (Label) is wanted here"]),
        ("name: a\npair: [1]\n", ["x:2: 2 values are wanted here"]),
        ("name: a\nwords: 1\n", ["x:2: a mapping is wanted here"]),
        (
            "name: a\nlabels:\n  - {zh: 1, xx: 2}\n",
            ["x:3: unknown key xx; known here: zh, en", "x:3: the key en is missing"],
        ),
    ],
)
def test_what_does_not_fit_is_a_fault_with_its_line(text: str, faults: list[str]) -> None:
    assert refusal(text) == faults


def test_camel_case_is_read_as_our_names_and_not_twice() -> None:
    @dataclass(frozen=True)
    class Template:
        data_type: str

    assert snake("desensitizationRule") == "desensitization_rule"
    assert build(Template, read_text("dataType: a\n", shown_as="x")) == Template("a")
    with pytest.raises(LawError, match="the key data_type is given twice"):
        build(Template, read_text("dataType: a\ndata_type: b\n", shown_as="x"))


def test_a_value_survives_its_way_through_json() -> None:
    value = Shape(name="none", on=True, labels=(Label("甲", "A"),), words={"k": "v"})
    assert build(Shape, from_plain(to_plain(value), shown_as="x")) == value
