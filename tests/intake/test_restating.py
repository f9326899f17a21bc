"""Another release over the records that are there: never worse for them, and at once."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from gongxin import law
from gongxin.core.audit import By
from gongxin.core.catalog import Nature
from gongxin.core.clauses import PublicityRule, Safeguards
from gongxin.core.visibility import Days, publicity_of
from gongxin.derive.archive import archive
from gongxin.derive.explanation import explain
from gongxin.derive.grading import evaluate_all
from gongxin.derive.models import Grade
from gongxin.intake.receive import ReleaseChanged
from gongxin.intake.restating import put_back, put_in_force
from gongxin.law import Release
from gongxin.ledger import segments, writer
from gongxin.ledger.models import Current, Entry, Subject
from gongxin.ledger.queries import head
from tests.fixtures.law import EXAMPLES
from tests.fixtures.penalties import code, penalty, write_csv
from tests.fixtures.platform import RECEIVED, Platform, contents, posted

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


def with_name_in(release: Release, field: str) -> Release:
    """A pack with an error: the subject's name is read from another field."""
    items = tuple(
        replace(item, roles=replace(item.roles, subject_name=field))
        if item.item == PENALTY
        else item
        for item in release.content.items
    )
    return other(release, items=items)


def stands(number: int = 1) -> tuple:
    row = Current.objects.get(subject=code(number))
    return (row.failing_class, row.hidden, row.public_until, row.repairable_from)


@pytest.fixture
def fined(platform: Platform, tmp_path) -> Platform:
    platform.take(write_csv(tmp_path / "a.csv", [penalty(1)]))
    assert stands() == STOOD
    return platform


def again(platform: Platform, release: Release):
    """Put a release in force; what comes later is taken in under it."""
    by = By("operator:示例", RECEIVED + timedelta(minutes=1))
    found = put_in_force(release, platform.home, by=by)
    platform.release = release
    return found


def test_the_release_of_the_records_is_put_back_where_a_newer_file_stands(platform):
    newer = with_months(platform.release, 24)
    assert put_back(platform.home) is False  # none was ever put in force here
    again(platform, platform.release)
    law.store(platform.home, newer)

    assert put_back(platform.home) is True

    assert law.active(platform.home).hash == platform.release.hash


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
    run = evaluate_all(as_of=TODAY, by=By("", RECEIVED), release=shorter, home=fined.home)
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


@pytest.mark.parametrize(
    "faulty",
    [
        lambda release: with_months(release, 6),
        lambda release: with_class(release, "轻微"),
        lambda release: other(release, items=(), publicity=()),
        lambda release: with_name_in(release, "CF_FRDB"),
    ],
    ids=["shorter", "milder", "gone", "another name"],
)
def test_a_release_that_was_wrong_leaves_nothing_behind(fined, faulty):
    """Under the release of its day a record stands as it was reported, whatever held between."""
    first = fined.release
    assert again(fined, faulty(first)).changed == 1
    assert stands() != STOOD

    found = again(fined, first)

    assert (found.changed, found.kept) == (1, 0)
    assert stands() == STOOD


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
    open_ = with_class(platform.release, "严重")
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


def turned(release: Release, nature: Nature) -> Release:
    """The release in which penalties say something else of their subject."""
    items = tuple(
        replace(item, nature=nature, adverse_when="") if item.item == PENALTY else item
        for item in release.content.items
    )
    rules = release.content.publicity if nature is Nature.ADVERSE else ()
    return other(release, items=items, publicity=rules)


@pytest.mark.parametrize("procedure", ["01", "02"])
def test_what_is_adverse_no_more_is_shown_no_longer_and_not_again(platform, tmp_path, procedure):
    """Twice, for the second call must not take what the first has made for what was reported."""
    platform.take(write_csv(tmp_path / "a.csv", [penalty(1, CF_CXLB=procedure)]))
    before = stands()
    neutral = turned(platform.release, Nature.NEUTRAL)

    found = [again(platform, neutral) for _ in range(2)]

    assert [run.changed for run in found] == [1, 0]
    assert stands()[1:3] == before[1:3]
    assert not Current.objects.get().adverse


