"""The feed of changes: what is public, what is to be removed, and nothing that never was public."""

from datetime import date, timedelta

import pytest

from gongxin.ledger.models import Entry
from tests.api.conftest import Api, serve, token_of
from tests.derive import town as t

pytestmark = pytest.mark.django_db
LAST_DAY = date(2027, 5, 10)  # of a fine of 2026-05-10: twelve months
LATER = t.RECEIVED + timedelta(hours=1)


@pytest.fixture
def follower(town, settings, anybody, register) -> Api:
    """A client that follows the changes of an empty town."""
    serve(town, settings)
    return Api(anybody.browser, token_of(anybody.browser, register(), scope="changes"))


def feed(follower: Api, since: str = "0", limit: int = 200) -> dict:
    answer = follower.get(f"/changes?since={since}&limit={limit}")
    assert answer.status_code == 200, answer.content
    return answer.json()


def told(part: dict) -> list[tuple[str, str]]:
    return [(change["change"], change["uscc"]) for change in part["items"]]


def test_what_is_posted_is_told_with_its_last_day(follower, town):
    town.hand_in(t.PENALTY, t.penalty(t.FINED))

    part = feed(follower)

    assert told(part) == [("public", t.FINED[0])]
    (change,) = part["items"]
    assert change["record_id"] == town.record(t.FINED[0]).record_id
    assert (change["item"], change["public_until"]) == (t.PENALTY, LAST_DAY.isoformat())
    assert part["more"] is False


def test_a_withdrawal_is_told_as_a_removal_without_facts(follower, town):
    town.hand_in(t.PENALTY, t.penalty(t.FINED))
    seen = feed(follower)["next"]
    town.hand_in(t.PENALTY, t.penalty(t.FINED, CF_CXBG="撤销"), received_at=LATER)

    part = feed(follower, seen)

    assert told(part) == [("removed", t.FINED[0])]
    assert (part["items"][0]["item"], part["items"][0]["public_until"]) == ("", None)


def test_who_begins_later_is_told_the_record_once_as_it_stands(follower, town):
    town.hand_in(t.PENALTY, t.penalty(t.FINED))
    town.hand_in(t.PENALTY, t.penalty(t.FINED, CF_CXBG="撤销"), received_at=LATER)

    assert told(feed(follower)) == [("removed", t.FINED[0])]


def test_what_was_never_public_is_not_told(follower, town):
    town.hand_in(t.PENALTY, t.penalty(t.HIDDEN, CF_CXLB="01"))
    town.hand_in(t.PENALTY, t.penalty(t.QUIET, 2, CF_CXBG="撤销"))

    part = feed(follower)

    assert (part["items"], int(part["next"]) > 0) == ([], True)


@pytest.mark.parametrize("who", [t.TRADER, t.OWNED, t.UNNAMED])
def test_nothing_is_told_of_what_is_or_may_be_one_persons(follower, town, who):
    town.hand_in(t.PENALTY, t.penalty(who))

    assert feed(follower)["items"] == []


def test_what_turns_out_to_be_one_persons_is_removed_whole(follower, town):
    """A later row names it 个人独资企业: it is shown nowhere any more, and copies are to know."""
    town.hand_in(t.PENALTY, t.penalty(t.FINED, 1), t.penalty(t.QUIET, 2))
    town.hand_in(t.LICENCE, t.licence(t.FINED, 3), received_at=LATER)
    seen = feed(follower)["next"]
    old = {town.record(t.FINED[0], item).record_id for item in (t.PENALTY, t.LICENCE)}
    owned = (t.FINED[0], "盘锦示例一号个人独资企业")
    town.hand_in(t.HONOUR, t.honour(owned), received_at=LATER)

    part = feed(follower, seen)

    assert told(part) == [("removed", t.FINED[0])] * 2
    assert {one["record_id"] for one in part["items"]} == old
    assert told(feed(follower, part["next"])) == []
    town.hand_in(t.PENALTY, t.penalty(owned, 9), received_at=LATER)
    assert told(feed(follower, part["next"])) == []


def test_who_begins_to_follow_hears_nothing_of_what_turned_out_to_be_one_persons(follower, town):
    town.hand_in(t.PENALTY, t.penalty(t.FINED, 1), t.penalty(t.QUIET, 2))
    owned = (t.FINED[0], "盘锦示例一号个人独资企业")
    town.hand_in(t.HONOUR, t.honour(owned), received_at=LATER)

    assert told(feed(follower)) == [("public", t.QUIET[0])]


def test_one_persons_undertaking_by_its_first_file_was_never_told(follower, town):
    owned = (t.FINED[0], "盘锦示例一号个人独资企业")
    town.hand_in(t.PENALTY, t.penalty(t.FINED, 1), t.penalty(owned, 2))

    assert feed(follower)["items"] == []


def test_what_has_ended_is_to_be_removed(follower, town, settings):
    town.hand_in(t.PENALTY, t.penalty(t.FINED))

    settings.PORTAL_TODAY = LAST_DAY
    assert told(feed(follower)) == [("public", t.FINED[0])]
    settings.PORTAL_TODAY = LAST_DAY + timedelta(days=1)
    assert told(feed(follower)) == [("removed", t.FINED[0])]


def test_parts_follow_each_other(follower, town):
    town.hand_in(t.PENALTY, *(t.penalty(t.company(n), n) for n in range(1, 6)))
    # Revisions begin where the sequence stands: the first part looks at three of them.
    before = str(min(Entry.objects.values_list("revision", flat=True)) - 1)
    first = feed(follower, before, limit=3)
    second = feed(follower, first["next"], limit=3)

    codes = [change["uscc"] for change in first["items"] + second["items"]]
    assert sorted(codes) == sorted(t.company(n)[0] for n in range(1, 6))
    assert (first["more"], second["more"]) == (True, False)
    assert feed(follower, second["next"]) == {**second, "items": []}


def test_the_feed_needs_its_scope(follower, anybody, register):
    other = Api(anybody.browser, token_of(anybody.browser, register(), scope="check"))

    assert anybody.get("/changes").status_code == 401
    assert other.get("/changes").status_code == 403


@pytest.mark.parametrize("since", ["x", "-1", "", "9" * 16])
def test_a_cursor_that_is_none_is_refused(follower, since):
    assert follower.get(f"/changes?since={since}").status_code == 422
