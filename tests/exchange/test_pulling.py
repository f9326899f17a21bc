"""A data platform's pages enter as a unit's file, or not at all and the place does not move."""

import base64
import hmac
import json

import pytest

from gongxin.audit.models import Row
from gongxin.exchange.actions import BadPeer
from gongxin.exchange.models import Peer
from gongxin.exchange.pulling import BadPage, demand_open, pull
from gongxin.intake.models import Batch, FindingRow
from gongxin.ledger.models import Current, Entry
from tests.derive import town as t
from tests.exchange.conftest import IN, OUT, SECRET, Office
from tests.exchange.gateway import answer

pytestmark = pytest.mark.django_db
LEVELS = {"国家": "1", "省": "2", "市": "3", "县": "4"}


def row(office: Office, number: int, **changes: str) -> dict[str, str]:
    """An honour under the platform's names and in its codes."""
    ours = t.honour(t.company(number), number)
    fields = office.release.adapters[IN].pulls.item.fields
    return {f.theirs: LEVELS.get(ours[f.ours], ours[f.ours]) for f in fields} | changes


def signed(handler, body: bytes, secret: str = SECRET, number: str = "") -> dict[str, str]:
    number = number or handler.headers["webhook-id"]
    at = handler.headers["webhook-timestamp"]
    key = base64.b64decode(secret[6:])
    made = base64.b64encode(hmac.digest(key, f"{number}.{at}.".encode() + body, "sha256")).decode()
    return {"webhook_id": number, "webhook_timestamp": at, "webhook_signature": f"v1,{made}"}


def pages(*given: dict):
    """Serve one page after another, signed."""
    left = list(given)

    def behaves(_, handler, __):
        body = json.dumps({"code": "200"} | left.pop(0), ensure_ascii=False).encode()
        answer(handler, 200, body, **signed(handler, body))

    return behaves


def page(sequence: int, *rows: dict, cursor: str = "") -> dict:
    return {"package_no": sequence, "records": list(rows), "next": cursor}


def taken(office: Office) -> list:
    return list(pull(office.release.adapters[IN], office.exchanger))


@pytest.fixture
def following(office: Office) -> Office:
    office.agree(IN)
    return office


def test_pages_enter_as_a_units_file(following):
    first, second = row(following, 1), row(following, 3)
    following.gateway.behaves = pages(page(1, first, cursor="p2"), page(2, second))

    found = taken(following)
    assert [(one.sequence, one.outcome.accepted, one.more) for one in found] == [
        (1, 1, True),
        (2, 1, False),
    ]
    assert Current.objects.get(subject=t.FINED[0]).payload["HN_JB"] == "市"
    assert set(Batch.objects.values_list("unit", flat=True)) == {t.MARKET}
    asked = [(told["cursor"], told["start"], told["end"]) for told in following.gateway.came]
    assert asked == [("", "", "2026-06-01"), ("p2", "", "2026-06-01")]
    peer = Peer.objects.get()
    assert (peer.taken, peer.page, peer.since, peer.fault) == (2, "", t.TODAY, "")


def test_a_bad_row_has_the_faults_that_a_file_has_and_holds_up_no_other(following):
    rows = row(following, 1), row(following, 3, honor_level="9")
    following.gateway.behaves = pages(page(1, *rows))

    (found,) = taken(following)
    assert (found.outcome.accepted, found.outcome.rejected) == (1, 1)
    assert [(f.row, f.code) for f in FindingRow.objects.all()] == [
        (one.row, one.code) for one in found.outcome.findings
    ]
    assert found.outcome.receipt["rejected"] == 1


def test_the_same_page_again_under_a_new_number_changes_nothing(following):
    following.gateway.behaves = pages(page(1, row(following, 1)), page(2, row(following, 1)))
    taken(following)
    (again,) = taken(following)

    assert (again.outcome.accepted, again.outcome.duplicates) == (0, 1)
    assert Entry.objects.count() == 1


def test_every_page_is_in_the_audit_log(following):
    following.gateway.behaves = pages(page(1, row(following, 1)), page(1))
    (found,) = taken(following)
    with pytest.raises(BadPage):
        taken(following)

    logged = [json.loads(bytes(one.content)) for one in Row.objects.order_by("id")]
    told = [one for one in logged if one["action"] == "exchange-pull"]
    assert [(one["decision"], one["reason"]) for one in told] == [
        ("allow", ""),
        ("deny", "replayed"),
    ]
    assert told[0]["details"] == {"batch": found.outcome.batch, "rows": "1", "sequence": "1"}


