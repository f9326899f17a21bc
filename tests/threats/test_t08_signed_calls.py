"""T08: a signed call is good once, as it was sent, for minutes; the library's traps are pinned."""

import json
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.http import HttpResponse
from http_message_signatures import (
    HTTPMessageSigner,
    HTTPMessageVerifier,
    HTTPSignatureKeyResolver,
    algorithms,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gongxin.accounts.client_actions import BadClient, set_verify_key
from gongxin.accounts.clients import Client
from gongxin.api import clock
from gongxin.api.models import Signed
from gongxin.api.signatures import COVERED, TAG
from gongxin.check.models import Reported
from tests.api.conftest import (
    ASKED,
    BY,
    Api,
    anybody,
    checker,
    deeds,
    platform,
    register,
    settled,
)
from tests.derive import town as t

__all__ = ["anybody", "checker", "platform", "register", "settled"]

pytestmark = pytest.mark.django_db
URL = "http://testserver/api/v1/checks"
BODY = json.dumps(ASKED | {"uscc": t.FINED[0]}, ensure_ascii=False).encode()
OTHER = json.dumps(ASKED | {"uscc": t.QUIET[0]}, ensure_ascii=False).encode()
NONCE = "0123456789abcdef"


def pem(key: Any) -> str:
    form = (Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return key.public_key().public_bytes(*form).decode()


@dataclass
class Sent:
    """A request as the library signs it."""

    method: str = "POST"
    url: str = URL
    headers: dict[str, str] = field(default_factory=dict)


class Keys(HTTPSignatureKeyResolver):
    def __init__(self, key: Ed25519PrivateKey) -> None:
        self.key = key

    def resolve_private_key(self, key_id: str) -> Ed25519PrivateKey:
        return self.key

    def resolve_public_key(self, key_id: str) -> Any:
        return self.key.public_key()


@dataclass
class Signing:
    """A client that signs; ``changes`` are what the signature has otherwise."""

    api: Api
    key: Ed25519PrivateKey
    client_id: str

    def sign(self, body: bytes = BODY, message: Sent | None = None, **changes: Any) -> Sent:
        sent = message or Sent()
        given = {
            "key_id": self.client_id,
            "created": clock.now(),
            "nonce": NONCE,
            "tag": TAG,
            "covered_component_ids": COVERED,
            "body": body,
        }
        signer = HTTPMessageSigner(
            signature_algorithm=algorithms.ED25519, key_resolver=Keys(self.key)
        )
        signer.sign(sent, **(given | changes))
        return sent

    def send(self, sent: Sent, body: bytes = BODY, path: str = "/checks") -> HttpResponse:
        return self.api.send("POST", path, body, **sent.headers)


@pytest.fixture
def signing(checker: Api) -> Signing:
    key = Ed25519PrivateKey.from_private_bytes(b"\7" * 32)
    client = Client.objects.get()
    set_verify_key(client.client_id, pem(key), by=BY)
    return Signing(checker, key, client.client_id)


def refused(answer: HttpResponse) -> bool:
    kind = "/api/v1/problems/signature-refused"
    found = (answer.status_code, answer.json()["type"]) == (401, kind)
    return found and deeds() == [] and not Signed.objects.exists()


def test_a_signed_call_is_answered_and_its_signature_kept(signing):
    sent = signing.sign()

    assert signing.send(sent).status_code == 200
    kept = Signed.objects.get()
    assert (kept.client_id, kept.nonce, kept.target) == (signing.client_id, NONCE, URL)
    assert kept.signature == sent.headers["Signature"]
    assert kept.content_digest == sent.headers["Content-Digest"]
    assert kept.verify_key == pem(signing.key)


def test_the_same_nonce_is_refused_the_second_time(signing):
    sent = signing.sign()
    signing.send(sent)

    answer = signing.send(sent)

    assert answer.status_code == 401
    assert (len(deeds()), Signed.objects.count()) == (1, 1)


def test_the_nonce_of_a_client_is_its_own(signing, register):
    signing.send(signing.sign())
    Signed.objects.update(client_id="another")

    assert signing.send(signing.sign()).status_code == 200


def test_a_signed_outcome_is_evidence_and_good_once(signing):
    number = signing.api.check(t.FINED[0]).json()["check_no"]
    path, body = f"/checks/{number}/outcome", b'{"outcome": "normal"}'
    sent = signing.sign(body, Sent(url=f"http://testserver/api/v1{path}"))

    assert signing.send(sent, body, path).status_code == 200
    assert signing.send(sent, body, path).status_code == 401
    assert Signed.objects.get().target.endswith(path)
    other = signing.send(sent, b'{"outcome": "priority"}', path)
    assert (other.status_code, Reported.objects.count()) == (401, 1)


def test_another_body_is_refused(signing):
    assert refused(signing.send(signing.sign(), OTHER))


def test_another_body_with_its_own_digest_is_refused(signing):
    sent = signing.sign()
    sent.headers["Content-Digest"] = signing.sign(OTHER).headers["Content-Digest"]

    assert refused(signing.send(sent, OTHER))


def test_another_address_is_refused(signing):
    body = json.dumps(ASKED | {"organisations": [t.FINED[0]]}).encode()

    assert refused(signing.send(signing.sign(body), body, path="/checks:batch"))


@pytest.mark.parametrize(
    "changes",
    [
        {"covered_component_ids": ("@method",), "body": None},
        {"covered_component_ids": ("@method", "@target-uri"), "body": None},
        {"covered_component_ids": ("@method", "content-digest")},
        {"covered_component_ids": ("@target-uri", "content-digest")},
        {"tag": None},
        {"tag": "other"},
        {"nonce": None},
        {"nonce": "short"},
        {"nonce": "x" * 129},
        {"key_id": "another"},
    ],
)
def test_a_signature_that_proves_too_little_is_refused(signing, changes):
    assert refused(signing.send(signing.sign(**changes)))


@pytest.mark.parametrize(
    ("seconds", "good"), [(50, True), (-340, True), (90, False), (-400, False)]
)
def test_clocks_may_differ_by_a_minute_and_no_more(signing, seconds, good):
    created = clock.now() + timedelta(seconds=seconds)

    answer = signing.send(signing.sign(created=created))

    assert (answer.status_code == 200) is good
    assert good or refused(answer)


def test_another_key_is_refused(signing):
    other = Signing(
        signing.api, Ed25519PrivateKey.from_private_bytes(b"\1" * 32), signing.client_id
    )

    assert refused(other.send(other.sign()))


@pytest.mark.parametrize("field", ["Signature", "Signature-Input", "Content-Digest"])
def test_a_part_that_is_missing_is_refused(signing, field):
    sent = signing.sign()
    del sent.headers[field]

    assert refused(signing.send(sent))


def test_a_client_without_a_key_sends_no_signature(signing):
    Client.objects.update(verify_key="")

    assert refused(signing.send(signing.sign()))


def test_an_unsigned_call_needs_none(signing):
    assert signing.send(Sent()).status_code == 200
    assert not Signed.objects.exists()


@pytest.mark.parametrize(("signs", "status"), [(2_000, 200), (2_001, 401)])
def test_a_field_is_no_longer_than_described_even_without_a_signature(signing, signs, status):
    sent = Sent(headers={"Content-Digest": "0" * signs})

    assert signing.send(sent).status_code == status


HEADERS = st.dictionaries(
    st.sampled_from(["Signature", "Signature-Input", "Content-Digest"]),
    st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=80)
    | st.sampled_from(
        [
            'a=("@method" "@method");created=1;keyid="x";nonce="n";tag="gongxin"',
            'a=("@query-param";name="x");created=99999999999999;keyid="x";tag="gongxin"',
            'a=("x";bs;tr "@nothing");created=-1;tag="gongxin"',
            "a=:AAAA:, b=:AAAA:",
            "sha-256=:AAAA:",
        ]
    ),
    min_size=1,
)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(headers=HEADERS.filter(lambda found: set(found) != {"Content-Digest"}))
def test_whatever_the_fields_hold_is_refused(signing, headers):
    assert refused(signing.send(Sent(headers=headers)))


def test_the_library_alone_takes_a_signature_over_the_method_and_a_nonce_twice(signing):
    """Why we demand more; if this fails, the library has changed: read our demands anew."""
    sent = signing.sign(covered_component_ids=("@method",), body=None)
    lax = HTTPMessageVerifier(
        signature_algorithm=algorithms.ED25519, key_resolver=Keys(signing.key)
    )

    assert [lax.verify(sent)[0].nonce for _ in range(2)] == [NONCE, NONCE]
    assert HTTPMessageVerifier.max_clock_skew < timedelta(seconds=30)


RSA = pem(generate_private_key(public_exponent=65_537, key_size=2_048))


@pytest.mark.parametrize("text", [RSA, "", "-----BEGIN PUBLIC KEY-----"], ids=["rsa", "", "torn"])
def test_a_key_is_a_public_key_of_ed25519(signing, text):
    with pytest.raises(BadClient):
        set_verify_key(signing.client_id, text, by=BY)

    assert Client.objects.get().verify_key == pem(signing.key)
    assert len(deeds("set-client-key")) == 1
