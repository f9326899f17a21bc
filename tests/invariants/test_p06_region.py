"""P6: organisations from outside the region are treated alike."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from gongxin.check.answer import Question
from gongxin.check.asking import check
from gongxin.core import rules
from gongxin.core.audit import By
from gongxin.core.evaluation import compile_model
from gongxin.derive.archive import archive
from gongxin.derive.explanation import explain
from gongxin.derive.grading import evaluate_all
from gongxin.derive.models import Grade
from gongxin.law.lints.models import REGIONAL
from tests.derive import town as t
from tests.invariants import models
from tests.law.conftest import World

pytestmark = pytest.mark.django_db
PROVINCES = {
    "11": "北京", "12": "天津", "13": "河北", "14": "山西", "15": "内蒙古", "21": "辽宁",
    "22": "吉林", "23": "黑龙江", "31": "上海", "32": "江苏", "33": "浙江", "34": "安徽",
    "35": "福建", "36": "江西", "37": "山东", "41": "河南", "42": "湖北", "43": "湖南",
    "44": "广东", "45": "广西", "46": "海南", "50": "重庆", "51": "四川", "52": "贵州",
    "53": "云南", "54": "西藏", "61": "陕西", "62": "甘肃", "63": "青海", "64": "宁夏",
    "65": "新疆",
}  # fmt: skip
STORIES = 24
PAIRS = 10_000


def firm(province: str, story: int) -> tuple[str, str]:
    """A firm of a province that lives through a story; its code begins with the province."""
    name = f"{PROVINCES[province]}示例第{story}贸易有限公司"
    return t.code(story, region=f"{province}0100"), name


def penalties(who: tuple[str, str], story: int) -> list[t.Row]:
    """What is recorded against the firm of a story: another kind, amount and day in each."""
    day = (t.DECIDED - timedelta(days=11 * story)).isoformat()
    if story % 6 == 0:
        return []
    if story % 6 == 1:
        return [t.grave(who, story, CF_JDRQ=day)]
    amounts = [str(n) for n in ("0.5", "3", "20", "120")[: story % 6 - 1]]
    return [
        t.penalty(who, 100 * story + n, CF_NR_FK=amount, CF_JDRQ=day)
        for n, amount in enumerate(amounts)
    ]


@pytest.fixture
def country(town: t.Town) -> t.Town:
    """The same stories in each of the 31 provinces."""
    firms = [(firm(province, story), story) for province in PROVINCES for story in range(STORIES)]
    town.hand_in(t.LICENCE, *(t.licence(who, story) for who, story in firms))
    town.hand_in(t.PENALTY, *(row for who, story in firms for row in penalties(who, story)))
    town.hand_in(t.HONOUR, *(t.honour(who, story) for who, story in firms if story % 4 == 0))
    return town


def differing(of: Callable[[str], object], *, each: int = 1) -> list[tuple[str, int]]:
    """The provinces and stories where something is not as in the platform's own province."""
    stories = range(0, STORIES, each)
    here = {story: of(firm("21", story)[0]) for story in stories}
    return [
        (province, story)
        for story in stories
        for province in PROVINCES
        if of(firm(province, story)[0]) != here[story]
    ]


@pytest.mark.scale
def test_the_same_records_give_the_same_everywhere(country):
    release = country.release
    graded = evaluate_all(as_of=t.TODAY, by=By("", t.RECEIVED), release=release, home=country.home)
    rows = Grade.objects.filter(run_id=graded.run).values_list("subject", "score", "level")
    grades = {subject: (score, level) for subject, score, level in rows}
    assert len(grades) == len(PROVINCES) * STORIES
    assert len(set(grades.values())) > 5  # the stories differ
    assert STORIES * len(PROVINCES) * (len(PROVINCES) - 1) // 2 >= PAIRS

    def explained(uscc: str) -> object:
        found = explain(uscc, as_of=t.TODAY, release=release)
        assert found is not None
        return found.score, found.level, sorted((ln.item, ln.points) for ln in found.lines)

    def kept(uscc: str) -> object:
        found = archive(uscc, as_of=t.TODAY, release=release)
        assert found is not None
        return found.counts, sorted(
            (r.item, str(r.public_until), str(r.repairable_from), r.repair_state, r.clause)
            for r in found.records
        )

    def checked(uscc: str) -> object:
        answer = check(Question(uscc, "bidding", "lending", t.TODAY, t.RECEIVED), release)
        shown = sorted((f.item, f.failing_class, str(f.public_until)) for f in answer.facts)
        return answer.status, answer.coverage, shown, answer.measures, answer.not_shown

    assert differing(grades.__getitem__) == []
    assert differing(explained, each=5) == []
    assert differing(kept, each=5) == []
    assert differing(checked, each=5) == []


def test_no_shipped_model_reads_a_region():
    release = t.release()
    for model in release.content.models:
        compiled = compile_model(model, release.items)
        for expr in (*compiled.wheres, *compiled.points, *compiled.ceilings):
            assert REGIONAL.isdisjoint(name.upper() for name in rules.names_in(expr))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("points: points(10)", "points: points(10) if present(XZQYDM) else points(5)"),
        ("where: failing_class == '一般'", "where: XZQYDM == '211100'"),
        (
            "when: \"exists(item == 'penalty' and failing_class == '一般', months=12)\"",
            "when: exists(XZQYDM == '211100')",
        ),
    ],
    ids=["points", "condition", "ceiling"],
)
def test_a_model_that_reads_a_region_is_refused(place: World, old: str, new: str):
    place.change("base/models/points.yaml", old, new)

    assert any("XZQYDM may not be read by a model" in fault for fault in place.refusal())


# Each says by a way round where somebody is from, or who: no region field is named.
ROUNDABOUT = {
    "the city of a list entry": ("M12", "MD_DS != '盘锦市'"),
    "the district of a list entry": ("M12", "MD_QXMC == '双台子区'"),
    "a tax registration": ("M01", "starts(CF_XDR_SWDJ, '33')"),
    "a business registration": ("M01", "starts(CF_XDR_GSZC, '33')"),
    "an organisation code": ("M01", "present(CF_XDR_ZZJG)"),
    "a place in a document number": ("M01", "not contains(CF_WSH, '盘')"),
    "a word of the facts": ("M01", "contains(CF_SY, '外地')"),
    "a word of the remarks": ("M01", "contains(BZ, '外省')"),
    "an address of the supplier": ("M14", "contains(gysdz, '盘锦')"),
    "an address of the buyer": ("P08", "contains(cgrdz, '盘锦')"),
    "a court's province": ("M13", "areaname == '辽宁'"),
    "health in the facts": ("M01", "contains(CF_SY, '残疾')"),
    "belief in the facts": ("M01", "contains(CF_SY, '基督教')"),
    "a registered unit": ("M01", "known_unit(CF_CFLB)"),
}


@pytest.mark.parametrize("way", ROUNDABOUT)
def test_a_model_that_reads_who_or_where_by_a_way_round_is_refused(way: str):
    assert [m for m in models.faults_with(models.where_also(*ROUNDABOUT[way])) if "may not" in m]


def test_points_by_a_place_are_refused():
    line = replace(models.LINES["M12"], points="points(0) if MD_QXMC == '甲' else points(200)")

    assert [m for m in models.faults_with(line) if "MD_QXMC may not be read" in m]


def test_the_shipped_model_put_together_again_is_clean():
    assert models.faults_with(models.LINES["M01"]) == []
    assert models.faults_under(models.MODEL.ceilings[0]) == []
