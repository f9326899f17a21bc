"""T08: a file of checks is signed like a single call; its digest is taken while it comes in."""

import hashlib
from base64 import b64encode

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from gongxin.accounts.clients import Client
from gongxin.api import clock
from gongxin.api.models import Signed
from gongxin.api.signatures import TAG
from gongxin.check.models import Batch
from tests.api.conftest import ASKED, anybody, checker, platform, register, settled
from tests.derive import town as t
from tests.threats.test_t08_signed_calls import NONCE, Sent, Signing, signing

__all__ = ["anybody", "checker", "platform", "register", "settled", "signing"]
pytestmark = pytest.mark.django_db
PATH = "/api/v1/checks/batches"
URL = f"http://testserver{PATH}"


def form(codes: str) -> bytes:
    return encode_multipart(
        BOUNDARY, ASKED | {"file": SimpleUploadedFile("codes.txt", codes.encode())}
    )


BODY = form(f"{t.FINED[0]}\n{t.QUIET[0]}\n" * 30_000)  # read in several pieces
OTHER = form(f"{t.FINED[0]}\n{t.ABSENT[0]}\n" * 30_000)


def send(signing: Signing, sent: Sent, body: bytes = BODY):
    named = dict(sent.headers)
    named["Authorization"] = f"Bearer {signing.api.token}"
    return signing.api.browser.generic(
        "POST", PATH, body, content_type=MULTIPART_CONTENT, headers=named
    )


def with_digest(signing: Signing, field: str) -> Sent:
    """A call whose signature is good and whose digest is what somebody wrote."""
    params = (
        '("@method" "@target-uri" "content-digest")'
        f';created={int(clock.now().timestamp())};keyid="{signing.client_id}"'
        f';nonce="{NONCE}";tag="{TAG}"'
    )
    base = (
        f'"@method": POST\n"@target-uri": {URL}\n"content-digest": {field}\n'
        f'"@signature-params": {params}'
    )
    signature = b64encode(signing.key.sign(base.encode())).decode()
    fields = {"Signature-Input": f"sig={params}", "Signature": f"sig=:{signature}:"}
    return Sent(url=URL, headers={"Content-Digest": field, **fields})


def test_a_signed_file_without_a_digest_is_refused(signing):
    sent = with_digest(signing, "sha-256=:AAAA:")
    bare = {name: value for name, value in sent.headers.items() if name != "Content-Digest"}

    assert is_refused(send(signing, Sent(url=URL, headers=bare)))
    assert not Signed.objects.exists()
    assert not Batch.objects.exists()


def is_refused(answer) -> bool:
    kind = "/api/v1/problems/signature-refused"
    found = (answer.status_code, answer.json()["type"]) == (401, kind)
    return found and not Batch.objects.exists() and not Signed.objects.exists()


def test_a_signed_file_is_taken_and_its_signature_kept(signing):
    Client.objects.update(quota=100_000)
    sent = signing.sign(BODY, Sent(url=URL))

    assert send(signing, sent).status_code == 202
    kept = Signed.objects.get()
    assert (kept.nonce, kept.target) == (NONCE, URL)
    assert kept.content_digest == sent.headers["Content-Digest"]
    assert kept.signature == sent.headers["Signature"]
    again = send(signing, sent)
    assert (again.status_code, Batch.objects.count()) == (401, 1)


def test_another_file_is_refused(signing):
    assert is_refused(send(signing, signing.sign(BODY, Sent(url=URL)), OTHER))


def test_a_file_of_which_more_comes_than_was_signed_is_refused(signing):
    assert is_refused(send(signing, signing.sign(BODY, Sent(url=URL)), BODY + b"\r\nmore"))


def test_another_address_is_refused(signing):
    assert is_refused(send(signing, signing.sign(BODY, Sent(url=f"{URL}/other"))))


@pytest.mark.parametrize(
    "field",
    [
        "sha-256=:AAAA:",
        "sha-256=:====:",
        "md5=:AAAAAAAAAAAAAAAAAAAAAA==:",
        "sha-256",
        f"sha-256=:{b64encode(hashlib.sha256(BODY).digest()).decode()}:, sha-512=:AAAA:",
        f"sha-256=:{b64encode(hashlib.sha256(BODY).digest()).decode()}:;x=1",
    ],
)
def test_a_digest_that_is_not_of_the_file_is_refused(signing, field):
    assert is_refused(send(signing, with_digest(signing, field)))


def test_either_digest_is_taken(signing):
    Client.objects.update(quota=100_000)
    field = f"sha-512=:{b64encode(hashlib.sha512(BODY).digest()).decode()}:"

    assert send(signing, with_digest(signing, field)).status_code == 202
    assert Signed.objects.get().content_digest == field


@pytest.mark.parametrize("line", [t.RESIDENT_ID, f"示例 {t.RESIDENT_ID}", t.OLD_RESIDENT_ID])
def test_of_a_file_with_a_persons_number_no_evidence_is_kept(signing, line):
    body = form(f"{t.FINED[0]}\n{line}\n")

    assert send(signing, signing.sign(body, Sent(url=URL)), body).status_code == 202
    assert not Signed.objects.exists()


def test_an_unsigned_file_needs_no_signature_even_with_a_digest(signing):
    body = form(f"{t.FINED[0]}\n")
    digest = {"Content-Digest": "sha-256=:AAAA:"}

    assert send(signing, Sent(headers=digest), body).status_code == 202
    assert not Signed.objects.exists()
