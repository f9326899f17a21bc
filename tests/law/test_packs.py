import pytest

from gongxin.law import LawError, Place, load
from tests.law.conftest import PENALTY, World


def refusal(world: World, pack: str = "town") -> list[str]:
    with pytest.raises(LawError) as refused:
        load(world.root / pack, profiles=world.root / "profiles")
    return [str(fault) for fault in refused.value.faults]


def test_the_parent_comes_first(world: World) -> None:
    content = load(world.root / "town").content
    assert content.place == "town"
    assert [(pack.pack, pack.version) for pack in content.packs] == [("base", "1"), ("town", "1")]


def test_every_clause_knows_its_place(world: World) -> None:
    places = load(world.root / "town").places
    assert places["items", "penalty"] == Place("base/catalog/penalty.yaml", 1)
    assert places["documents", "memo"] == Place("base/documents.yaml", 4)


def test_a_folder_may_be_named_from_inside(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(world.root / "town")
    assert load(world.root / "town" / ".").content.place == "town"


def test_a_child_never_silences_its_parent(world: World) -> None:
    world.write("town/catalog/penalty.yaml", PENALTY)
    assert refusal(world) == [
        "town/catalog/penalty.yaml:1: items penalty exists already at base/catalog/penalty.yaml:1:"
        " a pack only adds"
    ]


def test_only_the_site_may_be_given_again(world: World) -> None:
    world.write("base/site.yaml", (world.root / "town/site.yaml").read_text(encoding="utf-8"))
    assert len(load(world.root / "town").content.site) == 2


ADDITION = """\
kind: repair
adds_to: terms
classes:
  - {failing_class: 一般, when: "number(JE) >= 100", cite: [{document: act}]}
never:
  - {reason: small, when: "number(JE) < 1", cite: [{document: act}]}
"""


def test_a_child_adds_rows_to_a_parents_rule(world: World) -> None:
    world.write("town/repair/more.yaml", ADDITION)
    (rule,) = load(world.root / "town").content.publicity
    assert [row.when for row in rule.classes] == [
        "contains(LB, '警告')",
        "contains(LB, '罚款')",
        "number(JE) >= 100",
    ]
    assert [never.reason for never in rule.never] == ["unit", "small"]


def test_the_second_of_two_rules_gets_its_rows(world: World) -> None:
    rule = (world.root / "base/repair/terms.yaml").read_text(encoding="utf-8")
    world.write("base/repair/first.yaml", rule.replace("rule: terms", "rule: first"))
    world.write("town/repair/more.yaml", ADDITION)
    first, second = load(world.root / "town").content.publicity
    assert (len(first.classes), len(second.classes)) == (2, 3)


def test_an_addition_cannot_change_terms(world: World) -> None:
    world.write("town/repair/more.yaml", ADDITION + "clocks: []\n")
    assert refusal(world) == [
        "town/repair/more.yaml:7: unknown key clocks; known here: adds_to, classes, never"
    ]


def test_an_addition_needs_its_rule(world: World) -> None:
    world.write("town/repair/more.yaml", ADDITION.replace("terms", "lost"))
    assert refusal(world) == ["town/repair/more.yaml:1: no parent has the rule lost"]


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("town/a.yaml", "kind: wish\n", "town/a.yaml:1: kind must be one of documents, catalog"),
        (
            "town/a.yaml",
            "kind: units\nunit: []\n",
            "town/a.yaml:2: unknown key unit",
        ),
        ("town/a.yaml", "kind: units\nunits: x\n", "town/a.yaml:2: a list is wanted here"),
        ("town/a.yaml", "a: [\n", "town/a.yaml:2: not YAML"),
        ("profiles/b/profile.yaml", "a: 1\n", "profiles/b/profile.yaml:1: unknown key a"),
    ],
)
def test_a_file_that_does_not_fit_is_a_fault(
    world: World, name: str, text: str, message: str
) -> None:
    world.write(name, text)
    assert refusal(world)[0].startswith(message)


def test_all_files_at_fault_are_named(world: World) -> None:
    world.write("town/a.yaml", "kind: wish\n")
    world.write("town/b.yaml", "")
    assert [fault.partition(":")[0] for fault in refusal(world)] == ["town/a.yaml", "town/b.yaml"]


@pytest.mark.parametrize(
    ("extends", "message"),
    [
        ("lost", "there is no pack 'lost' (pack.yaml is missing)"),
        ("../base", "there is no pack '../base' (pack.yaml is missing)"),
        ("town", "a pack is named after its folder (town) and extends each parent once"),
    ],
)
def test_a_parent_stands_beside_the_pack_and_only_once(
    world: World, extends: str, message: str
) -> None:
    world.change("town/pack.yaml", "extends: base", f"extends: {extends}")
    (fault,) = refusal(world)
    assert fault.endswith(message)


def test_a_pack_is_named_after_its_folder(world: World) -> None:
    world.change("town/pack.yaml", "pack: town", "pack: city")
    (fault,) = refusal(world)
    assert fault.startswith("town/pack.yaml:1: a pack is named after its folder (town)")
