"""A log with a key of its own, a witness outside, and deeds of an invented office."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import transaction

from gongxin.audit import actions, checking, signing, witness
from gongxin.audit.actions import Sealed
from gongxin.audit.checking import Report
from gongxin.audit.models import Leaf
from gongxin.audit.signing import Signer
from gongxin.audit.witness import Folder
from gongxin.core.audit import Deed

AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


def deed(number: int = 1, **changes: object) -> Deed:
    given = {
        "at": AT + timedelta(seconds=number),
        "actor": f"示例局/{number % 7}",
        "action": "check",
        "object": f"91211100MA{number:06}XX",
        "purpose": "tendering",
        "case_no": f"案〔2026〕{number}号",
    }
    return Deed(**(given | changes))


def row_at(index: int) -> int:
    return Leaf.objects.get(index=index).row_id


@dataclass
class Log:
    signer: Signer
    witness: Folder

    def record(self, *deeds: Deed) -> list[str]:
        with transaction.atomic():
            return [actions.record(one) for one in deeds]

    def seal(self) -> Sealed | None:
        """Seal, and let the witness take what was sealed."""
        sealed = actions.seal(at=AT, signer=self.signer)
        if sealed is not None:
            self.witness.take(sealed.note, sealed.leaves)
        return sealed

    def check(self, *, now: datetime = AT) -> Report:
        return checking.check(self.signer.verifier, (self.witness,), now=now)

    def named(self) -> set[int | None]:
        """The rows that checking names."""
        return {fault.row for fault in self.check().faults}


@pytest.fixture
def log(tmp_path: Path, db: None) -> Log:
    signing.make(tmp_path, "credit.example.cn/audit")
    signer = signing.read(tmp_path)
    return Log(signer, witness.found("archive", tmp_path / "archive", signer.verifier))


@pytest.fixture
def sealed(log: Log) -> Log:
    """Thirty deeds sealed in three goes."""
    for first in (0, 7, 20):
        log.record(*(deed(n) for n in range(first, {0: 7, 7: 20, 20: 30}[first])))
        log.seal()
    return log
