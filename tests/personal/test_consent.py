"""Consent: granted, used, withdrawn, expired, used up; beside it a reference model (P2)."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import hypothesis.strategies as st
import pytest
from hypothesis import settings
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    rule,
    run_state_machine_as_test,
)

from gongxin.audit.models import Row
from gongxin.personal import actions, consent, queries, sealing
from gongxin.personal.consent import Agreed, Asked, BadConsent, NotAllowed, Terms
from gongxin.personal.keys import Keys
from gongxin.personal.models import Grant, Sealed, Use
from gongxin.personal.sealing import ROW, Content, Envelope, Proven

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
OWN = Keys("one", b"k" * 32, b"b" * 32)
ANNA, BEI = "990199207706140010", "990199207706140029"
LICENCE, PENALTY = "administrative-licence", "administrative-penalty"
BANK, SHOP = "client:bank", "client:shop"
LOAN, WORK = "loan", "work"
RUNS = 200  # of 30 steps; make long runs 2,000 of 50 (SAFETY 3.3)


def terms(items=(LICENCE,), *, client=BANK, purpose=LOAN, days=30, uses=2, at=NOW) -> Terms:
    return Terms(client, purpose, frozenset(items), at + timedelta(days=days), uses)


def agreed(items=(LICENCE,)) -> Agreed:
    return Agreed(consent.TEXT_VERSION, consent.NOTICES, frozenset(items))


def who(number: str, name: str = "安娜") -> Proven:
    return sealing.proven(number, name, OWN)


def seal(number: str, item: str, text: str, *, batch: str = "batch") -> None:
    envelope = Envelope(item, batch, ROW, NOW, (NOW + timedelta(days=60)).date())
    sealing.seal([Content((item, text), {"text": text}, number=number)], envelope, OWN)
    sealing.confirm(["batch"])


def grant(number: str = ANNA, **changes: object) -> actions.Granted:
    return actions.grant(who(number), terms(**changes), agreed(), at=NOW, keys=OWN)


def use(token: str, *items: str, client=BANK, purpose=LOAN, at=NOW) -> list[str]:
    asked = Asked(client, purpose, frozenset(items or (LICENCE,)))
    return [own.fields["text"] for own in actions.use(token, asked, at=at, keys=OWN)]


def refusal(token: str, *items: str, **changes: object) -> str:
    """The text of a refusal, after which nothing but a denied row of the log has changed."""
    before = (list(Grant.objects.values()), list(Use.objects.values()), Row.objects.count())
    with pytest.raises(NotAllowed) as refused:
        use(token, *items, **changes)
    after = (list(Grant.objects.values()), list(Use.objects.values()), Row.objects.count())
    assert after == (*before[:2], before[2] + 1)
    assert b'"decision":"deny"' in bytes(Row.objects.latest("id").content)
    return refused.value.message


def test_a_consent_opens_its_items_of_its_person_and_nothing_else():
    seal(ANNA, LICENCE, "own licence")
    seal(ANNA, PENALTY, "own penalty")
    seal(BEI, LICENCE, "of another")

    assert use(grant().token) == ["own licence"]


def test_rows_that_do_not_stand_and_rows_past_their_term_are_shown_to_nobody():
    seal(ANNA, LICENCE, "waits", batch="waiting")
    seal(ANNA, LICENCE, "stands")
    late = NOW + timedelta(days=61)
    fresh = actions.grant(who(ANNA), terms(at=late), agreed(), at=late, keys=OWN)

    assert use(grant().token) == ["stands"]
    assert use(fresh.token, at=late) == []
    assert actions.own_records(who(ANNA), at=late, keys=OWN) == ()


def test_each_refusal_is_the_same_text():
    seal(ANNA, LICENCE, "own licence")
    spent, withdrawn, given = grant(uses=1), grant(), grant()
    use(spent.token)
    actions.withdraw(who(ANNA), withdrawn.id, at=NOW)

    told = {
        refusal(spent.token),
        refusal(withdrawn.token),
        refusal(given.token, client=SHOP),
        refusal(given.token, purpose=WORK),
        refusal(given.token, LICENCE, PENALTY),
        refusal(given.token, at=NOW + timedelta(days=30)),
        refusal(given.token[:-2] + "xx"),
        refusal(consent.make_token(OWN)),
        refusal(""),
    }
    assert told == {actions.REFUSED}


def test_consent_of_somebody_without_records_is_an_empty_list():
    assert use(grant(BEI).token) == []


def test_after_the_withdrawal_the_next_call_is_refused_in_the_same_instant():
    seal(ANNA, LICENCE, "own licence")
    given = grant()
    assert use(given.token) == ["own licence"]

    actions.withdraw(who(ANNA), given.id, at=NOW)

    assert refusal(given.token) == actions.REFUSED


def test_nobody_withdraws_another_person_s_consent():
    given = grant()

    with pytest.raises(NotAllowed, match=actions.REFUSED):
        actions.withdraw(who(BEI), given.id, at=NOW)

    assert Grant.objects.get().withdrawn_at is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"days": 31},
        {"days": 0},
        {"uses": 0},
        {"uses": 21},
        {"items": ()},
        {"items": (LICENCE, PENALTY)},  # only one was ticked
        {"client": " "},
        {"purpose": ""},
    ],
)
def test_a_consent_that_is_too_wide_or_not_ticked_grants_nothing(wrong):
    with pytest.raises(BadConsent):
        grant(**wrong)

    assert (Grant.objects.count(), Row.objects.count()) == (0, 0)


@pytest.mark.parametrize("notice", sorted(consent.NOTICES))
def test_each_notice_is_ticked_by_itself(notice):
    partly = Agreed(consent.TEXT_VERSION, consent.NOTICES - {notice}, frozenset({LICENCE}))

    with pytest.raises(BadConsent, match="every notice"):
        actions.grant(who(ANNA), terms(), partly, at=NOW, keys=OWN)

    assert Grant.objects.count() == 0


def test_a_login_that_proved_no_name_grants_no_comparison_of_it():
    said = terms((consent.MATCH,))

    with pytest.raises(BadConsent, match="no name"):
        actions.grant(who(ANNA, ""), said, agreed((consent.MATCH,)), at=NOW, keys=OWN)

    assert (Grant.objects.count(), Row.objects.count()) == (0, 0)


def test_an_older_text_is_not_agreed_to():
    older = Agreed("2025-01", consent.NOTICES, frozenset({LICENCE}))

    with pytest.raises(BadConsent, match="in force"):
        actions.grant(who(ANNA), terms(), older, at=NOW, keys=OWN)


def test_the_person_sees_each_use_and_nobody_else_sees_it():
    seal(ANNA, LICENCE, "own licence")
    given = grant()
    use(given.token)

    (seen,) = queries.given(who(ANNA), at=NOW)

    assert (seen.id, seen.client, seen.purpose, seen.state) == (given.id, BANK, LOAN, "granted")
    assert seen.used == (queries.Used(NOW, (LICENCE,), 1),)
    assert queries.given(who(BEI), at=NOW) == ()
    assert queries.given(who(""), at=NOW) == ()


def test_neither_the_store_nor_the_log_has_the_number_or_the_token():
    seal(ANNA, LICENCE, "own licence")
    given = grant()
    use(given.token)
    actions.own_records(who(ANNA), at=NOW, keys=OWN)

    stored = repr([list(shape.objects.values()) for shape in (Grant, Use, Sealed)])
    logged = b"".join(bytes(row.content) for row in Row.objects.all()).decode()
    assert [secret for secret in (ANNA, given.token) if secret in stored + logged] == []
    assert [row.action for row in Row.objects.order_by("id")] == [
        "consent.grant",
        "consent.use",
        "person.own",
    ]


@dataclass
class Modelled:
    """The reference model of one consent."""

    person: str
    client: str
    purpose: str
    items: frozenset[str]
    until: datetime
    left: int
    withdrawn: bool = False


class Consents(RuleBasedStateMachine):
    """Machine 4: grant, use, withdraw, expire, use again, other purpose, other client."""

    given = Bundle("given")

    def __init__(self) -> None:
        super().__init__()
        self.at = NOW
        self.model: dict[str, Modelled] = {}

    @rule(
        target=given,
        person=st.sampled_from([ANNA, BEI]),
        client=st.sampled_from([BANK, SHOP]),
        items=st.frozensets(st.sampled_from([LICENCE, PENALTY]), min_size=1),
        days=st.integers(1, 30),
        uses=st.integers(1, 3),
    )
    def grants(self, person, client, items, days, uses):
        until = self.at + timedelta(days=days)
        said = Terms(client, LOAN, items, until, uses)
        made = actions.grant(who(person), said, agreed(items), at=self.at, keys=OWN)
        self.model[made.token] = Modelled(person, client, LOAN, items, until, uses)
        return made

    @rule(
        made=given,
        client=st.sampled_from([BANK, BANK, SHOP]),
        purpose=st.sampled_from([LOAN, LOAN, LOAN, WORK]),
        items=st.frozensets(st.sampled_from([LICENCE, PENALTY]), min_size=1),
    )
    def uses(self, made, client, purpose, items):
        known = self.model[made.token]
        may = (
            not known.withdrawn
            and self.at < known.until
            and known.left > 0
            and (client, purpose) == (known.client, known.purpose)
            and items <= known.items
        )
        try:
            found = use(made.token, *items, client=client, purpose=purpose, at=self.at)
        except NotAllowed:
            assert not may
        else:
            assert may
            assert sorted(found) == sorted(f"{known.person} {item}" for item in items)
            known.left -= 1

    @rule(made=given, person=st.sampled_from([ANNA, BEI]))
    def withdraws(self, made, person):
        known = self.model[made.token]
        try:
            actions.withdraw(who(person), made.id, at=self.at)
        except NotAllowed:
            assert person != known.person
        else:
            assert person == known.person
            known.withdrawn = True

    @rule(hours=st.sampled_from([1, 24, 24 * 15]))
    def time_passes(self, hours):
        self.at += timedelta(hours=hours)

    @rule(person=st.sampled_from([ANNA, BEI]))
    def looks(self, person):
        seen = queries.given(who(person), at=self.at)
        mine = [one for one in self.model.values() if one.person == person]
        states = [
            "withdrawn"
            if one.withdrawn
            else "expired"
            if self.at >= one.until
            else "exhausted"
            if one.left == 0
            else "granted"
            for one in mine
        ]
        assert sorted(one.state for one in seen) == sorted(states)

    def teardown(self):
        Use.objects.all().delete()
        Grant.objects.all().delete()


@pytest.fixture
def sealed() -> None:
    for person in (ANNA, BEI):
        for item in (LICENCE, PENALTY):
            envelope = Envelope(item, "batch", ROW, NOW, (NOW + timedelta(days=9999)).date())
            text = f"{person} {item}"
            content = Content((item, text), {"text": text}, number=person)
            sealing.seal([content], envelope, OWN)
    sealing.confirm(["batch"])


def test_the_store_does_what_the_model_says(sealed):
    run_state_machine_as_test(
        Consents, settings=settings(max_examples=RUNS, stateful_step_count=30, deadline=None)
    )


@pytest.mark.long
def test_in_two_thousand_runs_the_store_does_what_the_model_says(sealed):
    run_state_machine_as_test(
        Consents, settings=settings(max_examples=2_000, stateful_step_count=50, deadline=None)
    )
