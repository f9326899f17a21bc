"""Another release over the records that are there: never worse for them, and at once."""

from dataclasses import replace
from datetime import date

import pytest

from gongxin.core.clauses import PublicityRule, Safeguards
from gongxin.core.visibility import Days, publicity_of
from gongxin.derive.archive import archive
from gongxin.derive.explanation import explain
from gongxin.derive.grading import evaluate_all
from gongxin.derive.models import Grade
from gongxin.intake.restating import restate
from gongxin.law import Release
from gongxin.ledger import segments, writer
from gongxin.ledger.models import Current, Entry, Subject
from gongxin.ledger.queries import head
from tests.fixtures.law import EXAMPLES
from tests.fixtures.penalties import code, penalty, write_csv
from tests.fixtures.platform import RECEIVED, Platform, posted

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 23)
PENALTY = "administrative-penalty"
# The example's fine of 10 May 2026 by hand: class 一般, one year, repair after three months.
STOOD = ("一般", "", date(2027, 5, 10), date(2026, 8, 10))


def other(release: Release, **changes: object) -> Release:
    return Release(replace(release.content, **changes))


def with_rule(release: Release, change) -> Release:
    """The release with each publicity rule of penalties changed."""
    rules = tuple(change(r) if PENALTY in r.items else r for r in release.content.publicity)
    return other(release, publicity=rules)


def with_months(release: Release, months: int, wait: int = 3) -> Release:
    """Fines are public for so many months in every version, and repaired after ``wait``."""

    def shorter(rule: PublicityRule) -> PublicityRule:
        return replace(rule, clocks=tuple(in_clock(clock) for clock in rule.clocks))

    def in_clock(clock):
        return replace(clock, versions=tuple(in_version(v) for v in clock.versions))

    def in_version(version):
        terms = tuple(
            replace(t, max_months=months, min_months=wait) if t.failing_class == "一般" else t
            for t in version.terms
        )
        return replace(version, terms=terms)

    return with_rule(release, shorter)


def with_class(release: Release, cls: str) -> Release:
    """Every penalty of the pack's table is of one class."""
    return with_rule(
        release,
        lambda rule: replace(
            rule, classes=tuple(replace(row, failing_class=cls) for row in rule.classes)
        ),
    )


def stands(number: int = 1) -> tuple:
    row = Current.objects.get(subject=code(number))
    return (row.failing_class, row.hidden, row.public_until, row.repairable_from)


@pytest.fixture
def fined(platform: Platform, tmp_path) -> Platform:
    platform.take(write_csv(tmp_path / "a.csv", [penalty(1)]))
    assert stands() == STOOD
    return platform


def again(platform: Platform, release: Release):
    return restate(as_of=TODAY, release=release, home=platform.home)


def test_the_same_release_changes_nothing(fined):
    before = posted()

    found = again(fined, fined.release)

    assert (found.changed, found.kept) == (0, 0)
    assert posted() == before


def test_an_empty_ledger_has_nothing_to_restate(platform):
    before = posted()

    assert again(platform, platform.release).changed == 0
    assert posted() == before


def test_a_shorter_term_ends_at_once_in_every_answer(fined):
    """Six months from 10 May are over on 23 November."""
    shorter = with_months(fined.release, 6, wait=1)
    before = explain(code(1), as_of=TODAY, release=fined.release)
    assert before is not None
    assert len({line.record_id for line in before.lines}) == 1

    found = again(fined, shorter)

    assert (found.changed, found.kept) == (1, 0)
    assert found.head == head() == Current.objects.get().revision
    assert stands() == ("一般", "", date(2026, 11, 10), date(2026, 6, 10))
    shown = archive(code(1), as_of=TODAY, release=shorter)
    after = explain(code(1), as_of=TODAY, release=shorter)
    run = evaluate_all(as_of=TODAY, made_at=RECEIVED, release=shorter, home=fined.home)
    assert shown is not None
    assert after is not None
    assert (shown.records, after.lines) == ((), ())
    assert Grade.objects.get(run_id=run.run, subject=code(1)).score == after.score


def test_what_was_posted_stays_in_the_ledger_as_it_was(fined):
    (posted_first,) = Entry.objects.values()

    again(fined, with_months(fined.release, 6))

    first, second = Entry.objects.order_by("revision").values()
    assert first == posted_first
    changed = {name for name in first if first[name] != second[name]}
    assert changed == {"revision", "kind", "public_until", "release"}
    assert second["kind"] == "restate"


@pytest.mark.parametrize("corrected", [False, True])
def test_a_corrected_record_is_still_told_to_be_corrected(platform, tmp_path, corrected):
    platform.take(write_csv(tmp_path / "a.csv", [penalty(1)]))
    if corrected:
        platform.take(write_csv(tmp_path / "b.csv", [penalty(1, CF_NR="罚款贰万叁仟伍佰元")]))
    later = with_months(platform.release, 11)
    assert again(platform, later).changed == 1

    shown = archive(code(1), as_of=TODAY, release=later)

    assert shown is not None
    assert [record.revised for record in shown.records] == [corrected]