def raw(body: bytes, *, status: int = 200, **changes: str):
    """Answer with these bytes, signed as ``changes`` say."""
    return lambda _, handler, __: answer(handler, status, body, **signed(handler, body, **changes))


def said(told: dict) -> bytes:
    return json.dumps({"code": "200"} | told, ensure_ascii=False).encode()


def halved(_, handler, __):
    body = said(page(9))
    told = signed(handler, body)
    answer(handler, 200, body[:20], **(told | {"Content-Length": str(len(body))}))
    handler.close_connection = True


OTHERS = "whsec_" + base64.b64encode(b"a secret of somebody else, long").decode()
HOSTILE = [
    ("replayed", lambda o: raw(said(page(5, row(o, 3))))),
    ("replayed", lambda o: raw(said(page(4, row(o, 3))))),
    ("sequence", lambda o: raw(said(page(0, row(o, 3))))),
    ("sequence", lambda o: raw(said({"package_no": True, "records": [], "next": ""}))),
    ("sequence", lambda o: raw(said({"package_no": "9", "records": [], "next": ""}))),
    ("signature", lambda o: raw(said(page(9, row(o, 3))), secret=OTHERS)),
    ("signature", lambda o: raw(said(page(9, row(o, 3))), number="msg_of_yesterday")),
    ("signature", lambda o: lambda _, h, __: answer(h, 200, said(page(9, row(o, 3))))),
    ("repeated", lambda o: raw(said(page(9, row(o, 3), cursor="here")))),
    ("cursor", lambda o: raw(said(page(9, cursor="x" * 201)))),
    ("cursor", lambda o: raw(said(page(9, cursor=t.RESIDENT_ID)))),
    ("cursor", lambda o: raw(said({"package_no": 9, "records": [], "next": 7}))),
    ("columns", lambda o: raw(said(page(9, row(o, 3, sfzh="x"))))),
    ("columns", lambda o: raw(said(page(9, {"uniscid": "x"})))),
    ("columns", lambda o: raw(said({"package_no": 9, "records": ["x"], "next": ""}))),
    ("values", lambda o: raw(said(page(9, row(o, 3) | {"uniscid": 9.11e17})))),
    ("rows", lambda o: raw(said({"package_no": 9, "records": {"a": 1}, "next": ""}))),
    ("no_object", lambda o: raw("<html>登录超时</html>".encode())),
    ("refused", lambda o: raw(said(page(9) | {"code": "500"}))),
    ("status", lambda o: raw(said(page(9)), status=500)),
    ("cut_off", lambda o: halved),
]


@pytest.mark.parametrize(("reason", "behaves"), HOSTILE)
def test_what_is_no_new_page_of_the_agreed_form_is_refused_whole(following, reason, behaves):
    Peer.objects.update(taken=5, page="here")
    following.gateway.behaves = behaves(following)
    with pytest.raises(BadPage) as caught:
        taken(following)

    assert caught.value.facts["reason"] == reason
    peer = Peer.objects.get()
    assert (peer.taken, peer.page, peer.since, peer.fault) == (5, "here", None, reason)
    assert (Batch.objects.count(), Entry.objects.count()) == (0, 0)


def test_nothing_is_asked_before_two_people_agreed(office):
    office.put_secret(IN)

    assert taken(office) == []
    assert office.gateway.came == []


def test_two_workers_take_no_page_twice(following):
    """The second finds the lease and asks nothing."""

    Peer.objects.update(leased_until=following.at.replace(hour=3))
    assert taken(following) == []
    assert following.gateway.came == []


def test_only_an_agreed_adapter_that_takes_pages_is_pulled(office):
    adapters = office.release.adapters
    with pytest.raises(BadPeer) as other:
        demand_open(adapters[OUT])
    with pytest.raises(BadPeer) as closed:
        demand_open(adapters[IN])
    office.agree(IN)
    demand_open(adapters[IN])

    assert (other.value.facts["reason"], closed.value.facts["reason"]) == ("style", "not_open")
    assert office.gateway.came == []
