"""The smallest chain of packs that lints clean; a test changes one text and sees one fault."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from gongxin.law import Fault, LawError, Release, compile_place, lint, load

HEAD = """\
pack: base
extends: ""
version: "1"
name: {zh: 基础, en: Base}
"""
DOCUMENTS = """\
kind: documents
documents:
  - {id: act, title: 示例法, number: 第1号, rank: law, confidence: seen, in_force_from: 2020-01-01}
  - {id: memo, title: 示例备忘录, number: 第2号, rank: memorandum, confidence: seen}
  - {id: local, title: 示例条例, number: 第3号, rank: local_regulation, confidence: high}
  - {id: old, title: 旧法, number: '4', rank: law, confidence: seen, in_force_until: 2020-12-31}
"""
SAFEGUARDS = """\
kind: safeguards
columns: [宗教, religion]
bases: [宗教事务条例]
texts: [信访]
cite: [{document: act, article: 第一条}]
"""
PENALTY = """\
kind: catalog
item: penalty
name: {zh: 示例处罚, en: Penalty}
edition: "1"
layer: base
category: 行政管理信息
section: adverse
phase: after
basis: [{document: act, article: 第二条}]
owner: 各机关
deadline_working_days: 7
public_type: public
record_class: public
nature: adverse
channel: creditchina
subjects: [organisation, one_person]
roles: {subject_name: MC, subject_code: DM, decided_on: RQ, authority_name: JG, authority_code: ''}
key: [JG, DM, RQ]
screened: [MC]
split: {fields: [ZJ], keep: no}
defaults: [{field: LB, value: 警告}]
complete_when: present(MC)
fields:
  - {identify: MC, name: {zh: 名称, en: Name}, dataType: text, dataLength: 10, required: yes}
  - {identify: DM, name: {zh: 代码, en: Code}, dataType: text, dataLength: 18}
  - {identify: RQ, name: {zh: 日期, en: Day}, dataType: date, required: yes}
  - {identify: JG, name: {zh: 机关, en: Authority}, dataType: text, dataLength: 10}
  - {identify: LB, name: {zh: 类别, en: Kind}, dataType: enums, optionalRange: [警告, 罚款, 其他-*]}
  - {identify: JE, name: {zh: 金额, en: Amount}, dataType: number}
  - {identify: GB, name: {zh: 是否公示, en: Public}, dataType: flag}
  - {identify: ZJ, name: {zh: 证件, en: Certificate}, dataType: text, dataLength: 18,
     publicationRange: none, desensitization: yes, desensitizationRule: [1, 1]}
rules:
  - code: amount_required
    column: JE
    when: contains(LB, '罚款') and blank(JE)
    message: {zh: 金额不能为空, en: An amount is needed}
"""
HONOUR = """\
kind: catalog
item: honour
name: {zh: 示例荣誉, en: Honour}
edition: "1"
layer: base
category: 荣誉信息
section: trustworthy
phase: during
basis: [{document: act}]
owner: 各机关
deadline_working_days: 7
public_type: public
record_class: market
nature: favourable
channel: creditchina
subjects: [organisation]
roles: {subject_name: MC, subject_code: DM, decided_on: RQ, authority_name: JG, authority_code: ''}
key: [DM, RQ]
fields:
  - {identify: MC, name: {zh: 名称, en: Name}, dataType: text, dataLength: 10}
  - {identify: DM, name: {zh: 代码, en: Code}, dataType: text, dataLength: 18}
  - {identify: RQ, name: {zh: 日期, en: Day}, dataType: date}
  - {identify: JG, name: {zh: 机关, en: Authority}, dataType: text, dataLength: 10}
  - {identify: XZQYDM, name: {zh: 区划, en: Region}, dataType: text, dataLength: 6}
"""
REPAIR = """\
kind: repair
rule: terms
name: {zh: 示例公示期, en: Terms}
items: [penalty]
severity: [轻微, 一般]
classes:
  - {failing_class: 轻微, when: "contains(LB, '警告')", cite: [{document: act}]}
  - {failing_class: 一般, when: "contains(LB, '罚款')", cite: [{document: act}]}
never:
  - {reason: unit, when: "GB == '否'", cite: [{document: act}]}
clocks:
  - clock: fire
    when: "contains(MC, '消防')"
    versions:
      - valid_from: 2020-01-01
        valid_until: 2020-12-31
        cite: [{document: act}]
        terms:
          - {failing_class: 轻微, public: no, max_months: 3}
          - {failing_class: 一般, public: yes, min_months: 6, max_months: 24}
  - clock: general
    when: ''
    versions:
      - valid_from: 2020-01-01
        valid_until: 2023-12-31
        cite: [{document: act}]
        terms:
          - {failing_class: 轻微, public: no, max_months: 3}
          - {failing_class: 一般, public: yes, min_months: 3, max_months: 36, when: "blank(JE)"}
          - {failing_class: 一般, public: yes, min_months: 3, max_months: 12}
      - valid_from: 2024-01-01
        valid_until: none
        cite: [{document: act}]
        terms:
          - {failing_class: 轻微, public: no, max_months: 3}
          - {failing_class: 一般, public: yes, min_months: 3, max_months: 12}
"""
MODEL = """\
kind: models
model: points
version: "1"
name: {zh: 示例模型, en: Model}
authority: 示例单位
standing: illustrative
basis: [{document: act}]
forms: [company]
base: 100000
items:
  - id: A
    name: {zh: 荣誉, en: Honour}
    sign: plus
    types: [honour]
    points: points(10)
    cap: 15000
    cite: [{document: act}]
  - id: B
    name: {zh: 处罚, en: Penalty}
    sign: minus
    types: [penalty]
    where: failing_class == '一般'
    points: "points(20) if number(JE) >= 1 else points(5)"
    months: 24
    cite: [{document: act}]