def test_a_second_call_changes_nothing(fined):
    shorter = with_months(fined.release, 6)
    again(fined, shorter)
    before = posted()

    assert again(fined, shorter).changed == 0
    assert posted() == before


def test_back_under_the_first_release_nothing_grows_again(fined):
    again(fined, with_months(fined.release, 6))
    before = posted()

    found = again(fined, fined.release)

    assert (found.changed, found.kept) == (0, 1)
    assert posted() == before


@pytest.mark.parametrize(
    "worse",
    [
        lambda release: with_months(release, 24),
        lambda release: with_class(release, "严重"),
    ],
    ids=["longer", "severer"],
)
def test_what_would_be_worse_stays_and_is_counted(fined, worse):
    before = posted()

    found = again(fined, worse(fined.release))

    assert (found.changed, found.kept) == (0, 1)
    assert posted() == before


def test_a_hidden_record_does_not_come_to_light(platform, tmp_path):
    """In the simple procedure (01) it is not public; another release would show it."""
    platform.take(write_csv(tmp_path / "a.csv", [penalty(1, CF_CXLB="01")]))
    assert stands()[1] == "simple_procedure"
    open_ = with_class(platform.release, "一般")
    open_ = with_rule(open_, lambda rule: replace(rule, never=()))

    found = again(platform, open_)

    assert (found.changed, found.kept) == (0, 1)
    assert stands()[1] == "simple_procedure"


def test_a_milder_class_counts(fined):
    """轻微 is not public under the law in force since April 2026."""
    again(fined, with_class(fined.release, "轻微"))

    assert stands()[:2] == ("轻微", "class_not_public")


def test_a_record_type_that_is_gone_is_shown_to_nobody(fined):
    items = tuple(item for item in fined.release.content.items if item.item != PENALTY)
    gone = other(fined.release, items=items, publicity=())

    assert again(fined, gone).changed == 1
    assert stands() == (STOOD[0], "item_not_public", *STOOD[2:])


def test_a_new_word_of_the_safeguards_holds_what_names_it(fined):
    more = Safeguards((), (), ("规定排放",), ())
    screened = other(fined.release, safeguards=(*fined.release.content.safeguards, more))

    assert again(fined, screened).changed == 1
    assert stands()[1] == "held"


def test_who_is_unconfirmed_stays_so(platform, tmp_path):
    platform.take(write_csv(tmp_path / "a.csv", [penalty(1)]))
    second = penalty(1, CF_WSH="盘环罚〔2026〕0777号", CF_XDR_MC="示例别家有限公司")
    platform.take(write_csv(tmp_path / "b.csv", [second]))

    assert again(platform, with_months(platform.release, 6)).changed == 2
    hidden = Current.objects.order_by("revision").values_list("hidden", flat=True)
    assert sorted(hidden) == ["", "unconfirmed"]


def test_the_same_file_does_not_bring_the_old_term_back(fined, tmp_path):
    again(fined, with_months(fined.release, 6))
    before = posted()

    outcome = fined.take(write_csv(tmp_path / "a.csv", [penalty(1)]))

    assert (outcome.accepted, outcome.duplicates) == (0, 1)
    assert posted() == before


def test_a_crash_leaves_nothing(fined, monkeypatch):
    before = posted()

    def crash(revision: int) -> None:
        raise RuntimeError(revision)

    monkeypatch.setattr(writer, "set_head", crash)
    with pytest.raises(RuntimeError):
        again(fined, with_months(fined.release, 6))

    assert posted() == before


def expected(row: Current, release: Release) -> tuple:
    """What restating should make of a record, by core's own words for one record."""
    item, rule = release.items[row.item], release.publicity.get(row.item)
    days = Days(row.decided_on, TODAY, TODAY)
    now = publicity_of(item, rule, dict.fromkeys(item.columns, "") | row.payload, days)
    if not row.adverse:
        return (row.failing_class, row.hidden or now.hidden, now.public_until)
    classes = [rule.severity.index(cls) for cls in (row.failing_class, now.failing_class) if cls]
    milder = rule.severity[min(classes)] if len(classes) == 2 else ""
    return (milder, row.hidden or now.hidden, min(row.public_until, now.public_until))


@pytest.mark.parametrize("file", ["penalties.csv", "licences.xlsx", "edge.csv"])
def test_every_record_of_a_file_stands_as_core_says(platform, file):
    """Also with most entries in segments."""
    platform.take(EXAMPLES / file)
    segments.export(platform.home, head=head(), minimum=1)
    shorter = with_class(with_months(platform.release, 6), "一般")
    rows = {row.record_id: row for row in Current.objects.all()}
    names = dict(Subject.objects.values_list("uscc", "name"))

    found = again(platform, shorter)

    now = {row.record_id: row for row in Current.objects.all()}
    assert {key: (r.failing_class, r.hidden, r.public_until) for key, r in now.items()} == {
        key: expected(row, shorter) for key, row in rows.items()
    }
    moved = [key for key, row in rows.items() if now[key].revision != row.revision]
    assert found.changed == len(moved)
    assert dict(Subject.objects.values_list("uscc", "name")) == names