def test_what_turns_adverse_stays_as_it_is_and_is_counted(platform, tmp_path):
    adverse = platform.release
    platform.release = turned(adverse, Nature.NEUTRAL)
    platform.take(write_csv(tmp_path / "a.csv", [penalty(1)]))
    before = stands()

    found = again(platform, adverse)

    assert (found.kept, Current.objects.get().adverse) == (1, False)
    assert stands()[0] == before[0] == ""
    # Reported without end; nobody sees a penalty longer than its term because it was neutral once.
    assert stands()[2] == date(2027, 5, 10)


def test_what_turns_adverse_is_held_all_the_same(platform, tmp_path):
    adverse = platform.release
    platform.release = turned(adverse, Nature.NEUTRAL)
    platform.take(write_csv(tmp_path / "a.csv", [penalty(1)]))
    more = Safeguards((), (), ("规定排放",), ())

    again(platform, other(adverse, safeguards=(*adverse.content.safeguards, more)))

    assert stands()[1] == "held"


def test_a_neutral_record_that_ended_does_not_come_back(platform, tmp_path):
    def for_months(months: int) -> Release:
        items = tuple(
            replace(item, public_months=months) if item.item == PENALTY else item
            for item in turned(first, Nature.NEUTRAL).content.items
        )
        return other(turned(first, Nature.NEUTRAL), items=items)

    first = platform.release
    platform.release = for_months(3)
    platform.take(write_csv(tmp_path / "a.csv", [penalty(1)]))
    assert stands()[2] == date(2026, 8, 10)

    assert again(platform, for_months(60)).changed == 0
    assert stands()[2] == date(2026, 8, 10)


def test_classes_of_another_name_count_as_the_release_has_them(fined):
    """一般 is called otherwise, and so are its terms."""

    def renamed(rule: PublicityRule) -> PublicityRule:
        text = law.Release(replace(first.content, publicity=(rule,))).content.publicity[0]
        rows = tuple(replace(row, failing_class="丙") for row in text.classes)
        clocks = tuple(
            replace(
                clock,
                versions=tuple(
                    replace(v, terms=(replace(v.terms[0], failing_class="丙", public=True),))
                    for v in clock.versions
                ),
            )
            for clock in text.clocks
        )
        return replace(text, severity=("丙",), classes=rows, clocks=clocks)

    first = fined.release
    found = again(fined, with_rule(first, renamed))

    assert (found.changed, found.kept) == (1, 0)
    assert stands()[0] == "丙"


def test_another_name_of_a_clause_alone_changes_nothing(fined):
    renamed = with_rule(fined.release, lambda rule: replace(rule, rule="another-name"))
    before = posted()

    assert again(fined, renamed).changed == 0
    assert posted() == before


def test_a_longer_wait_for_repair_is_worse_and_not_taken(fined):
    found = again(fined, with_months(fined.release, 12, wait=6))

    assert (found.changed, found.kept) == (0, 1)
    assert stands() == STOOD


def test_a_file_that_was_read_under_another_release_is_not_posted(fined, tmp_path):
    old = fined.release
    again(fined, with_months(old, 6))
    fined.release = old
    before = contents()

    with pytest.raises(ReleaseChanged, match="try again"):
        fined.take(write_csv(tmp_path / "b.csv", [penalty(2)]))

    assert contents() == before


def expected(row: Current, release: Release) -> tuple:
    """What restating should make of a record, by core's own words for one record."""
    item, rule = release.items[row.item], release.publicity.get(row.item)
    days = Days(row.decided_on, TODAY, TODAY)
    now = publicity_of(item, rule, dict.fromkeys(item.columns, "") | row.payload, days)
    ends = [day for day in (row.public_until, now.public_until) if day is not None]
    if not row.adverse:
        return (row.failing_class, row.hidden or now.hidden, min(ends, default=None))
    classes = [rule.severity.index(cls) for cls in (row.failing_class, now.failing_class) if cls]
    milder = rule.severity[min(classes)] if len(classes) == 2 else ""
    return (milder, row.hidden or now.hidden, min(ends))


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
