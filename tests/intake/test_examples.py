"""Every file of examples/ is taken in as its expected.json says, row by row."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from gongxin.intake.receive import Outcome
from tests.fixtures.law import EXAMPLES
from tests.fixtures.platform import (
    Platform,
    contents,
    current,
    empty,
    make_platform,
    posted,
    scratch,
)

EXPECTED: dict[str, dict[str, Any]] = json.loads((EXAMPLES / "expected.json").read_text("utf-8"))
FILES = list(EXPECTED)
COUNTS = ("rows", "accepted", "duplicates", "revisions", "personal", "rejected", "unattached")
every_file = pytest.mark.parametrize("name", FILES)
pytestmark = pytest.mark.django_db


@dataclass
class Taken:
    """All files sent once, then all sent again in another order."""

    platform: Platform
    first: dict[str, Outcome]
    again: dict[str, Outcome]
    after_first: dict[str, list[str]]
    after_again: dict[str, list[str]]

    def records(self, name: str, **columns: object):
        return current(batch=self.first[name].batch, **columns)


@pytest.fixture(scope="module")
def taken(django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[Taken]:
    with django_db_blocker.unblock():
        platform = make_platform(tmp_path_factory.mktemp("examples"))
        first = {name: platform.take(EXAMPLES / name) for name in FILES}
        after_first = posted()
        again = {name: platform.take(EXAMPLES / name) for name in reversed(FILES)}
        yield Taken(platform, first, again, after_first, posted())
        empty()


def named(findings, rows):
    """The expected code of each row that is among its errors."""
    found = {(finding.row, finding.code) for finding in findings if finding.level == "error"}
    return {row: code for row, code in rows.items() if (int(row), code) in found}


@every_file
def test_type_and_profile_are_recognised(taken: Taken, name):
    outcome = taken.first[name]

    assert outcome.item == EXPECTED[name]["type"]
    assert outcome.profile == EXPECTED[name].get("profile", "double-publicity")


@every_file
def test_exactly_the_listed_rows_are_rejected_each_with_its_code(taken: Taken, name):
    findings = taken.first[name].findings

    errors = {finding.row for finding in findings if finding.level == "error"}
    assert errors == {int(row) for row in EXPECTED[name]["rejected"]}
    assert named(findings, EXPECTED[name]["rejected"]) == EXPECTED[name]["rejected"]


@every_file
def test_persons_duplicates_and_the_rest_are_counted(taken: Taken, name):
    expected, outcome = EXPECTED[name], taken.first[name]

    rejected, personal, doubled = (
        len(expected[key]) for key in ("rejected", "personal", "duplicates")
    )
    assert outcome.rows == expected["rows"]
    assert outcome.rejected == rejected
    assert outcome.personal == personal
    assert outcome.duplicates == doubled
    assert outcome.accepted == expected["rows"] - rejected - personal - doubled


@every_file
def test_accepted_rows_are_neither_rejected_nor_about_persons_nor_doubled(taken: Taken, name):
    expected = EXPECTED[name]
    left_out = {*map(int, expected["rejected"]), *expected["personal"], *expected["duplicates"]}

    entries = taken.after_first["ledger_entry"]
    assert len(entries) == sum(outcome.accepted for outcome in taken.first.values())
    assert left_out.isdisjoint({record.row for record in taken.records(name)})


def test_every_file_sent_twice_changes_nothing(taken: Taken):
    assert taken.after_again == taken.after_first


@every_file
def test_rows_of_a_file_sent_twice_are_duplicates(taken: Taken, name):
    again = taken.again[name]

    assert (again.accepted, again.revisions) == (0, 0)
    assert again.duplicates == again.rows - again.personal - again.rejected


def test_the_changed_row_of_the_edge_file_is_a_revision(taken: Taken):
    (revised,) = taken.records("edge.csv", kind="correct")

    assert taken.first["edge.csv"].revisions == len(EXPECTED["edge.csv"]["revisions"])
    assert [revised.row] == EXPECTED["edge.csv"]["revisions"]
    assert revised.payload["CF_NR_FK"] == "2.000000"


def test_the_placeholder_of_a_sole_trader_is_attached_to_nobody(taken: Taken):
    (loose,) = taken.records("edge.csv", subject="")

    assert taken.first["edge.csv"].unattached == len(EXPECTED["edge.csv"]["unattached"])
    assert [loose.row] == EXPECTED["edge.csv"]["unattached"]
    assert loose.hidden == "unattached"


def test_ten_thousand_yuan_are_one_wan(taken: Taken):
    """Rows of penalties_law.csv with FINE 10000, and the amounts that they become."""
    lines = (EXAMPLES / "penalties_law.csv").read_text("utf-8-sig").splitlines()
    ten_thousand = {row for row, line in enumerate(lines) if ",10000,202" in line}

    rows = [r for r in taken.records("penalties_law.csv") if r.row in ten_thousand]

    assert len(rows) == len(ten_thousand) > 0
    assert {record.payload["CF_NR_FK"] for record in rows} == {"1.000000"}


def test_five_thousand_yuan_are_half_a_wan(taken: Taken):
    """Row 1: FINE is 5000."""
    (record,) = taken.records("penalties_law.csv", row=1)

    assert record.payload["CF_NR_FK"] == "0.500000"


def test_simple_procedures_are_stored_and_hidden(taken: Taken):
    rows = [r for r in taken.records("penalties_law.csv") if r.payload["CF_CXLB"] == "01"]

    assert len(rows) > 0
    assert {record.hidden for record in rows} == {"simple_procedure"}


def test_a_blank_procedure_is_99_stored_and_hidden(taken: Taken):
    """Row 3 of edge.csv names no procedure."""
    (record,) = taken.records("edge.csv", row=3)

    assert record.payload["CF_CXLB"] == "99"
    assert record.hidden == "procedure_not_stated"


def test_records_of_the_historic_form_are_incomplete_and_hidden(taken: Taken):
    """200 rows of which 6 have a wrong check character; the form has no procedure."""
    records = taken.records("penalties_2015.csv")

    assert EXPECTED["penalties_2015.csv"]["flag"] == "incomplete"
    assert len(records) == 194
    assert {record.payload["CF_CXLB"] for record in records} == {"99"}
    assert {(record.incomplete, record.hidden) for record in records} == {(True, "incomplete")}


def test_records_of_current_forms_are_not_incomplete(taken: Taken):
    assert taken.records("penalties.csv", incomplete=True) == []
    assert taken.records("licences.xlsx", incomplete=True) == []


@every_file
def test_the_receipt_says_what_was_counted(taken: Taken, name):
    outcome = taken.first[name]

    assert [outcome.receipt[key] for key in COUNTS] == [getattr(outcome, key) for key in COUNTS]
    assert outcome.receipt["file"] == name
    assert outcome.receipt["release"] == taken.platform.release.hash
    assert outcome.rows == (
        outcome.accepted + outcome.duplicates + outcome.personal + outcome.rejected
    )


def test_findings_are_kept_beside_their_batches(taken: Taken):
    outcomes = [*taken.first.values(), *taken.again.values()]

    assert len(contents()["intake_batch"]) == len(outcomes)
    assert len(contents()["intake_finding"]) == sum(len(o.findings) for o in outcomes)


def test_nothing_stays_in_the_scratch_folder(taken: Taken):
    assert scratch(taken.platform) == []
