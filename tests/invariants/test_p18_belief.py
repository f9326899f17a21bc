"""P18: belief, opinion, petition, assembly, health and family become no record (legal.md L8)."""

import re
from itertools import groupby

import pytest

from gongxin.check.answer import CheckRefused, Question
from gongxin.check.asking import check
from gongxin.core.audit import By
from gongxin.core.catalog import DataType, Item, PublicRange
from gongxin.derive.archive import archive
from gongxin.derive.grading import evaluate_all
from gongxin.derive.models import Grade
from gongxin.engines.files import FileRefused
from gongxin.law import LawError, Release
from gongxin.ledger.models import Current
from tests.derive import town as t
from tests.invariants import corpus
from tests.invariants.corpus import RowAttempt
from tests.law.conftest import World

pytestmark = pytest.mark.django_db
AT_LEAST = 500
BASE = 1_000_000
# Numbers of certificates and files, and names of authorities and places: no room for a fact.
OF_NO_MATTER = re.compile(
    r".*_(GSZC|ZZJG|SWDJ|SYDW|SHZZ|XKBH|ZSBH|RWBH|BH|ZCH|YCJG|DS|QXMC|PJND)"
    r"|regno|gistid|gistunit|areaname|redecorg_cn|xmbh|jfzttyshxydm|ssqy|sshy|qzdd|ggxh|wyws"
    r"|decisionNumber"
)


def test_the_corpus_is_large_enough_and_every_attempt_once():
    rows = list(corpus.row_attempts(t.release()))
    columns = list(corpus.column_attempts(t.release()))

    assert len(rows) + len(columns) >= AT_LEAST
    assert len({(r.item, r.column, r.said) for r in rows}) == len(rows)
    assert len(set(columns)) == len(columns)


@pytest.fixture
def tried(town: t.Town) -> tuple[t.Town, list[RowAttempt]]:
    """A town into which every row of the corpus was handed in."""
    attempts = list(corpus.row_attempts(town.release))
    for item, group in groupby(attempts, key=lambda attempt: attempt.item):
        town.hand_in(item, *(attempt.row for attempt in group))
    return town, attempts


@pytest.mark.scale
def test_no_row_of_the_corpus_becomes_public_checked_or_scored(tried):
    town, attempts = tried
    graded = evaluate_all(
        as_of=t.TODAY, by=By("", t.RECEIVED), release=town.release, home=town.home
    )

    said = {attempt.who[0]: attempt for attempt in attempts}
    shown = Current.objects.exclude(hidden="held").values_list("subject", flat=True)
    assert [(said[uscc].item, said[uscc].column, said[uscc].said) for uscc in shown] == []
    scores = Grade.objects.filter(run_id=graded.run, subject__in=said)
    assert set(scores.values_list("score", flat=True)) <= {BASE}
    for uscc in list(said)[::50]:
        found = archive(uscc, as_of=t.TODAY, release=town.release)
        assert found is None or found.records == ()
        question = Question(uscc, "procurement", "lending", t.TODAY, t.RECEIVED)
        answer = check(question, town.release)
        assert (answer.status, answer.not_shown) == ("neutral", 0)


def test_the_same_rows_without_what_they_say_would_be_public(town):
    """The corpus shows something: what is refused is refused for what it says."""
    number = 0
    for item in town.release.content.items:
        number += 1
        row = corpus.valid_row(item, t.company(number), number)
        outcome = town.hand_in(item.item, row)
        faults = [(f.column, f.code, f.value) for f in outcome.findings if f.level == "error"]
        assert (item.item, outcome.accepted, faults) == (item.item, 1, [])
    assert Current.objects.filter(hidden="held").count() == 0
    assert Current.objects.count() == number


def test_no_column_of_the_corpus_is_taken_in(town):
    fine = t.licence(t.FINED)
    taken = []
    for column in corpus.column_attempts(town.release):
        try:
            town.hand_in(t.LICENCE, fine | {column: "无"})
        except FileRefused as refused:
            taken += [] if "may not be collected" in refused.message else [column]
        else:
            taken.append(column)

    assert taken == []
    assert Current.objects.count() == 0


