"""Signatures of calls as docs/reference/signatures.md has them (RFC 9421, RFC 9530; 请求签名)."""

import base64
import hashlib
import secrets

from gongxin.client.settings import Credentials

TAG = "gongxin"


def signed_headers(
    method: str, target: str, body: bytes, *, by: Credentials, created: int
) -> dict[str, str]:
    """Return the headers that sign a call, none if the client does not sign; each has a new nonce.

    ``target`` is the whole address that is called.
    """
    if by.sign is None:
        return {}
    digest = f"sha-256=:{base64.b64encode(hashlib.sha256(body).digest()).decode()}:"
    said = (
        '("@method" "@target-uri" "content-digest")'
        f';created={created};keyid="{by.client_id}"'
        f';nonce="{secrets.token_hex(16)}";tag="{TAG}"'
    )
    text = (
        f'"@method": {method}\n"@target-uri": {target}\n'
        f'"content-digest": {digest}\n"@signature-params": {said}'
    )
    signature = base64.b64encode(by.sign(text.encode())).decode()
    return {
        "Content-Digest": digest,
        "Signature-Input": f"sig={said}",
        "Signature": f"sig=:{signature}:",
    }
