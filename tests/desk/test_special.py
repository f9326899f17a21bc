"""Special queries: applied for, decided by another, used for their purpose, revoked at once (1-59).

The bill of a utility is shown with consent or a grant alone: its record type and all its fields are
``authorised`` in packs/national; the remark of a penalty (BZ) is shared between authorities.
"""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from gongxin.accounts import special
from gongxin.accounts.actions import Term
from gongxin.accounts.models import SpecialQuery, Unit
from gongxin.accounts.policy import Role
from gongxin.accounts.special import BadApplication, NotToDecide, Wanted
from gongxin.cli import rights
from gongxin.core.audit import By
from tests.desk.office import NOW, fresh, later, log_in, person, text
from tests.fixtures.audit import deeds
from tests.fixtures.penalties import resident_number
from tests.fixtures.platform import MARKET, contents
from tests.portal import world as w

pytestmark = pytest.mark.usefixtures("at_the_desk")
DAY = NOW.date()
TERM = Term(DAY, DAY + timedelta(days=30))
PURPOSE, MATTER, OTHER_MATTER = "admission", "bidding", "procurement"
ASKER, DECIDER = By("staff:chen", NOW), By("staff:wu", NOW)
BILL = "utility-bill"
AMOUNT, REMARK = "88.250000", "内部备注"


@pytest.fixture
def firm(db: None) -> str:
    """A company with a fine and a bill."""
    code = w.organisation(w.code(1), "盘锦示例石化装备有限公司")
    w.penalty(code)
    w.record(code, BILL, {"USCC": code, "JE": AMOUNT}, hidden="item_not_public")
    return code


def wanted(*subjects: str, **changes: object) -> Wanted:
    given = {
        "unit": MARKET,
        "items": (BILL,),
        "subjects": subjects,
        "form": "",
        "purpose": PURPOSE,
        "matter": MATTER,
        "basis": "《示例条例》第三条",
        "term": TERM,
    }
    return Wanted(**{**given, **changes})


def granted(*subjects: str, **changes: object) -> int:
    number = special.apply(wanted(*subjects, **changes), known={BILL}, by=ASKER)
    special.decide(number, "依法核查需要", granted=True, by=DECIDER)
    return number


def look(browser, code: str, **changes: str) -> str:
    typed = {"code": code, "purpose": PURPOSE, "matter": MATTER, "case_no": "盘审〔2026〕1号"}
    return text(browser.post("/desk/records", typed | changes))


@pytest.fixture
def checker(db: None):
    """A browser of somebody who checks at a unit."""
    person("chen", Role.CHECKER)
    return fresh("chen")


def test_what_is_shared_is_shown_and_what_needs_a_grant_is_not(checker, firm):
    shown = look(checker, firm)

    assert REMARK in shown
    assert AMOUNT not in shown
    assert "示例法定代表人" not in shown


def test_under_a_grant_more_is_shown_and_the_use_is_recorded(checker, firm):
    number = granted(firm)

    assert AMOUNT in look(checker, firm)
    (told,) = deeds("read-records")
    assert (told["actor"], told["object"], told["on_behalf"]) == ("staff:chen", firm, MARKET)
    assert (told["purpose"], told["matter"], told["case_no"]) == (
        PURPOSE,
        MATTER,
        "盘审〔2026〕1号",
    )
    assert told["details"] == {"records": "2", "grants": str(number)}


def test_a_kind_of_organisations_may_be_granted(checker, firm):
    granted(form="company")

    assert AMOUNT in look(checker, firm)


@pytest.mark.parametrize(
    "changes",
    [
        {"subjects": (w.code(7),)},
        {"subjects": (), "form": "social"},
        {"purpose": "award"},
        {"matter": OTHER_MATTER},
        {"unit": "112111000590830155"},
        {"term": Term(DAY + timedelta(1), DAY + timedelta(9))},
    ],
    ids=["another", "another kind", "purpose", "matter", "unit", "not yet"],
)
def test_a_grant_holds_for_what_it_names_alone(checker, firm, changes):
    granted(**{"subjects": (firm,), **changes})

    assert AMOUNT not in look(checker, firm)