CLAUSES = {
    "an item": ("base/catalog/honour.yaml", "name: {zh: 示例荣誉, en"),
    "a category": ("base/catalog/honour.yaml", "category: 荣誉信息"),
    "a field": ("base/catalog/honour.yaml", "name: {zh: 区划, en"),
    "an option": ("base/catalog/penalty.yaml", "optionalRange: [警告, 罚款, 其他-*]"),
    "a list": ("base/repair/terms.yaml", "name: {zh: 示例公示期, en"),
    "a class": ("base/repair/terms.yaml", "when: \"contains(LB, '警告')\""),
    "a measure": ("base/measures.yaml", "name: {zh: 限制投标, en"),
    "a model": ("base/models/points.yaml", "name: {zh: 示例模型, en"),
    "an indicator": ("base/models/points.yaml", "name: {zh: 荣誉, en"),
    "a condition of a model": ("base/models/points.yaml", "where: failing_class == '一般'"),
    "a ceiling": ("base/models/points.yaml", "name: {zh: 封顶, en"),
    "a header of a source": ("profiles/paper/profile.yaml", "MC: [企业名称]"),
}
NAMED = {
    "base/catalog/penalty.yaml": "optionalRange: [警告, 罚款, {}, 其他-*]",
    "category: 荣誉信息": "category: '{}'",
    "when: \"contains(LB, '警告')\"": "when: \"contains(LB, '{}')\"",
    "where: failing_class == '一般'": "where: failing_class == '一般' and contains(LB, '{}')",
    "MC: [企业名称]": "MC: [企业名称, '{}']",
}


def test_no_clause_of_the_corpus_compiles(place: World):
    safeguards = "\n".join(corpus.safeguards_text(t.release()))
    place.change("base/safeguards.yaml", "columns: [宗教, religion]", safeguards)
    assert place.messages() == []
    names = list(corpus.pack_names(t.release()))
    words = list(dict.fromkeys(t.release().safeguards.columns))[::4]
    compiled = []
    for name, (file, text) in CLAUSES.items():
        before = (place.root / file).read_text("utf-8")
        form = NAMED.get(text) or NAMED.get(file) or text.split("zh: ")[0] + "zh: '{}', en"
        for said in names if name == "a field" else words:
            place.write(file, before.replace(text, form.replace("{}", said)))
            try:
                place.compile()
            except LawError:
                continue
            compiled.append((name, said))
        place.write(file, before)

    assert compiled == []


def test_by_subject_foreign_religious_and_union_bodies_have_an_archive_only(town):
    prefixes = ("21", "29", "71", "72", "79", "81", "89")
    bodies = [(t.code(n, prefix), "示例机构") for n, prefix in enumerate(prefixes)]
    for item, make in ((t.LICENCE, t.licence), (t.PENALTY, t.penalty), (t.SERIOUS, t.serious)):
        town.hand_in(item, *(make(body) for body in bodies))

    for uscc, _ in bodies:
        found = archive(uscc, as_of=t.TODAY, release=town.release)
        assert found is not None
        assert [record.item for record in found.records] == [t.LICENCE]
        with pytest.raises(CheckRefused):
            check(Question(uscc, "bidding", "lending", t.TODAY, t.RECEIVED), town.release)


def test_a_place_without_safeguards_cannot_be_compiled(place: World):
    (place.root / "base/safeguards.yaml").unlink()

    assert any("needs the safeguards of legal.md L8" in fault for fault in place.refusal())


@pytest.mark.parametrize("part", ["columns", "bases", "texts"])
def test_a_place_cannot_empty_a_part_of_the_safeguards(place: World, part):
    path = place.root / "base/safeguards.yaml"
    lines = path.read_text("utf-8").splitlines()
    kept = [f"{part}: []" if line.startswith(f"{part}:") else line for line in lines]
    path.write_text("\n".join(kept), "utf-8")

    assert any(f"{part}: a place needs the safeguards" in fault for fault in place.refusal())


def test_a_child_pack_adds_words_and_silences_none(place: World):
    place.write(
        "town/safeguards.yaml",
        "kind: safeguards\ncolumns: [甲]\nbases: [乙]\ntexts: [丙]\ncite: [{document: act}]\n",
    )

    merged = place.compile().safeguards

    assert (merged.columns, merged.bases) == (("宗教", "religion", "甲"), ("宗教事务条例", "乙"))
    assert merged.texts == ("信访", "丙")


def unread(release: Release) -> list[tuple[str, str]]:
    """Public texts, outside names, codes and numbers, that the safeguards do not read."""
    found = []
    for item in release.content.items:
        roles = {getattr(item.roles, role) for role in item.roles.__slots__}
        for field in item.fields:
            free = field.data_type is DataType.TEXT or any(
                option.endswith("*") for option in field.optional_range
            )
            told = field.publication_range is PublicRange.PUBLIC and field.identify not in roles
            if free and told and not _is_read(item, field.identify):
                found.append((item.item, field.identify))
    return found


def _is_read(item: Item, column: str) -> bool:
    return column in item.screened or OF_NO_MATTER.fullmatch(column) is not None


def test_the_safeguards_read_every_public_text():
    assert unread(t.release()) == []
