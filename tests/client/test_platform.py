"""The SDK against the platform itself, over HTTP."""

import asyncio
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from gongxin.api.models import Signed
from gongxin.audit import signing
from gongxin.check import documents
from gongxin.client import AsyncClient, Client, Manner, Question, Refused
from gongxin.client.keys import AnswerKey, signing_key
from tests.api.conftest import deeds
from tests.derive import town as t

pytestmark = pytest.mark.django_db
QUESTION = Question("bidding", "admission", "盘审批〔2026〕1号", officer="0417")


@pytest.fixture
def client(served):
    with Client(served.url, served.who) as opened:
        yield opened


def test_a_check_tells_facts_and_is_recorded_once(client):
    question = replace(QUESTION, case_no="盘审批〔2026〕2号")
    told = client.check(t.LISTED[0], question, key="one")
    again = client.check(t.LISTED[0], question, key="one")

    assert (told.status, told.answer.name) == ("facts", t.LISTED[1])
    assert [entry.item for entry in told.list_entries] == [t.SERIOUS]
    assert again == told
    (deed,) = [one for one in deeds() if one["case_no"] == question.case_no]
    assert (deed["purpose"], deed["decision"]) == ("admission", "allow")


def test_who_is_not_checked_is_refused_and_a_mistake_is_raised(client):
    assert client.check(t.TRADER[0], QUESTION).why == "check-one-person"
    assert client.check(t.RESIDENT_ID, QUESTION).why == "check-person"
    with pytest.raises(Refused) as caught:
        client.check(t.FINED[0], replace(QUESTION, matter="nothing"))
    assert caught.value.problem == "check-unknown-matter"


def test_a_batch_answers_each_by_itself(client):
    codes = [t.FINED[0], t.TRADER[0], t.ABSENT[0], "nothing"]

    told = client.check_batch(codes, QUESTION)

    assert [one.status for one in told] == ["facts", "refused", "neutral", "refused"]


def test_an_outcome_is_reported_with_its_measure(client):
    told = client.check(t.LISTED[0], QUESTION)
    measure = told.measures[0].measure

    with pytest.raises(Refused) as caught:
        client.report_outcome(told.check_no, "strict")
    assert caught.value.problem == "outcome-refused"
    assert client.report_outcome(told.check_no, "strict", measure=measure).outcome == "strict"


def test_the_feed_is_read_to_its_end(client):
    pages = list(client.changes())

    assert pages[-1].more is False
    told = {change.uscc for page in pages for change in page.items}
    assert t.FINED[0] in told
    assert t.TRADER[0] not in told
    assert next(client.changes(pages[-1].next)).items == ()


def test_archive_records_and_catalog_need_no_credentials(served):
    with Client(served.url) as anybody:
        subject = anybody.subject(t.FINED[0])
        records = list(anybody.records(t.FINED[0]))
        catalog = anybody.catalog()
        nobody = anybody.subject(t.ABSENT[0]), anybody.subject(t.RESIDENT_ID)

    assert (subject.name, nobody) == (t.FINED[1], (None, None))
    assert t.PENALTY in {record.item for record in records}
    assert "bidding" in catalog.matters


def test_a_grade_comes_with_its_reasons_and_what_it_is_not(client):
    """By hand: a fine of class 一般 (20) of 1.2 万元 (5), an honour (10), an inspection (3)."""
    found = client.evaluation(t.FINED[0], purpose="admission")

    assert (found.level, found.score, found.base) == ("A", 988_000, 1_000_000)
    assert sum(factor.points for factor in found.factors) == -12_000
    assert "不得仅凭等级" in found.notice[0].zh
    assert found.illustrative
    assert client.evaluation(t.TRADER[0], purpose="admission") is None
    assert client.evaluation(t.RESIDENT_ID, purpose="admission") is None
    with pytest.raises(Refused) as caught:
        client.evaluation(t.FINED[0], purpose="nothing")
    assert caught.value.problem == "check-unknown-purpose"


def test_the_key_of_the_platform_tells_its_answers(served):
    key = signing.read(served.town.home, documents.KEY).verifier.text()
    other = signing.Signer("gongxin/town/check", Ed25519PrivateKey.generate()).verifier.text()

    with Client(served.url, served.who, Manner(answer_key=key)) as client:
        assert client.check(t.FINED[0], QUESTION).status == "facts"
        assert client.check_batch([t.FINED[0]], QUESTION)[0].status == "facts"
    with Client(served.url, served.who, Manner(answer_key=other)) as client:
        told = client.check(t.FINED[0], QUESTION)

    assert (told.status, told.why, told.answer) == ("unknown", "bad_signature", None)


def test_a_signed_check_is_kept_as_evidence(served, tmp_path):
    file = tmp_path / "key.pem"
    plain = served.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    file.write_bytes(plain)

    with Client(served.url, replace(served.who, sign=signing_key(file))) as client:
        told = client.check(t.FINED[0], QUESTION)
        client.report_outcome(told.check_no, "normal")

    assert [kept.target for kept in Signed.objects.order_by("at")] == [
        f"{served.url}/api/v1/checks",
        f"{served.url}/api/v1/checks/{told.check_no}/outcome",
    ]


def test_the_asynchronous_client_does_the_same(served):
    async def asked():
        async with AsyncClient(served.url, served.who) as client:
            told = await client.check(t.LISTED[0], QUESTION)
            done = await client.report_outcome(told.check_no, "normal")
            batch = await client.check_batch([t.FINED[0], t.TRADER[0]], QUESTION)
            records = [record async for record in client.records(t.FINED[0])]
            pages = [page async for page in client.changes()]
            return (
                told.status,
                done.outcome,
                [one.status for one in batch],
                len(records),
                pages[-1].more,
                "bidding" in (await client.catalog()).matters,
                (await client.subject(t.FINED[0])).name,
                (await client.evaluation(t.LISTED[0], purpose="admission")).level,
            )

    assert asyncio.run(asked()) == (
        "facts",
        "normal",
        ["facts", "refused"],
        4,
        False,
        True,
        t.FINED[1],
        "D",
    )


def test_an_answer_key_is_the_platforms_own_form(served):
    key = signing.read(served.town.home, documents.KEY).verifier

    assert AnswerKey.read(key.text()).key_id == key.key_id