levels:
  - {level: A, name: {zh: 优, en: Good}, lowest: 90000}
  - {level: B, name: {zh: 中, en: Fair}, lowest: 50000}
  - {level: C, name: {zh: 差, en: Poor}, lowest: 0}
ceilings:
  - id: X
    level: B
    when: "exists(item == 'penalty' and failing_class == '一般', months=12)"
    name: {zh: 封顶, en: Ceiling}
    cite: [{document: act}]
"""
MEASURES = """\
kind: measures
measures:
  - measure: bid
    name: {zh: 限制投标, en: No bids}
    kind: restrict
    items: [penalty]
    matters: [tender]
    implementing_unit: 示例局
    basis: [{document: act, article: 第三条}]
"""
SCENES = """\
kind: scenes
matters:
  - {matter: tender, name: {zh: 投标, en: Tender}, scene: 交易, shows: [penalty]}
purposes:
  - {purpose: admission, name: {zh: 审批, en: Approval}}
"""
UNITS = """\
kind: units
units:
  - {uscc: 91320100748204660Q, name: 示例局}
"""
CALENDAR = """\
kind: calendar
year: 2026
holidays: [2026-01-01, 2026-01-02]
workdays: [2026-01-04]
origin: 示例通知
"""
CASES = """\
kind: cases
publicity:
  - name: 一般处罚公示一年
    rule: terms
    item: penalty
    row: {LB: 罚款, MC: 甲, JE: '1'}
    decided_on: 2026-05-10
    as_of: 2026-05-11
    expect: {failing_class: 一般, public: yes, hidden: '',
             repairable_from: 2026-08-10, public_until: 2027-05-10}
  - name: 荣誉没有期限
    rule: terms
    item: honour
    row: {MC: 甲}
    decided_on: 2026-05-10
    as_of: 2026-05-11
    expect: {public_until: none}
validation:
  - name: 罚款没有金额
    item: penalty
    today: 2026-06-01
    row: {MC: 甲, DM: 91320100748204660Q, RQ: 2026-05-10, LB: 罚款}
    expect: [amount_required]
models:
  - name: 一次罚款
    model: points
    subject: {uscc: 91320100748204660Q, name: 示例有限公司}
    as_of: 2026-06-01
    records:
      - {record_id: r1, item: penalty, decided_on: 2026-05-10, failing_class: 一般,
         fields: {JE: '1'}}
      - {record_id: r2, item: penalty, decided_on: 2026-06-02, failing_class: 一般}
      - {record_id: r3, item: penalty, decided_on: 2026-05-10, failing_class: 一般,
         public_until: 2026-05-31}
    expect: {score: 80000, level: B, lines: {r1: -20000}}
  - name: 个体工商户不评价
    model: points
    subject: {uscc: 92320100748204660P, name: 示例小吃店}
    as_of: 2026-06-01
    records: []
    expect: {score: 0, level: 'not graded: one_person'}
calendar:
  - {name: 元旦后补班, start: 2025-12-31, working_days: 1, expect: 2026-01-04, provisional: yes}
"""
SITE = """\
kind: site
name: {zh: 示例市, en: Town}
place: '211100'
operator: 示例单位
telephone: ''
"""
PROFILE = """\
profile: paper
name: {zh: 纸表, en: Paper}
origin: 示例
items:
  - item: penalty
    columns: {MC: [企业名称], LB: [处罚种类]}
    ignored: [序号]
    lacks: [GB]
    constants: {GB: 是}
    translate: {LB: {'1': 警告, '2': '罚款;警告'}}
    same_as: {MC: JG}
    money_unit: yuan
    money_fields: [JE]
"""
FILES = {
    "base/pack.yaml": HEAD,
    "base/documents.yaml": DOCUMENTS,
    "base/safeguards.yaml": SAFEGUARDS,
    "base/catalog/penalty.yaml": PENALTY,
    "base/catalog/honour.yaml": HONOUR,
    "base/repair/terms.yaml": REPAIR,
    "base/models/points.yaml": MODEL,
    "base/measures.yaml": MEASURES,
    "base/scenes.yaml": SCENES,
    "base/units.yaml": UNITS,
    "base/calendar/2026.yaml": CALENDAR,
    "base/cases/all.yaml": CASES,
    "town/pack.yaml": "pack: town\nextends: base\nversion: '1'\nname: {zh: 示例市, en: Town}\n",
    "town/site.yaml": SITE,
    "profiles/paper/profile.yaml": PROFILE,
}


@dataclass(frozen=True)
class World:
    """Packs ``base`` and ``town`` in a folder, with one profile."""

    root: Path

    def write(self, name: str, text: str) -> None:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def change(self, name: str, old: str, new: str) -> None:
        text = (self.root / name).read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {name}"
        self.write(name, text.replace(old, new))

    def lint(self) -> list[Fault]:
        return lint(load(self.root / "town", profiles=self.root / "profiles"))

    def messages(self) -> list[str]:
        return [fault.message for fault in self.lint()]

    def compile(self) -> Release:
        return compile_place(self.root / "town", profiles=self.root / "profiles")

    def refusal(self) -> list[str]:
        with pytest.raises(LawError) as refused:
            self.compile()
        return [str(fault) for fault in refused.value.faults]


@pytest.fixture
def world(tmp_path: Path) -> World:
    made = World(tmp_path)
    for name, text in FILES.items():
        made.write(name, text)
    return made


@pytest.fixture
def messages_after(world: World) -> Callable[[str, str, str], list[str]]:
    """Change one text of one file and return the messages of all lints."""

    def run(name: str, old: str, new: str) -> list[str]:
        world.change(name, old, new)
        return world.messages()

    return run
