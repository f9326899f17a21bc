from pathlib import Path

import pytest

from gongxin.law import Fault, LawError, Place
from gongxin.law.source import Mapping, Sequence, Text, read_file, read_text


def refusal(text: str) -> list[str]:
    with pytest.raises(LawError) as refused:
        read_text(text, shown_as="x.yaml")
    return [str(fault) for fault in refused.value.faults]


def test_every_scalar_stays_a_text() -> None:
    node = read_text("a: 01\nb: 2026-05-10\nc: no\nd: 1.50\ne: ~\n", shown_as="x")
    assert [node.text(key) for key in "abcde"] == ["01", "2026-05-10", "no", "1.50", "~"]


def test_every_value_knows_its_line() -> None:
    node = read_text("a:\n  - x\n  - {b: y}\n", shown_as="x")
    items = node.get("a")
    assert isinstance(items, Sequence)
    assert items.items[0] == Text(Place("x", 2), "x")
    inner = items.items[1]
    assert isinstance(inner, Mapping)
    assert inner.place == Place("x", 3)
    assert inner.text("b") == "y"


def test_a_key_that_is_not_there_reads_as_empty() -> None:
    node = read_text("a: [1]\n", shown_as="x")
    assert node.get("b") is None
    assert node.text("a") == ""
    assert node.without("a").entries == ()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: 1\nb: 2\na: 3\n", "x.yaml:3: the key a is given twice"),
        ("b:\n  c: 1\n  c: 2\n", "x.yaml:3: the key c is given twice"),
        ("? [a]\n: 1\n", "x.yaml:1: a key must be a plain text"),
        ("a: &x 1\n", "x.yaml:1: anchors, aliases and tags are not allowed"),
        ("a: 1\nb: *x\n", "x.yaml:2: anchors, aliases and tags are not allowed"),
        ("a: !!python/object:os.system ls\n", "x.yaml:1: anchors, aliases and tags"),
        ("- a\n", "x.yaml:1: the file must hold one mapping"),
        ("", "x.yaml:1: the file is empty"),
        ("a: 1\n---\nb: 2\n", "x.yaml:2: not YAML: "),
        ("a: [1\nb: 2\n", "x.yaml:2: not YAML: "),
        ("a: \x01\n", "x.yaml:1: not YAML: "),
        ("a: " + "[" * 3000 + "]" * 3000, "x.yaml:1: nested more than 50 deep"),
    ],
)
def test_what_is_not_plain_is_refused_with_its_line(text: str, message: str) -> None:
    (found,) = refusal(text)
    assert found.startswith(message)


def test_a_file_that_cannot_be_read_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(LawError, match="cannot be read"):
        read_file(tmp_path / "lost.yaml")


def test_a_file_that_is_not_utf8_is_a_fault(tmp_path: Path) -> None:
    path = tmp_path / "gbk.yaml"
    path.write_bytes("名: 值".encode("gbk"))
    with pytest.raises(LawError, match="x: ") as refused:
        read_file(path, shown_as="x: ")
    assert refused.value.faults[0].message.startswith("cannot be read")


def test_a_refusal_names_every_fault() -> None:
    faults = [Fault(Place("a", 1), "x"), Fault(Place("b", 2), "y")]
    assert LawError(faults).message == "a:1: x\nb:2: y"