def test_a_grant_of_another_record_type_shows_nothing_more(checker, firm):
    number = special.apply(wanted(firm, items=("honour",)), known={"honour"}, by=ASKER)
    special.decide(number, "依法核查需要", granted=True, by=DECIDER)

    assert AMOUNT not in look(checker, firm)


@pytest.mark.parametrize("decided", [None, False])
def test_what_waits_or_was_refused_shows_nothing(checker, firm, decided):
    number = special.apply(wanted(firm), known={BILL}, by=ASKER)
    if decided is not None:
        special.decide(number, "与事项无关", granted=decided, by=DECIDER)

    assert AMOUNT not in look(checker, firm)


def test_a_grant_ends_with_its_last_day(checker, firm, at_the_desk):
    granted(firm, term=Term(DAY, DAY))
    later(at_the_desk, timedelta(days=1))

    assert special.grants(MARKET, DAY + timedelta(days=1)) == ()
    assert AMOUNT not in look(fresh("chen"), firm)


def test_a_revoked_grant_shows_nothing_from_the_next_look_on(checker, firm):
    number = granted(firm)
    assert AMOUNT in look(checker, firm)

    special.revoke(number, "已办结", by=DECIDER)

    assert AMOUNT not in look(checker, firm)


def test_what_law_hides_is_shown_to_nobody_whatever_was_granted(checker, firm):
    """legal.md L5: of another reason than its kind, or against the organisation."""
    granted(firm)
    w.record(firm, BILL, {"USCC": firm, "JE": "66.660000"}, hidden="incomplete")
    w.record(firm, BILL, {"USCC": firm, "JE": "77.770000"}, hidden="item_not_public", adverse=True)

    shown = look(checker, firm)

    assert AMOUNT in shown
    assert not {"66.66", "77.77"} & {part[:5] for part in shown.split()}


def test_a_unit_of_another_region_sees_nothing(checker, firm):
    granted(firm)
    Unit.objects.filter(uscc=MARKET).update(region="211102")
    Unit.objects.update_or_create(uscc=w.BUREAU, defaults={"region": "211102"})
    assert AMOUNT in look(checker, firm)
    Unit.objects.create(uscc="x", name="示例", name_key="x", region="211103")
    w.Current.objects.update(unit="x")

    assert "没有可以展示的内容" in look(checker, firm)


def test_persons_sole_traders_and_nobody_get_one_answer(checker):
    trader = w.organisation(w.code(4, "92"), "双台子区示例小吃店")
    w.penalty(trader)
    owned = w.organisation(w.code(5), "盘锦示例五号个人独资企业")
    w.penalty(owned)

    answers = {
        look(checker, code).replace(code, "")
        for code in (trader, owned, w.code(99), w.code(98)[:-1] + "?")
    }

    assert len({answer.partition("没有可以展示的内容")[2] for answer in answers}) == 1
    assert {told["object"] for told in deeds("read-records")} == {""}


@pytest.mark.parametrize("field", ["code", "case_no"])
def test_a_persons_number_is_refused_not_repeated_and_not_recorded(checker, field):
    number = resident_number(1)

    shown = look(checker, **{"code": w.code(1), field: number})

    assert "含有个人号码" in shown
    assert number not in shown
    assert number not in str(contents())
    assert deeds("read-records") == []


@pytest.mark.parametrize("missing", ["purpose", "matter", "case_no"])
def test_no_look_without_purpose_matter_and_case(checker, firm, missing):
    assert REMARK not in look(checker, firm, **{missing: ""})
    assert deeds("read-records") == []


def test_a_unit_applies_and_the_credit_centre_decides(checker, firm):
    days = {"from_on": DAY.isoformat(), "until_on": TERM.until_on.isoformat()}
    typed = {"items": BILL, "subjects": firm, "purpose": PURPOSE, "matter": MATTER, **days}
    applied = checker.post("/desk/special/apply", typed | {"basis": "《示例条例》第三条"})
    person("wu", Role.OPERATOR)
    centre, number = fresh("wu"), SpecialQuery.objects.get().pk
    said = {"number": number, "decision": "grant", "reason": "依法核查需要"}

    assert applied.headers["Location"] == "/desk/special/apply"
    assert firm in text(centre.get("/desk/special"))
    assert centre.post("/desk/special/decide", said).headers["Location"] == "/desk/special"
    assert AMOUNT in look(checker, firm)
    assert "已准许" in text(checker.get("/desk/special/apply"))
    centre.post("/desk/special/revoke", {"number": number, "reason": "已办结"})
    assert AMOUNT not in look(checker, firm)
    told = [deeds(f"{done}-special")[0]["actor"] for done in ("apply", "decide", "revoke")]
    assert told == ["staff:chen", "staff:wu", "staff:wu"]


