from pathlib import Path

import pytest

from gongxin.law import read_release

SITE = "town/site.yaml"


def test_good_packs_are_said_to_be_good(gongxin, packs):
    said = gongxin("pack", "lint")

    assert (said.code, said.out, said.err) == (0, "base: good\ntown: good\n", "")


@pytest.mark.parametrize("named", ["town", "packs/town"])
def test_a_pack_is_named_by_its_name_or_folder(gongxin, packs, named):
    assert gongxin("pack", "lint", named).out == "town: good\n"


def test_every_fault_is_told_with_file_and_line(gongxin, packs):
    packs.change(SITE, "operator: 示例单位", "oprator: 示例单位")

    said = gongxin("pack", "lint", "town")

    assert said.code == 1
    assert said.out.splitlines()[0].startswith("town/site.yaml:4: unknown key oprator")
    assert said.err == "2 faults\n"


def test_compile_writes_one_release_named_by_its_hash(gongxin, packs, nowhere):
    said = gongxin("pack", "compile", "town")

    assert said.code == 0
    (file,) = nowhere.glob("*.json")
    release = read_release(file)
    assert file.name == f"town-{release.hash[7:19]}.json"
    assert said.out == f"{file.name} {release.hash}\n"


def test_compile_writes_where_it_is_told(gongxin, packs, nowhere):
    said = gongxin("pack", "compile", "town", "--out", "r.json")

    assert said.code == 0
    assert read_release(nowhere / "r.json").content.place == "town"


def test_lists_and_libraries_are_one_document(gongxin, packs):
    found = gongxin("pack", "lists", "town", "--json").document

    assert [row["item"] for row in found["resources"]] == ["honour", "penalty"]
    assert [row["deadline_working_days"] for row in found["reports"]] == [7, 7]
    assert [row["library"] for row in found["libraries"]] == [
        "catalog",
        "measures",
        "tasks",
        "models",
    ]


def test_lists_speak_to_people_too(gongxin, packs):
    said = gongxin("pack", "lists", "town")

    assert said.code == 0
    assert "政务信用信息资源清单: 2 kinds of information" in said.out
    assert "  penalty 示例处罚: 各机关, 7 working days" in said.out
    assert "[示例法 第二条]" in said.out


def test_the_demos_tasks_are_marked_as_examples(gongxin):
    said = gongxin("pack", "lists", "demo")

    assert "信用协同业务任务清单: 4 tasks" in said.out
    assert "  tender-check 招标投标信用核查（示例）: " in said.out


def test_a_pack_with_a_fault_compiles_to_nothing(gongxin, packs, nowhere):
    packs.change(SITE, "operator: 示例单位", "oprator: 示例单位")

    said = gongxin("pack", "compile", "town", "--out", "r.json")

    assert (said.code, said.out) == (1, "")
    assert said.err.startswith("error law.bad_pack: town/site.yaml:4: unknown key oprator")
    assert list(nowhere.glob("*.json")) == []


def test_a_platform_is_not_made_from_a_pack_with_a_fault(gongxin, packs, nowhere):
    packs.change(SITE, "operator: 示例单位", "oprator: 示例单位")

    said = gongxin("init", "--pack", "town")

    assert said.code == 1
    assert "town/site.yaml:4: unknown key oprator" in said.err
    assert not (nowhere / "home").exists()


@pytest.mark.parametrize("out", ["none/r.json", "."])
def test_a_release_that_cannot_be_written_is_one_message(gongxin, packs, out):
    said = gongxin("pack", "compile", "town", "--out", out)

    assert (said.code, said.out) == (1, "")
    assert said.err.startswith("error platform.files: ")


@pytest.mark.parametrize("command", ["lint", "test"])
def test_a_pack_that_is_not_there(gongxin, packs, command):
    said = gongxin("pack", command, "gossip")

    assert said.code == 1
    assert "there is no pack 'gossip'" in said.out + said.err


@pytest.mark.parametrize("command", [["pack", "compile"], ["init", "--pack"]])
def test_known_packs_are_named(gongxin, packs, command):
    said = gongxin(*command, "gossip")

    assert (said.code, said.out) == (1, "")
    assert "there is no pack gossip; known: base, town" in said.err


def test_cases_are_counted(gongxin, packs):
    said = gongxin("pack", "test", "town")

    assert (said.code, said.out) == (0, "town: 6 cases, 0 failed\n")


def test_a_failing_case_is_told_with_file_and_line(gongxin, packs):
    packs.change("base/cases/all.yaml", "expect: [amount_required]", "expect: []")

    said = gongxin("pack", "test", "town")

    assert said.code == 1
    first, last = said.out.splitlines()
    assert first.startswith("base/cases/all.yaml:")
    assert "罚款没有金额: findings should be []" in first
    assert last == "town: 6 cases, 1 failed"


def test_the_shipped_packs_are_found_in_a_checkout():
    from gongxin.cli.platform import shared  # noqa: PLC0415 - the fixture replaces it

    assert (Path(shared()) / "packs/national/pack.yaml").is_file()
