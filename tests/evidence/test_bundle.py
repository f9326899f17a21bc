"""A record's trail for a court (legal.md L10): every figure here follows from the story by hand."""

import json
from dataclasses import replace
from datetime import date, timedelta

import pytest

from gongxin.accounts.acting import acts_for
from gongxin.audit import queries
from gongxin.audit.models import Row
from gongxin.audit.protection import NotProtected
from gongxin.audit.signing import Verifier
from gongxin.audit.verifying import verify
from gongxin.check.documents import is_signed
from gongxin.evidence.bundle import NoPurpose
from gongxin.evidence.trail import NoSuchRecord
from tests.derive import town as t
from tests.evidence.conftest import FIRST, MADE

pytestmark = pytest.mark.django_db


def test_every_revision_has_its_file_row_and_receipt(story):
    first, second = story.evidence()["revisions"]

    assert (first["kind"], second["kind"]) == ("assert", "correct")
    assert first["payload"]["CF_NR_FK"] == "1.200000"
    assert second["payload"]["CF_NR_FK"] == "0.800000"
    assert first["source"]["row"] == 1
    assert first["source"]["file_digest"].startswith("sha256:")
    assert first["source"]["receipt"]["number"] == first["source"]["batch"]
    assert first["received_at"] == "2026-06-01T02:00:00+00:00"


def test_who_read_what_on_which_days(story):
    published = story.evidence()["publications"]

    assert [(p["first"], p["last"]) for p in published] == [
        ("2026-06-01", "2026-06-10"),
        ("2026-06-10", story.town.record(t.FINED[0]).public_until.isoformat()),
    ]


def test_a_check_that_showed_it_is_named_with_its_unit(story):
    (receiver,) = story.evidence()["receivers"]

    assert receiver["check_no"] == story.answer.check_no
    assert (receiver["unit"], receiver["matter"]) == (t.TRANSPORT, "bidding")
    assert "asker" not in receiver


def test_as_of_a_day_nothing_later_is_in_it(story):
    found = story.evidence(date(2026, 6, 2))

    assert [r["kind"] for r in found["revisions"]] == ["assert"]
    assert found["receivers"] == []
    assert found["publications"][0]["last"] == found["revisions"][0]["public_until"]


def test_what_law_it_rested_on_is_said_with_the_release(story):
    law = story.evidence()["law"]
    (release,) = law

    assert release == story.town.release.hash
    assert law[release][0]["article"]
    assert law[release][0]["title"]


def test_a_release_that_is_lost_is_said_to_be_lost(story):
    (story.town.home / "releases" / f"{story.town.release.hash.replace(':', '-')}.json").unlink()

    assert set(story.evidence()["law"].values()) == {None}


def test_the_deeds_are_proved_by_the_logs_key(story):
    key = Verifier.read((story.town.home / "keys/audit.pub").read_text())
    found = story.evidence()["deeds"]

    assert len(found) == 2
    for proof in found:
        assert verify(proof, key).deed["action"] == "intake"


def test_it_is_signed_as_a_whole(story, key):
    made = story.evidence()
    signature = made.pop("signature")
    verifier = Verifier.read(key.read_text())

    def signed() -> bool:
        content = json.dumps(made, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return is_signed(content, signature, verifier)

    assert signed()
    made["revisions"][0]["payload"]["CF_NR_FK"] = "12"
    assert not signed()


def test_that_it_was_made_is_in_the_log_and_the_organisation_sees_it(story):
    story.evidence()

    deed = json.loads(bytes(Row.objects.get(action="evidence").content))
    assert (deed["object"], deed["actor"]) == (t.FINED[0], "operator:test")
    assert deed["details"] == {"record_id": story.record_id, "as_of": "2026-07-01"}
    acts_for(t.FINED[0])
    assert queries.looks_at(t.FINED[0], FIRST)[0].at == MADE


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"as_of": date(2026, 5, 31)}, NoSuchRecord),
        ({"purpose": " "}, NoPurpose),
        ({"case_no": ""}, NoPurpose),
    ],
)
def test_what_is_refused_leaves_no_trace(story, changes, error):
    before = Row.objects.count()

    with pytest.raises(error):
        story.evidence(**changes)

    assert Row.objects.count() == before


def test_no_evidence_leaves_while_the_log_cannot_be_sealed(story):
    story.town.hand_in(t.LICENCE, t.licence(t.FINED), received_at=MADE - timedelta(hours=5))
    before = Row.objects.count()

    with pytest.raises(NotProtected):
        story.evidence()

    assert Row.objects.count() == before


def test_an_unknown_record_is_refused(story):
    with pytest.raises(NoSuchRecord, match="no record 01NOT"):
        replace(story, record_id="01NOT").evidence()


def test_a_hidden_record_was_published_to_nobody(story):
    story.town.hand_in(t.PENALTY, t.penalty(t.HIDDEN, 7, CF_CXLB="01"), received_at=FIRST)
    record = story.town.record(t.HIDDEN[0])
    story.seal()

    assert replace(story, record_id=record.record_id).evidence()["publications"] == []
