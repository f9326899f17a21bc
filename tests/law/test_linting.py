from collections.abc import Callable
from pathlib import Path

import pytest

from gongxin.core.rules import readings
from gongxin.law import LawError, Place, compile_place
from tests.law.conftest import World

Changed = Callable[[str, str, str], list[str]]


def test_the_smallest_world_is_clean(world: World) -> None:
    assert world.messages() == []


def test_a_place_compiles_with_its_parents_and_profiles(world: World) -> None:
    release = world.compile()
    assert [pack.pack for pack in release.content.packs] == ["base", "town"]
    assert [profile.profile for profile in release.content.profiles] == ["paper"]
    assert release.content.site[-1].place == "211100"


def test_a_place_compiles_without_profiles(world: World) -> None:
    assert compile_place(world.root / "base", profiles=None).content.profiles == ()


def test_a_pack_with_a_fault_is_not_compiled(world: World) -> None:
    world.change("base/measures.yaml", "implementing_unit: 示例局", "implementing_unit: ''")
    assert world.refusal() == ["base/measures.yaml:3: a measure names its implementing unit"]


def test_a_fault_of_the_whole_place_stands_at_the_place(world: World) -> None:
    world.change("base/safeguards.yaml", "texts: [信访]", "texts: []")
    (fault,) = world.lint()
    assert fault.place == Place("town", 1)


CITATIONS = [
    (
        "base/catalog/penalty.yaml",
        "basis: [{document: act, article: 第二条}]",
        "basis: []",
        "no source of law is cited (basis or cite is empty)",
    ),
    (
        "base/repair/terms.yaml",
        "when: \"GB == '否'\", cite: [{document: act}]",
        "when: \"GB == '否'\", cite: [{document: lost}]",
        "the cited document lost is not in any documents file",
    ),
    (
        "base/models/points.yaml",
        "basis: [{document: act}]",
        "basis: [{document: lost}]",
        "the cited document lost is not in any documents file",
    ),
    (
        "base/documents.yaml",
        "rank: memorandum",
        "rank: letter",
        "rank must be one of law, admin_regulation, state_policy, local_regulation,"
        " department_rule, standard, memorandum, design",
    ),
    (
        "base/documents.yaml",
        "rank: memorandum, confidence: seen",
        "rank: memorandum, confidence: sure",
        "confidence must be one of seen, high, medium, low, design",
    ),
    (
        "base/documents.yaml",
        "confidence: seen, in_force_from: 2020-01-01",
        "confidence: seen, in_force_from: 2020-01-02, in_force_until: 2020-01-01",
        "in_force_until is before in_force_from",
    ),
]


@pytest.mark.parametrize(("name", "old", "new", "message"), CITATIONS)
def test_a_clause_without_known_source_is_refused(
    messages_after: Changed, name: str, old: str, new: str, message: str
) -> None:
    assert message in messages_after(name, old, new)


def test_the_retention_of_persons_rows_needs_a_source(messages_after: Changed) -> None:
    found = messages_after(
        "base/catalog/penalty.yaml",
        "subjects: [organisation, one_person]",
        "subjects: [organisation, person]\npersons: {retention_months: 36, cite: []}",
    )
    assert found == ["no source of law is cited (basis or cite is empty)"]


