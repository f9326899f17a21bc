"""A unit gets back all that it handed in, with what became of it, and nothing of another unit."""

from datetime import date, timedelta

import pytest

from gongxin.audit.models import Row
from gongxin.core.uscc import PLACEHOLDER
from tests.api.conftest import Api, deeds, serve, token_of
from tests.api.test_conventions import is_problem
from tests.derive import town as t

pytestmark = pytest.mark.django_db
LATER = t.RECEIVED + timedelta(hours=1)
NOBODY_YET = "个体工商户"


@pytest.fixture
def lower(town, settings, anybody, register) -> Api:
    """The system of a unit that reports: a lower platform that follows its own data."""
    serve(town, settings)
    who = register(unit=t.TRANSPORT, roles=("reporter",))
    return Api(anybody.browser, token_of(anybody.browser, who, scope="own-records"))


def back(api: Api, since: str = "0", limit: int = 200) -> dict:
    answer = api.get(f"/own-records?since={since}&limit={limit}")
    assert answer.status_code == 200, answer.content
    return answer.json()


def states(part: dict) -> list[tuple[str, str, str]]:
    return [(one["uscc"], one["state"], one["hidden"]) for one in part["items"]]


def handed_in(town, *rows, received_at=t.RECEIVED):
    return town.hand_in(t.PENALTY, *rows, unit=t.TRANSPORT, received_at=received_at)


def test_every_record_comes_back_as_it_stands(lower, town):
    taken = handed_in(
        town, t.penalty(t.FINED), t.penalty(t.HIDDEN, 7, CF_CXLB="01"), t.penalty(t.TRADER, 3)
    )
    part = back(lower)

    by_subject = {one["uscc"]: one for one in part["items"]}
    assert set(by_subject) == {t.FINED[0], t.HIDDEN[0], t.TRADER[0]}
    shown = by_subject[t.FINED[0]]
    assert (shown["state"], shown["hidden"], shown["disputed"]) == ("public", "", False)
    assert (shown["batch"], shown["row"], shown["public_until"]) == (taken.batch, 1, "2027-05-10")
    assert shown["fields"]["CF_WSH"] == "盘交罚〔2026〕1号"
    assert shown["fields"]["BZ"] == "内部备注"  # its own remark, shared between authorities
    assert by_subject[t.HIDDEN[0]]["state"] == "not_public"
    assert by_subject[t.HIDDEN[0]]["hidden"] != ""
    assert part["more"] is False


def test_what_was_attached_to_nobody_is_said_to_be(lower, town):
    handed_in(town, t.penalty((PLACEHOLDER, NOBODY_YET), 3, CF_XDR_LB=t.SOLE_TRADER))

    assert [one[:2] for one in states(back(lower))] == [("", "unattached")]


def test_what_ended_is_said_to_have_ended(lower, town, settings):
    handed_in(town, t.penalty(t.FINED))
    settings.PORTAL_TODAY = date(2027, 5, 11)

    assert states(back(lower)) == [(t.FINED[0], "ended", "")]


def test_a_change_comes_once_more_and_nothing_else_does(lower, town):
    handed_in(town, t.penalty(t.FINED), t.penalty(t.LISTED, 2))
    seen = back(lower)["next"]
    assert back(lower, seen)["items"] == []
    handed_in(town, t.penalty(t.FINED, CF_CXBG="撤销"), received_at=LATER)

    ((code, state, hidden),) = states(back(lower, seen))
    assert (code, state, hidden != "") == (t.FINED[0], "not_public", True)


def test_records_of_another_unit_and_of_persons_are_not_there(lower, town):
    person = {
        "CF_XDR_MC": "示例某人",
        "CF_XDR_LB": t.PERSON,
        "CF_XDR_SHXYM": "",
        "CF_FRDB": "",
        "CF_XDR_ZJLX": "身份证",
        "CF_XDR_ZJHM": t.RESIDENT_ID,
    }
    town.hand_in(t.PENALTY, t.penalty(t.LISTED, 2), t.penalty(t.HIDDEN, 7, CF_CXLB="01"))
    handed_in(town, t.penalty(t.FINED), t.penalty(t.QUIET, 9) | person)

    assert [one[0] for one in states(back(lower))] == [t.FINED[0]]


def test_parts_follow_each_other(lower, town):
    handed_in(town, *(t.penalty(t.company(n), n) for n in range(1, 6)))
    first = back(lower, limit=3)
    second = back(lower, first["next"], limit=3)

    codes = [one["uscc"] for one in first["items"] + second["items"]]
    assert codes == sorted(set(codes), key=codes.index)
    assert (len(first["items"]), len(codes)) == (3, 5)
    assert (first["more"], second["more"]) == (True, False)


def test_each_look_is_in_the_audit_log(lower, town):
    handed_in(town, t.penalty(t.FINED))
    told = back(lower)

    (deed,) = deeds("take-back")
    assert (deed["object"], deed["on_behalf"], deed["decision"]) == (
        t.TRANSPORT,
        t.TRANSPORT,
        "allow",
    )
    assert deed["details"] == {"since": "0", "upto": told["next"], "records": "1"}
    assert not any(
        t.FINED[0] in bytes(row.content).decode() for row in Row.objects.filter(action="take-back")
    )


def test_who_does_not_report_gets_nothing_back(lower, anybody, register):
    who = register(unit=t.TRANSPORT, roles=("checker",))
    other = Api(anybody.browser, token_of(anybody.browser, who))

    assert anybody.get("/own-records").status_code == 401
    assert other.get("/own-records").status_code == 403
    assert deeds("take-back") == []


@pytest.mark.parametrize("query", ["x=1", "limit=1&limit=2", "uscc=1", "%00=1", "expand"])
def test_a_parameter_that_is_not_known_is_refused(lower, query):
    assert is_problem(lower.get(f"/own-records?{query}"), 400, "unknown-parameter")
