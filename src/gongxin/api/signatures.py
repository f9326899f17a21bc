"""Signatures of calls (RFC 9421): optional evidence of who said what, each good once (签名存证).

The library looks at less than evidence needs: it takes a signature over the method alone and the
same nonce again, and forgives a clock five seconds. What we demand stands here and in its tests.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography.hazmat.primitives.serialization import load_pem_public_key
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from http_message_signatures import (
    HTTPMessageVerifier,
    HTTPSignatureKeyResolver,
    algorithms,
)
from http_message_signatures.exceptions import HTTPMessageSignaturesException
from http_message_signatures.resolvers import VerificationKey

from gongxin.accounts.client_queries import Caller
from gongxin.api.callers import CHALLENGE
from gongxin.api.digests import Digested
from gongxin.api.models import Signed
from gongxin.api.problems import SIGNATURE_REFUSED, Problem

TAG = "gongxin"
COVERED = ("@method", "@target-uri", "content-digest")
OLDEST = timedelta(minutes=5)
TOLERANCE = timedelta(seconds=60)  # SAFETY 4.5: clocks of units are not good
SHORTEST_NONCE, LONGEST_NONCE = 16, 128
FIELDS = ("Signature-Input", "Signature", "Content-Digest")
LONGEST_FIELD = 2_000


@dataclass(frozen=True, slots=True)
class Evidence:
    """A signature that was found good, with the key that found it so."""

    client_id: str
    nonce: str
    at: datetime
    target: str
    content_digest: str
    signature_input: str
    signature: str
    verify_key: str


@dataclass(frozen=True, slots=True)
class _Message:
    method: str
    url: str
    headers: Mapping[str, str]


class _Verifier(HTTPMessageVerifier):
    max_clock_skew = TOLERANCE


class _Key(HTTPSignatureKeyResolver):
    """The one key of the client that calls; another's name is refused."""

    def __init__(self, client: Caller) -> None:
        self.client = client

    def resolve_public_key(self, key_id: str) -> VerificationKey | None:
        """Return the client's key if the signature names the client."""
        if key_id != self.client.client_id:
            return None
        return load_pem_public_key(self.client.verify_key.encode())  # type: ignore[return-value]


def verify(
    request: HttpRequest, client: Caller, *, at: datetime, body: Digested | None = None
) -> Evidence | None:
    """Return the evidence of a signed call, None of one that is not signed.

    ``body`` is that of a call whose body was hashed while it was read and is not held.

    Raises:
        Problem: signed, but not so that it proves who sent this and when.
    """
    if any(len(request.headers.get(field, "")) > LONGEST_FIELD for field in FIELDS):
        raise _refused()
    if not any(field in request.headers for field in ("Signature-Input", "Signature")):
        return None
    if client.verify_key == "":
        raise _refused()
    found = _verified(request, client, body)
    if not SHORTEST_NONCE <= len(found) <= LONGEST_NONCE:
        raise _refused()
    said = [request.headers.get(field, "") for field in FIELDS]
    return Evidence(
        client_id=client.client_id,
        nonce=found,
        at=at,
        target=request.build_absolute_uri(),
        signature_input=said[0],
        signature=said[1],
        content_digest=said[2],
        verify_key=client.verify_key,
    )


def keep_evidence(evidence: Evidence) -> None:
    """Keep the evidence in the transaction that answers the call.

    Raises:
        Problem: the client's nonce was used before: the call is sent again by somebody.
    """
    try:
        with transaction.atomic():
            Signed.objects.create(
                client_id=evidence.client_id,
                nonce=evidence.nonce,
                at=evidence.at,
                target=evidence.target,
                content_digest=evidence.content_digest,
                signature_input=evidence.signature_input,
                signature=evidence.signature,
                verify_key=evidence.verify_key,
            )
    except IntegrityError as error:
        raise _refused() from error


def _verified(request: HttpRequest, client: Caller, body: Digested | None) -> str:
    """Return the nonce of the one good signature."""
    if "Content-Digest" not in request.headers:  # else a body that was read in pieces is asked for
        raise _refused()
    if body is not None and not body.agrees(request.headers.get("Content-Digest", "")):
        raise _refused()
    verifier = _Verifier(signature_algorithm=algorithms.ED25519, key_resolver=_Key(client))
    message = _Message(str(request.method), request.build_absolute_uri(), request.headers)
    try:
        results = verifier.verify(
            message,
            max_age=OLDEST,
            expect_tag=TAG,
            require_components=COVERED,
            body=request.body if body is None else None,
        )
    except (HTTPMessageSignaturesException, ValueError) as error:
        raise _refused() from error
    nonces = [result.nonce for result in results]
    if len(nonces) != 1 or nonces[0] is None:
        raise _refused()
    return str(nonces[0])


def _refused() -> Problem:
    return Problem(SIGNATURE_REFUSED, headers=CHALLENGE)