ITEMS = [
    (
        "basis: [{document: act, article: 第二条}]",
        "basis: [{document: memo}]",
        "a memorandum alone is no basis for a catalog item (国办发〔2020〕49号)",
    ),
    ("layer: base", "layer: extra", "layer must be one of base, supplement"),
    (
        "channel: creditchina",
        "channel: post",
        "channel must be one of creditchina, gsxt, court, unit-here",
    ),
    (
        "subjects: [organisation, one_person]",
        "subjects: []",
        "subjects must be of organisation, one_person, person",
    ),
    (
        "subjects: [organisation, one_person]",
        "subjects: [organisation, person]",
        "rows about persons need a retention clause (persons), and only they (legal.md L4)",
    ),
    (
        "subjects: [organisation, one_person]",
        "subjects: [person]\npersons: {retention_months: 36, cite: [{document: act}]}",
        "an item about natural persons alone is none: honours of model workers, for one (L3)",
    ),
    (
        "column: JE\n",
        "column: JE\n    level: fatal\n",
        "rule amount_required: level must be one of error, warning",
    ),
    ("key: [JG, DM, RQ]", "key: [JG, XX]", "XX is not a field of the item"),
    ("authority_name: JG,", "authority_name: '',", "the role authority_name is needed"),
    ("authority_name: JG,", "authority_name: JG, tax_no: XX,", "XX is not a field of the item"),
    ("identify: GB,", "identify: mc,", "a field code is given twice"),
    (
        "identify: GB,",
        "identify: item,",
        "item: a field code is of letters, digits and _, and no word of the rule language",
    ),
    ("dataLength: 10, required: yes", "required: yes", "MC: a text needs its dataLength"),
    ("optionalRange: [警告, 罚款, 其他-*]", "remarks: x", "LB: an enum needs its optionalRange"),
    ("[警告, 罚款, 其他-*]", "[警告、罚款]", "LB: the option '警告、罚款' holds a separator"),
    (
        "[警告, 罚款, 其他-*]",
        "['警告 ']",
        "LB: the option '警告 ' is empty or has blanks around it",
    ),
    (
        "optionalRange: [警告, 罚款, 其他-*]",
        "optionalRange: [1, 2], codes: [{value: 1, name: {zh: 警告, en: Warning}}]",
        "LB: codes names each value of the optionalRange once, or none",
    ),
    (
        "authority_name: JG,",
        "authority_name: JG, headline: ZJ,",
        "the headline ZJ is not public",
    ),
    (
        "desensitizationRule: [1, 1]",
        "desensitizationRule: [1]",
        "ZJ: desensitizationRule is how many characters stay at the beginning and at the end",
    ),
    (
        "publicationRange: none",
        "publicationRange: shared",
        "ZJ is split off, so its publicationRange must be none",
    ),
    (
        "when: contains(LB, '罚款') and blank(JE)",
        "when: blank(XX)",
        "unknown name XX (column 7 of 'blank(XX)')",
    ),
    (
        "complete_when: present(MC)",
        "complete_when: present(XX)",
        "unknown name XX (column 9 of 'present(XX)')",
    ),
]


@pytest.mark.parametrize(("old", "new", "message"), ITEMS)
def test_an_item_that_cannot_act_as_it_says_is_refused(
    messages_after: Changed, old: str, new: str, message: str
) -> None:
    assert message in messages_after("base/catalog/penalty.yaml", old, new)


@pytest.mark.parametrize(
    ("new", "message"),
    [
        ("", "base/catalog/penalty.yaml:1: the key phase is missing"),
        ("phase: later", "base/catalog/penalty.yaml:8: 'later' is none of before, during, after"),
    ],
)
def test_an_item_says_its_phase(world: World, new: str, message: str) -> None:
    world.change("base/catalog/penalty.yaml", "phase: after", new)
    assert world.refusal() == [message]


def test_a_supplement_item_needs_a_local_regulation(messages_after: Changed, world: World) -> None:
    world.change(
        "base/catalog/honour.yaml", "basis: [{document: act}]", "basis: [{document: memo}]"
    )
    found = messages_after("base/catalog/honour.yaml", "layer: base", "layer: supplement")
    assert found == [
        "a memorandum alone is no basis for a catalog item (国办发〔2020〕49号)",
        "a supplement item needs a local regulation as its basis",
    ]


def test_a_local_regulation_carries_a_supplement_item(
    messages_after: Changed, world: World
) -> None:
    basis = "basis: [{document: local}]"
    world.change("base/catalog/honour.yaml", "basis: [{document: act}]", basis)
    assert messages_after("base/catalog/honour.yaml", "layer: base", "layer: supplement") == []