def test_a_decision_needs_reasons(checker, firm):
    special.apply(wanted(firm), known={BILL}, by=ASKER)
    person("wu", Role.OPERATOR)
    said = {"number": SpecialQuery.objects.get().pk, "decision": "grant", "reason": " "}

    assert fresh("wu").post("/desk/special/decide", said).status_code == 409
    assert SpecialQuery.objects.get().granted is None


@pytest.mark.parametrize(
    "changes",
    [
        {"items": ()},
        {"items": ("no-such-type",)},
        {"subjects": ()},
        {"form": "company"},
        {"subjects": (resident_number(1),)},
        {"subjects": (w.code(4, "92"),)},
        {"subjects": ("91211100",)},
        {"subjects": tuple(w.code(n) for n in range(101))},
        {"basis": " "},
        {"basis": f"依据 {resident_number(2)}"},
        {"purpose": ""},
        {"term": Term(DAY)},
        {"term": Term(DAY - timedelta(1), DAY)},
        {"term": Term(DAY, DAY + timedelta(367))},
    ],
)
def test_an_application_without_its_grounds_is_refused(firm, changes):
    before = contents()

    with pytest.raises(BadApplication):
        special.apply(wanted(**{"subjects": (firm,), **changes}), known={BILL}, by=ASKER)

    assert contents() == before


def test_who_asked_does_not_decide_and_nobody_decides_twice(firm):
    number = special.apply(wanted(firm), known={BILL}, by=ASKER)

    with pytest.raises(NotToDecide):
        special.decide(number, "依法", granted=True, by=ASKER)
    special.decide(number, "与事项无关", granted=False, by=DECIDER)
    with pytest.raises(NotToDecide):
        special.decide(number, "依法", granted=True, by=DECIDER)
    with pytest.raises(NotToDecide):
        special.revoke(number, "已办结", by=DECIDER)

    assert SpecialQuery.objects.get().granted is False


@pytest.mark.parametrize(
    "changes",
    [
        {"granted": True, "decided_by": ASKER.actor, "decided_reason": "依法"},
        {"granted": True, "decided_by": DECIDER.actor, "decided_reason": ""},
        {"granted": True},
        {"until_on": DAY - timedelta(1)},
        {"basis": ""},
        {"revoked_at": NOW, "revoked_reason": "已办结"},
    ],
)
def test_the_database_holds_two_people_reasons_and_an_end_whoever_writes(firm, changes):
    special.apply(wanted(firm), known={BILL}, by=ASKER)

    with pytest.raises(IntegrityError), transaction.atomic():
        SpecialQuery.objects.update(**changes)


def test_served_no_hidden_record_is_seen_but_in_a_look_at_its_organisation(checker, firm):
    """Row security: the record that is not public is there for the one look alone."""
    granted(firm)
    rights.apply()
    with transaction.atomic():
        with transaction.get_connection().cursor() as cursor:
            cursor.execute("SET LOCAL ROLE gongxin_web")
            cursor.execute("SELECT set_config('gongxin.acting', 'web', true)")
        assert w.Current.objects.filter(item=BILL).count() == 0
        assert AMOUNT in look(checker, firm)
        with transaction.get_connection().cursor() as cursor:
            cursor.execute("SELECT set_config('gongxin.looking', %s, true)", [w.code(7)])
        assert w.Current.objects.filter(item=BILL).count() == 0
        transaction.set_rollback(True)


def test_who_is_no_checker_has_no_page(firm):
    person("wang", Role.REPORTER)

    assert log_in("wang").get("/desk/records").status_code == 404
