"""The rules of docs/domain (section 6) that follow from the packs alone: national and demo."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from gongxin.core import evaluation, validation, visibility
from gongxin.core.evaluation import EvaluatedRecord, Result
from gongxin.core.visibility import Publicity
from gongxin.law import Release, compile_place

ROOT = Path(__file__).resolve().parents[2]
TODAY = date(2026, 11, 23)
CODE = "91320100748204660Q"
UNIT = "1121110005260181XL"  # 盘锦市市场监督管理局 of the demo pack
EMERGENCY = "11211100066131863E"
PENALTY: Mapping[str, str] = {
    "CF_XDR_MC": "示例（盘锦）有限公司",
    "CF_XDR_LB": "法人及非法人组织",
    "CF_XDR_SHXYM": CODE,
    "CF_FRDB": "示例",
    "CF_WSH": "盘应急罚〔2026〕1号",
    "CF_WFXW": "示例违法行为",
    "CF_SY": "示例事实",
    "CF_YJ": "《示例法》第一条",
    "CF_CFLB": "罚款",
    "CF_NR": "罚款1万元",
    "CF_NR_FK": "1",
    "CF_JDRQ": "2026-05-10",
    "CF_YXQ": "2099-12-31",
    "CF_CFJG": "盘锦市应急管理局",
    "CF_CFJGDM": EMERGENCY,
    "CF_SJLY": "盘锦市应急管理局",
    "CF_SJLYDM": EMERGENCY,
    "CF_CXLB": "02",
}
LICENCE: Mapping[str, str] = {
    "XK_XDR_MC": "示例（盘锦）有限公司",
    "XK_XDR_LB": "法人及非法人组织",
    "XK_XDR_SHXYM": CODE,
    "XK_FRDB": "示例",
    "XK_XKWS": "示例许可决定书",
    "XK_WSH": "盘市监许〔2026〕1号",
    "XK_XKLB": "普通",
    "XK_NR": "示例经营",
    "XK_JDRQ": "2026-05-10",
    "XK_YXQZ": "2026-05-10",
    "XK_YXQZI": "2031-05-09",
    "XK_XKJG": "盘锦市市场监督管理局",
    "XK_XKJGDM": UNIT,
    "XK_ZT": "1",
    "XK_LYDW": "盘锦市市场监督管理局",
    "XK_LYDWDM": UNIT,
}
ROWS = {"administrative-penalty": PENALTY, "administrative-licence": LICENCE}


@dataclass(frozen=True)
class Law:
    """The demo place's release and what it says about rows."""

    release: Release

    def faults(self, row: Mapping[str, str], *, item: str = "administrative-penalty") -> list[str]:
        """Codes of the errors of a row that differs from a good one as given."""
        return [code for code, level in self.findings(row, item=item) if level == "error"]

    def warnings(self, row: Mapping[str, str]) -> list[str]:
        return [code for code, level in self.findings(row) if level == "warning"]

    def findings(
        self, row: Mapping[str, str], *, item: str = "administrative-penalty"
    ) -> list[tuple[str, str]]:
        fired = validation.faults_of(
            validation.checks_of(self.release.items[item]),
            {**ROWS[item], **row},
            today=TODAY,
            units=frozenset(unit.uscc for unit in self.release.content.units),
        )
        return [(check.code, check.level) for check in fired]

    def publicity(
        self, row: Mapping[str, str], *, decided_on: date = date(2026, 5, 10), as_of: date = TODAY
    ) -> Publicity:
        name = "administrative-penalty"
        return visibility.publicity_of(
            self.release.items[name],
            self.release.publicity[name],
            {**PENALTY, **row},
            visibility.Days(decided_on, decided_on, as_of),
        )

    def record(
        self, record_id: str, row: Mapping[str, str], *, decided_on: date, as_of: date
    ) -> EvaluatedRecord | None:
        """The penalty as a model sees it, or None if it is not public on the day."""
        found = self.publicity(row, decided_on=decided_on, as_of=as_of)
        if not found.is_public(as_of):
            return None
        fields = {**PENALTY, **row}
        return EvaluatedRecord(
            record_id, "administrative-penalty", decided_on, found.failing_class, fields
        )

    def grade(self, *records: EvaluatedRecord | None, as_of: date = TODAY) -> Result:
        model = evaluation.compile_model(
            self.release.models["illustrative-points"], self.release.items
        )
        public = [record for record in records if record is not None]
        return evaluation.evaluate(model, public, as_of=as_of)


@pytest.fixture(scope="session")
def law() -> Law:
    return Law(compile_place(ROOT / "packs/demo", profiles=ROOT / "profiles"))