TERMS = [
    ("items: [penalty]", "items: [penalty, lost]", "lost is not an item of the catalog"),
    ("items: [penalty]", "items: [honour]", "an adverse item needs a publicity rule"),
    ("contains(MC, '消防')", "contains(XX, '消防')", "penalty: unknown name XX"),
    ("contains(LB, '警告')", "count(LB == '警告') > 1", "penalty: this is asked of one record"),
    ("when: ''", "when: present(JE)", "the last clock must hold for all records"),
    ("valid_until: none", "valid_until: 2025-12-31", "the last version of the last clock"),
    ("severity: [轻微, 一般]", "severity: [轻微, 一般, 轻微]", "severity lists each class once"),
    ("failing_class: 轻微, when", "failing_class: 严重, when", "class 严重 is not in severity"),
    (
        "valid_from: 2024-01-01",
        "valid_from: 2023-12-31",
        "clock general: versions overlap or leave a gap at 2023-12-31",
    ),
    (
        "valid_from: 2024-01-01",
        "valid_from: 2024-01-02",
        "clock general: versions overlap or leave a gap at 2024-01-02",
    ),
    (
        "valid_until: 2020-12-31",
        "valid_until: 2019-12-31",
        "clock fire: the version of 2020-01-01 ends before it begins",
    ),
    (
        "min_months: 6, max_months: 24",
        "min_months: 25, max_months: 24",
        "clock fire: 一般 needs 0 <= min_months <= max_months and an end",
    ),
    (
        "min_months: 6, max_months: 24",
        "max_months: 0",
        "clock fire: 一般 needs 0 <= min_months <= max_months and an end",
    ),
    (
        "{failing_class: 一般, public: yes, min_months: 6, max_months: 24}",
        "{failing_class: 严重, public: yes, min_months: 6, max_months: 24}",
        "clock fire: every class needs a general term in every version",
    ),
    (
        'max_months: 36, when: "blank(JE)"',
        "max_months: 36",
        "clock general: a term of 一般 stands after its general one and never counts",
    ),
]


@pytest.mark.parametrize(("old", "new", "message"), TERMS)
def test_a_term_that_is_open_or_doubtful_is_refused(
    messages_after: Changed, old: str, new: str, message: str
) -> None:
    found = messages_after("base/repair/terms.yaml", old, new)
    assert [m for m in found if m.startswith(message)] != []


def test_an_item_has_one_publicity_rule(world: World) -> None:
    second = (world.root / "base/repair/terms.yaml").read_text(encoding="utf-8")
    world.write("town/repair/second.yaml", second.replace("rule: terms", "rule: second"))
    assert world.messages() == ["penalty has a publicity rule already (terms)"]


MODELS = [
    ("standing: illustrative", "standing: official", "standing must be one of"),
    ("zh: 示例模型", "zh: 模型", "an illustrative model says 示例 in its name"),
    ("forms: [company]", "forms: [company, religious]", "religious is no form that may be graded"),
    ("forms: [company]", "forms: [unknown]", "unknown is no form that may be graded"),
    ("lowest: 50000", "lowest: 90000", "levels go from the best to the worst"),
    ("level: C,", "level: A,", "a level or an item is given twice"),
    ("- id: B", "- id: A", "a level or an item is given twice"),
    ("    level: B\n", "    level: D\n", "X: no level D"),
    ("types: [honour]", "types: [lost]", "A: no catalog item lost"),
    ("types: [honour]", "types: [utility-bill]", "A: utility-bill never acts"),
    ("sign: plus", "sign: bonus", "A: sign is plus or minus"),
    ("cap: 15000", "cap: -1", "A: sign is plus or minus"),
    ("months: 24", "months: 1201", "B: sign is plus or minus"),
    ("sign: plus", "sign: minus", "A: honour is favourable, so it cannot be a minus"),
    ("sign: minus", "sign: plus", "B: penalty is adverse, so it cannot be a plus"),
    ("points: points(10)", "points: points(ten)", "points(n) takes one literal number"),
    ("points: points(10)", "points: length(MC)", "MC may not be read by a model"),
    ("points: points(10)", "points: length(ZJ)", "ZJ may not be read by a model"),
    ("points: points(10)", "points: length(XZQYDM)", "XZQYDM may not be read by a model"),
    ("points: points(10)", "points: count(item == 'honour')", "this is asked of one record"),
]


@pytest.mark.parametrize(("old", "new", "message"), MODELS)
def test_a_model_that_may_not_grade_so_is_refused(
    messages_after: Changed, old: str, new: str, message: str
) -> None:
    found = messages_after("base/models/points.yaml", old, new)
    assert [m for m in found if m.startswith(message)] != []


def test_a_neutral_record_may_raise_and_never_lower(world: World) -> None:
    world.change("base/catalog/honour.yaml", "nature: favourable", "nature: neutral")
    assert world.messages() == []
    world.change("base/models/points.yaml", "sign: plus", "sign: minus")
    assert world.messages() != []


CEILING = "exists(item == 'penalty' and failing_class == '一般', months=12)"


@pytest.mark.parametrize(
    "when",
    [
        "not exists(item == 'penalty')",
        "count(item == 'honour') < 1",
        "count(item == 'penalty') > count(item == 'honour')",
        "total(points(1) - length(LB), item == 'penalty') >= 1",
        "item == 'penalty'",
        "exists(item == 'penalty') and not exists(item == 'honour')",
    ],
)
def test_a_ceiling_that_one_record_more_could_lift_is_refused(
    messages_after: Changed, when: str
) -> None:
    found = messages_after("base/models/points.yaml", CEILING, when)
    assert found == ["X: a ceiling counts records (exists, count >= n), joined by and, or"]


