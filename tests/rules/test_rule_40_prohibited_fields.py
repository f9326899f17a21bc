"""Rule 40: a catalog item with a prohibited field can never act."""

import shutil
from pathlib import Path

import pytest

from gongxin.law import LawError, compile_place
from tests.fixtures.penalties import penalty, write_csv
from tests.fixtures.platform import Platform, make_platform, refused
from tests.rules.conftest import ROOT, Law

NAMES = ("宗教信仰", "基因", "指纹", "血型", "疾病", "病史", "民族", "信访情况")


@pytest.fixture
def packs(tmp_path: Path) -> Path:
    return shutil.copytree(ROOT / "packs", tmp_path / "packs")


def refusal(packs: Path) -> list[str]:
    with pytest.raises(LawError) as refused:
        compile_place(packs / "demo", profiles=None)
    return [str(fault) for fault in refused.value.faults]


@pytest.mark.parametrize("name", NAMES)
def test_rule_40_an_item_with_a_prohibited_field_is_not_compiled(packs: Path, name: str) -> None:
    path = packs / "national/catalog/honour.yaml"
    text = path.read_text(encoding="utf-8")
    field = (
        f"fields:\n  - {{identify: X_1, name: {{zh: {name}, en: X}}, dataType: text,"
        " dataLength: 20}\n"
    )
    path.write_text(text.replace("fields:\n", field, 1), encoding="utf-8")
    found = refusal(packs)
    assert found != []
    assert all(
        fault.startswith("national/catalog/honour.yaml:")
        and fault.endswith("can be no item, field, option, list or indicator (legal.md L8)")
        for fault in found
    )


def test_rule_40_a_child_pack_cannot_take_a_word_away(packs: Path, law: Law) -> None:
    (packs / "demo/safeguards.yaml").write_text(
        "kind: safeguards\ncolumns: []\nbases: []\ntexts: []\n"
        "cite: [{document: gongxin-design, article: 示例}]\n",
        encoding="utf-8",
    )
    compiled = compile_place(packs / "demo", profiles=None)
    assert compiled.safeguards.columns == law.release.safeguards.columns


@pytest.fixture
def platform(db: None, tmp_path: Path) -> Platform:
    return make_platform(tmp_path / "home")


@pytest.mark.parametrize("name", NAMES)
def test_rule_40_a_file_with_such_a_column_is_refused(
    platform: Platform, tmp_path: Path, name: str
) -> None:
    path = write_csv(tmp_path / "penalties.csv", [penalty(1, **{name: "示例"})])

    with refused(platform, path.name) as errors:
        platform.take(path)

    assert f"the column {name} may not be collected" in errors[0].message
