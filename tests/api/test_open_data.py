"""Open data over the API: for anybody, on its day alone, with what copies are to drop (1-60)."""

import gzip
import json
from datetime import timedelta

import pytest

from gongxin.core.audit import By
from gongxin.opendata import actions, documents, queries
from gongxin.opendata.models import Acknowledged
from tests.api.conftest import Api, deeds, token_of
from tests.derive import town as t

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
LAST_DAY = t.date(2027, 5, 10)  # of the fine


@pytest.fixture
def made(platform) -> actions.Made:
    return actions.publish(
        as_of=t.TODAY, home=platform.home, release=platform.release, by=By("operator:x", t.RECEIVED)
    )


@pytest.fixture
def reuser(platform, anybody, register) -> Api:
    return Api(anybody.browser, token_of(anybody.browser, register(), scope="open-data"))


def body(response) -> bytes:
    return b"".join(response.streaming_content)


def test_anybody_reads_the_signed_manifest(platform, anybody, made):
    answer = anybody.get("/opendata/manifest")

    assert answer.status_code == 200
    assert answer.content.decode() == made.manifest
    assert documents.is_signed(made.manifest, documents.signer(platform.home).verifier)
    tag = answer.headers["ETag"]
    assert anybody.get("/opendata/manifest", If_None_Match=tag).status_code == 304


def test_every_file_of_the_manifest_comes_with_its_entity_tag(anybody, made):
    for told in json.loads(made.manifest)["files"]:
        answer = anybody.get(f"/opendata/files/{made.id}/{told['name']}")
        content = body(answer)
        assert (answer.status_code, len(content)) == (200, told["bytes"])
        assert gzip.decompress(content).count(b"\n") >= told["rows"]
        tag = answer.headers["ETag"]
        address = f"/opendata/files/{made.id}/{told['name']}"
        assert anybody.get(address, If_None_Match=tag).status_code == 304
        head = anybody.send("HEAD", address)
        assert (head.content, head.headers["Content-Length"]) == (b"", str(told["bytes"]))


def test_on_another_day_nothing_of_it_is_served(anybody, made, settings):
    for day in (t.TODAY + DAY, t.TODAY - DAY):
        settings.PORTAL_TODAY = day
        assert anybody.get("/opendata/manifest").status_code == 404
        assert anybody.get(f"/opendata/files/{made.id}/records.jsonl.gz").status_code == 404


@pytest.mark.parametrize(
    "name", ["index.gz", "manifest.json", "..%2F..%2Frelease.json", "..", "none.csv.gz"]
)
def test_what_the_manifest_does_not_name_is_not_there(anybody, made, name):
    assert anybody.get(f"/opendata/files/{made.id}/{name}").status_code == 404


def test_the_snapshot_before_is_not_served(anybody, made, platform):
    later = By("operator:x", t.RECEIVED + timedelta(minutes=20))
    second = actions.publish(as_of=t.TODAY, home=platform.home, release=platform.release, by=later)

    assert anybody.get(f"/opendata/files/{made.id}/records.jsonl.gz").status_code == 404
    answer = anybody.get(f"/opendata/files/{second.id}/records.jsonl.gz")
    assert body(answer) != b""


def test_a_file_takes_no_parameter_and_no_other_method(anybody, made):
    address = f"/opendata/files/{made.id}/records.jsonl.gz"

    assert anybody.get(f"{address}?a=1").status_code == 400
    assert anybody.send("POST", address).status_code == 405


def test_what_ended_is_in_the_removals_of_the_next_day_signed(platform, anybody, made, settings):
    since = json.loads(made.manifest)["removals"]
    assert anybody.get(f"/opendata/removals?since={since}").json()["items"] == []
    assert anybody.get("/opendata/removals").json()["next"] == since

    settings.PORTAL_TODAY = LAST_DAY + DAY
    answer = anybody.get(f"/opendata/removals?since={since}")

    told = answer.json()
    record = platform.record(t.FINED[0]).record_id
    assert {"record_id": record, "why": "expired", "since": "2027-05-11T00:00:00+08:00"} in (
        told["items"]
    )
    assert documents.is_signed(answer.content.decode(), documents.signer(platform.home).verifier)
    assert anybody.get(f"/opendata/removals?since={told['next']}").json()["items"] == []
    assert t.FINED[0] not in answer.content.decode()


@pytest.mark.parametrize("since", ["1", "1.2026-02-30.", "1.2026-06-01.a", "x"])
def test_a_place_that_is_none_is_refused(platform, anybody, since):
    assert anybody.get(f"/opendata/removals?since={since}").status_code == 422


def test_a_reuser_acknowledges_and_is_asked_from_then_on(platform, reuser, made):
    since = json.loads(made.manifest)["removals"]
    answers = [reuser.post("/opendata/acks", {"cursor": since}) for _ in range(2)]

    assert [answer.json() for answer in answers] == [{"cursor": since}] * 2
    (kept,) = Acknowledged.objects.all()
    assert (kept.unit, kept.cursor) == (t.MARKET, since)
    assert deeds("acknowledge-removals")[0]["actor"] == f"client:{kept.client}"
    late = {"now": t.RECEIVED + 400 * DAY, "as_of": t.TODAY + 400 * DAY}
    (behind,) = queries.unacknowledged(**late, release=platform.release)
    assert behind.client == kept.client


def test_an_acknowledgement_needs_a_client_and_a_place(platform, anybody, reuser, register):
    other = Api(anybody.browser, token_of(anybody.browser, register(), scope="check"))
    given = {"cursor": "1.2026-06-01."}

    assert anybody.post("/opendata/acks", given).status_code == 401
    assert other.post("/opendata/acks", given).status_code == 403
    assert reuser.post("/opendata/acks", {"cursor": "1.2026-02-30."}).status_code == 422
    assert Acknowledged.objects.count() == 0