@pytest.mark.parametrize(
    "when",
    [
        "count(item == 'penalty') >= 2 or exists(failing_class == '一般')",
        "total(points(1), item == 'penalty', months=6) > 3000",
    ],
)
def test_a_ceiling_that_counts_records_passes(messages_after: Changed, when: str) -> None:
    assert messages_after("base/models/points.yaml", CEILING, when) == []


AUTHORISED = "an authorised model cites a document in force whose text was seen (legal.md L1)"


@pytest.mark.parametrize(
    ("document", "messages"),
    [
        ("act", []),
        ("old", [AUTHORISED]),
        ("local", [AUTHORISED]),
    ],
)
def test_an_authorised_model_needs_a_document_in_force_that_was_seen(
    world: World, document: str, messages: list[str]
) -> None:
    cite = f"basis: [{{document: {document}}}]"
    world.change("base/models/points.yaml", "basis: [{document: act}]", cite)
    world.change("base/models/points.yaml", "standing: illustrative", "standing: authorised")
    assert world.messages() == messages


RESTRICT = (
    "a restrict measure needs a basis in force of rank law, admin_regulation, state_policy,"
    " its text known"
)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("kind: restrict", "kind: shame", "kind must be one of restrict, manage, incentive"),
        ("document: act", "document: local", RESTRICT),
        ("document: act", "document: old", RESTRICT),
        ("items: [penalty]", "items: [lost]", "no catalog item lost"),
        (
            "items: [penalty]",
            "items: [honour]",
            "honour is market information and can restrict nobody",
        ),
        ("matters: [tender]", "matters: [lost]", "no matter lost"),
    ],
)
def test_a_measure_without_full_basis_is_refused(
    messages_after: Changed, old: str, new: str, message: str
) -> None:
    assert messages_after("base/measures.yaml", old, new) == [message]


def test_a_text_hardly_known_carries_no_restriction(messages_after: Changed) -> None:
    old = "rank: law, confidence: seen, in_force_from"
    assert messages_after("base/documents.yaml", old, old.replace("seen", "low")) == [RESTRICT]


def test_a_local_regulation_carries_a_measure_of_management(
    messages_after: Changed, world: World
) -> None:
    world.change("base/measures.yaml", "document: act", "document: local")
    assert messages_after("base/measures.yaml", "kind: restrict", "kind: manage") == []


def test_a_matter_shows_items_that_exist(messages_after: Changed) -> None:
    found = messages_after("base/scenes.yaml", "shows: [penalty]", "shows: [lost]")
    assert found == ["no catalog item lost"]


KEPT_OUT = "can be no item, field, option, list or indicator (legal.md L8)"


@pytest.mark.parametrize(
    ("name", "old", "new", "word"),
    [
        ("base/catalog/honour.yaml", "zh: 区划", "zh: 宗教信仰", "宗教"),
        ("base/catalog/honour.yaml", "XZQYDM", "RELIGION", "religion"),
        ("base/catalog/penalty.yaml", "警告, 罚款, 其他-*", "警告, 罚款, 宗教", "宗教"),
        ("base/catalog/penalty.yaml", "category: 行政管理信息", "category: 宗教", "宗教"),
        ("base/repair/terms.yaml", "contains(MC, '消防')", "present(JE)", ""),
        ("base/repair/terms.yaml", "contains(LB, '警告')", "contains(LB, '宗教')", "宗教"),
        ("base/models/points.yaml", "zh: 封顶", "zh: 宗教", "宗教"),
        ("base/models/points.yaml", "failing_class == '一般'\n", "LB == '宗教'\n", "宗教"),
        ("base/measures.yaml", "zh: 限制投标", "zh: 宗教", "宗教"),
        ("profiles/paper/profile.yaml", "企业名称", "宗教", "宗教"),
    ],
)
def test_what_the_safeguards_keep_out_stands_nowhere(
    messages_after: Changed, name: str, old: str, new: str, word: str
) -> None:
    expected = [f"{word} {KEPT_OUT}"] if word else []
    assert messages_after(name, old, new) == expected


