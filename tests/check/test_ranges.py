"""A check by prefix: organisations in public facts alone, and never few enough to guess (L6)."""

import hashlib
from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gongxin.audit.models import Row
from gongxin.check import ranges
from gongxin.check.answer import CheckRefused, Question
from gongxin.check.asking import check
from gongxin.check.models import Asked, RangeDay
from gongxin.check.ranges import RangeRefused
from gongxin.ledger.models import Subject
from tests.derive import town as t
from tests.fixtures.audit import deeds
from tests.fixtures.crowd import crowd

pytestmark = pytest.mark.django_db
ASKED = Question(
    "", "procurement", "admission", t.TODAY, t.RECEIVED, "client:x", "案1", t.TRANSPORT
)


def hash_of(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()


def test_the_stored_signs_are_the_hashs_first(settled):
    assert [s.hashed for s in Subject.objects.order_by("uscc")] == [
        hash_of(s.uscc)[:4] for s in Subject.objects.order_by("uscc")
    ]


# 20,000 / 16 = 1,250 on average, of which four fifths are 1,000: one sign. One fewer is not.
@pytest.mark.parametrize(
    ("organisations", "digits"),
    [
        (0, None),
        (999, None),
        (1_000, 0),
        (19_999, 0),
        (20_000, 1),
        (319_999, 1),
        (320_000, 2),
        (2_540_000, 2),
        (5_120_000, 3),
        (10**9, 4),
    ],
)
def test_a_prefix_is_as_long_as_the_crowd_allows(organisations, digits):
    assert ranges.digits_for(organisations) == digits


def test_a_town_too_small_has_no_range(settled):
    assert ranges.size(t.TODAY).digits is None
    with pytest.raises(RangeRefused):
        ranges.find(ASKED, "", settled.release)
    assert deeds("check.range") == []


def test_facts_are_those_of_the_check_by_name(settled):
    crowd(1_000)

    found = ranges.find(ASKED, "", settled.release)

    entries = {entry.uscc: entry for entry in found.entries}
    for uscc in (t.FINED[0], t.LISTED[0]):
        named = check(replace(ASKED, uscc=uscc), settled.release)
        adverse = tuple(fact for fact in named.facts if fact.adverse)
        assert (entries[uscc].name, entries[uscc].facts) == (named.name, adverse)
        assert entries[uscc].list_entries == named.list_entries
    assert (found.head, found.release) == (named.head, named.release)


def test_who_is_not_checked_is_in_no_range(settled):
    crowd(1_000)

    told = {entry.uscc for entry in ranges.find(ASKED, "", settled.release).entries}

    assert t.FINED[0] in told
    hidden = {t.TRADER[0], t.OWNED[0], t.UNNAMED[0], t.HIDDEN[0], t.QUIET[0], t.ABSENT[0]}
    assert told & hidden == set()


def test_what_ends_is_in_no_range_on_the_day_after(settled):
    crowd(1_000)
    last = t.Current.objects.get(subject=t.FINED[0], item=t.PENALTY).public_until

    def told(day):
        found = ranges.find(replace(ASKED, as_of=day), "", settled.release)
        return {f.item for e in found.entries if e.uscc == t.FINED[0] for f in e.facts}

    assert t.PENALTY in told(last)
    assert t.PENALTY not in told(last.fromordinal(last.toordinal() + 1))


def test_a_prefix_gives_its_bucket_alone(settled):
    crowd(20_000)
    first = hash_of(t.FINED[0])[0]

    found = ranges.find(ASKED, first, settled.release)

    assert found.organisations >= ranges.LEAST
    assert t.FINED[0] in {entry.uscc for entry in found.entries}
    assert {hash_of(entry.uscc)[0] for entry in found.entries} == {first}


@pytest.mark.parametrize("prefix", ["", "ab", "g", "A", " ", "0" * 64])
def test_another_length_than_the_days_is_refused(settled, prefix):
    RangeDay.objects.create(day=t.TODAY, digits=1, organisations=20_000)

    with pytest.raises(RangeRefused):
        ranges.find(ASKED, prefix, settled.release)
    assert deeds("check.range") == []


def test_a_bucket_with_too_few_codes_is_refused_whatever_the_day_says(settled):
    RangeDay.objects.create(day=t.TODAY, digits=1, organisations=20_000)
    crowd(2_000)

    with pytest.raises(RangeRefused):
        ranges.find(ASKED, "0", settled.release)


def test_one_persons_undertakings_are_no_crowd(settled):
    crowd(1_000, kind="unknown")

    assert ranges.size(t.TODAY).digits is None


def test_the_length_stays_the_same_all_day(settled):
    before = ranges.size(t.TODAY)
    crowd(20_000)

    assert ranges.size(t.TODAY) == before
    assert ranges.size(t.TODAY.replace(day=2)).digits == 1


def test_the_look_is_recorded_with_the_prefix_and_nobody_is_named(settled):
    crowd(1_000)

    ranges.find(ASKED, "", settled.release)

    (deed,) = deeds("check.range")
    assert (deed["object"], deed["matter"], deed["purpose"], deed["case_no"]) == (
        "sha256:",
        "procurement",
        "admission",
        "案1",
    )
    assert Row.objects.count() == 1
    assert Asked.objects.count() == 0


def test_an_unknown_matter_is_refused_and_nothing_recorded(settled):
    crowd(1_000)

    with pytest.raises(CheckRefused):
        ranges.find(replace(ASKED, matter="nothing"), "", settled.release)
    assert Row.objects.count() == 0


def test_a_bucket_is_read_with_as_many_queries_as_any_other(settled):
    crowd(1_000)
    ranges.size(t.TODAY)

    with CaptureQueriesContext(connection) as queries:
        ranges.find(ASKED, "", settled.release)

    assert len([q for q in queries if "ledger_" in q["sql"]]) == 2
