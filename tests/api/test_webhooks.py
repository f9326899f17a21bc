"""Pushes over the API: a client's own, proposed here, approved elsewhere."""

import pytest

from gongxin.core.audit import By
from gongxin.core.destinations import Allowed
from gongxin.push import actions
from gongxin.push.models import Delivery, Subscription
from gongxin.push.signing import secret
from tests.api.conftest import Api, deeds, token_of
from tests.derive import town as t

pytestmark = pytest.mark.django_db
ADDRESS = "https://receiver.example.cn/hooks/gongxin"
CENTRE = By("operator:second", t.RECEIVED)
KEY = b"a key of the town alone"


@pytest.fixture
def follower(platform, anybody, register) -> Api:
    return Api(anybody.browser, token_of(anybody.browser, register(), scope="webhooks"))


@pytest.fixture
def number(follower) -> str:
    """A subscription that was proposed and approved, with three messages."""
    made: str = follower.post("/webhooks", {"address": ADDRESS}).json()["id"]
    actions.approve(made, by=CENTRE, allowed=Allowed())
    for n in range(3):
        Delivery.objects.create(
            id=f"msg_{n}",
            subscription_id=made,
            since=n,
            upto=n + 1,
            made_at=t.RECEIVED,
            next_at=t.RECEIVED,
            state="delivered",
        )
    return made


def problem(answer) -> tuple[int, str, str]:
    document = answer.json()
    return answer.status_code, document["type"].rpartition("/")[2], document.get("reason", "")


def test_an_address_is_proposed_and_its_secret_shown_to_who_proposed(follower):
    answer = follower.post("/webhooks", {"address": ADDRESS})

    made = answer.json()
    assert answer.headers["Cache-Control"] == "no-store"
    assert (made["state"], made["kinds"]) == ("proposed", ["public", "removed"])
    assert made["secret"] == secret(KEY, made["id"], 1)
    assert follower.post("/webhooks", {"address": ADDRESS}).json() == made  # sent twice
    assert Subscription.objects.count() == 1
    (listed,) = follower.get("/webhooks").json()["items"]
    assert listed == made | {"secret": ""}


def test_once_approved_the_secret_is_shown_no_more(follower, number):
    (listed,) = follower.get("/webhooks").json()["items"]
    assert (listed["state"], listed["secret"]) == ("approved", "")
    assert follower.post("/webhooks", {"address": ADDRESS}).json()["secret"] == ""


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("http://receiver.example.cn/", "form"),
        ("https://169.254.169.254/latest", "name"),
        ("https://db.internal/", "name"),
        ("https://receiver.example.cn:5432/", "port"),
        (f"https://receiver.example.cn/{t.RESIDENT_ID}", "person"),
    ],
)
def test_an_address_that_leads_inside_is_refused_and_not_repeated(follower, address, reason):
    answer = follower.post("/webhooks", {"address": address})

    assert problem(answer) == (422, "address-refused", reason)
    assert address not in answer.content.decode()
    assert Subscription.objects.count() == 0


def test_removals_cannot_be_left_out(follower):
    answer = follower.post("/webhooks", {"address": ADDRESS, "kinds": ["public"]})

    assert problem(answer) == (422, "push-refused", "kinds")


def test_a_secret_is_rotated_once_however_often_it_is_sent(follower, number):
    answers = [follower.post(f"/webhooks/{number}/rotate", {"generation": 1}) for _ in range(2)]

    assert [answer.json()["generation"] for answer in answers] == [2, 2]
    assert {answer.json()["secret"] for answer in answers} == {secret(KEY, number, 2)}
    assert len(deeds("rotate-push")) == 1
    late = follower.post(f"/webhooks/{number}/rotate", {"generation": 9})
    assert problem(late) == (422, "push-refused", "generation")


def test_messages_are_listed_part_by_part(follower, number):
    first = follower.get(f"/webhooks/{number}/deliveries?limit=2").json()
    second = follower.get(f"/webhooks/{number}/deliveries?cursor={first['next']}").json()

    assert [item["id"] for item in first["items"]] == ["msg_2", "msg_1"]
    assert [item["id"] for item in second["items"]] == ["msg_0"]
    assert second["next"] is None


def test_messages_are_sent_again(follower, number):
    one = follower.post(f"/webhooks/{number}/replay", {"delivery": "msg_1"})
    assert one.json() == {"messages": 1}
    assert Delivery.objects.get(state="waiting").id == "msg_1"
    assert follower.post(f"/webhooks/{number}/replay", {"since": 1}).json() == {"messages": 2}
    for body in ({}, {"delivery": "msg_1", "since": 0}):
        assert problem(follower.post(f"/webhooks/{number}/replay", body))[1] == "invalid"


def test_a_subscription_ends_at_once_and_for_good(follower, number):
    for _ in range(2):
        ended = follower.send("POST", f"/webhooks/{number}/disable")
        assert ended.json()["state"] == "disabled"
    answer = follower.post(f"/webhooks/{number}/replay", {"since": 0})
    assert problem(answer) == (422, "push-refused", "not_open")


def test_another_client_finds_nothing_even_of_the_same_unit(follower, number, anybody, register):
    foreign = Api(anybody.browser, token_of(anybody.browser, register(), scope="webhooks"))
    missing = "01M5V000000000000000000000"
    calls = [
        lambda one: foreign.get(f"/webhooks/{one}/deliveries"),
        lambda one: foreign.post(f"/webhooks/{one}/rotate", {"generation": 1}),
        lambda one: foreign.post(f"/webhooks/{one}/replay", {"since": 0}),
        lambda one: foreign.send("POST", f"/webhooks/{one}/disable"),
    ]

    assert foreign.get("/webhooks").json() == {"items": []}
    for call in calls:
        theirs, none = call(number), call(missing)
        assert theirs.status_code == none.status_code == 404
        assert theirs.json() | {"trace_id": ""} == none.json() | {"trace_id": ""}
    assert Subscription.objects.get(id=number).disabled_at is None


def test_the_scope_is_needed(anybody, follower, register, platform):
    other = Api(anybody.browser, token_of(anybody.browser, register(), scope="check"))

    assert anybody.get("/webhooks").status_code == 401
    assert other.get("/webhooks").status_code == 403


def test_what_leaves_the_house_is_logged_by_subscription(follower, number):
    (proposed,) = deeds("propose-push")

    assert proposed["actor"].startswith("client:")
    assert (proposed["object"], proposed["on_behalf"]) == (f"push:{number}", t.MARKET)
    assert proposed["details"]["address"] == ADDRESS