@pytest.mark.parametrize(
    ("old", "new", "name"),
    [
        ("columns: [宗教, religion]", "columns: []", "columns"),
        ("texts: [信访]", "texts: ['']", "texts"),
    ],
)
def test_safeguards_have_words_and_none_is_empty(
    messages_after: Changed, old: str, new: str, name: str
) -> None:
    found = messages_after("base/safeguards.yaml", old, new)
    assert found == [f"{name}: a place needs the safeguards of legal.md L8"]


def test_a_unit_has_a_valid_code(messages_after: Changed) -> None:
    found = messages_after("base/units.yaml", "660Q", "660A")
    assert found == ["示例局: 91320100748204660A is not a valid code"]


def test_no_day_is_both_a_holiday_and_worked(messages_after: Changed) -> None:
    found = messages_after("base/calendar/2026.yaml", "[2026-01-04]", "[2026-01-02]")
    assert found == ["2026-01-02 is both a holiday and a working day"]


def test_the_years_of_the_calendar_follow_each_other(world: World) -> None:
    year = "kind: calendar\nyear: 2023\nholidays: [2023-01-01]\nworkdays: []\norigin: x\n"
    world.write("base/calendar/2023.yaml", year)
    assert world.messages() == ["the years after 2023 are missing"]


def test_the_year_before_may_stand_there_too(world: World) -> None:
    year = "kind: calendar\nyear: 2025\nholidays: [2025-01-01]\nworkdays: []\norigin: x\n"
    world.write("base/calendar/2025.yaml", year)
    assert world.messages() == []


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("- item: penalty", "- item: lost", "no catalog item lost"),
        ("{MC: [企业名称]", "{XX: [企业名称]", "penalty: columns: XX is not a field of the item"),
        ("lacks: [GB]", "lacks: [XX]", "penalty: lacks: XX is not a field of the item"),
        ("{GB: 是}", "{XX: 是}", "penalty: constants: XX is not a field of the item"),
        ("{LB: {'1'", "{XX: {'1'", "penalty: translate: XX is not a field of the item"),
        ("{MC: JG}", "{MC: XX}", "penalty: same_as: XX is not a field of the item"),
        ("{MC: JG}", "{XX: JG}", "penalty: same_as: XX is not a field of the item"),
        ("[JE]", "[XX]", "penalty: money_fields: XX is not a field of the item"),
        ("[JE]", "[MC]", "penalty: money_fields: MC is not a number"),
        ("money_unit: yuan", "money_unit: jiao", "penalty: money_unit must be one of wan, yuan"),
        ("[序号]", "[企业名称]", "penalty: the header 企业名称 is named twice"),
        ("{GB: 是}", "{GB: 或}", "penalty: GB cannot be '或'"),
        ("'1': 警告", "'1': 警示", "penalty: LB cannot be '警示'"),
    ],
)
def test_a_profile_maps_to_fields_and_values_that_exist(
    messages_after: Changed, old: str, new: str, message: str
) -> None:
    assert messages_after("profiles/paper/profile.yaml", old, new) == [message]


@pytest.mark.parametrize("value", ["''", "任何文字"])
def test_a_profile_may_blank_a_choice_and_write_any_text(
    messages_after: Changed, value: str
) -> None:
    column = "GB" if value == "''" else "MC"
    new = f"constants: {{{column}: {value}}}"
    assert messages_after("profiles/paper/profile.yaml", "constants: {GB: 是}", new) == []


def test_a_profile_maps_an_item_once(world: World) -> None:
    world.change("profiles/paper/profile.yaml", "items:\n", "items:\n  - {item: penalty}\n")
    assert world.messages() == ["an item is mapped twice"]


def test_re2_has_the_last_word_on_patterns(
    messages_after: Changed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readings, "MAX_PLACES", 10_000)
    found = messages_after(
        "base/catalog/penalty.yaml",
        "complete_when: present(MC)",
        "complete_when: matches(MC, '(?:甲{90}){90}')",
    )
    assert found == ["RE2 refuses the pattern '(?:甲{90}){90}'"]


def test_refusals_name_every_fault(world: World) -> None:
    world.change("base/units.yaml", "660Q", "660A")
    world.change("base/scenes.yaml", "shows: [penalty]", "shows: [lost]")
    assert world.refusal() == [
        "base/scenes.yaml:3: no catalog item lost",
        "base/units.yaml:3: 示例局: 91320100748204660A is not a valid code",
    ]


def test_a_place_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LawError, match="there is no pack 'lost'"):
        compile_place(tmp_path / "lost", profiles=None)
