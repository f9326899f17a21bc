"""Each intake and each restating leaves one row in the audit log; what is refused leaves none."""

import json

import pytest

from gongxin.audit.models import Row
from gongxin.core.audit import By
from gongxin.intake.restating import put_in_force
from tests.fixtures.penalties import penalty, write_csv
from tests.fixtures.platform import MARKET, RECEIVED, Platform, refused

pytestmark = pytest.mark.django_db


def deeds() -> list[dict]:
    return [json.loads(bytes(row.content)) for row in Row.objects.order_by("id")]


def test_an_intake_is_recorded_with_unit_and_receipt(platform: Platform, tmp_path):
    outcome = platform.take(write_csv(tmp_path / "a.csv", [penalty(1), penalty(2, CF_XDR_MC="")]))

    (deed,) = deeds()
    assert (deed["actor"], deed["action"], deed["object"]) == (MARKET, "intake", outcome.batch)
    assert deed["details"] == {
        "item": "administrative-penalty",
        "accepted": "1",
        "rejected": "1",
        "receipt": outcome.receipt["hash"],
    }


def test_a_refused_file_leaves_no_row(platform: Platform, tmp_path):
    file = tmp_path / "a.csv"
    file.write_text(",".join(penalty(1)) + "\n", encoding="utf-8")  # no row below the header
    with refused(platform, "a.csv"):
        platform.take(file)

    assert deeds() == []


def test_a_restating_is_recorded_with_its_release(platform: Platform):
    put_in_force(platform.release, platform.home, by=By("operator:示例", RECEIVED))

    (deed,) = deeds()
    assert (deed["actor"], deed["action"]) == ("operator:示例", "restate")
    assert (deed["object"], deed["details"]["changed"]) == (platform.release.hash, "0")
