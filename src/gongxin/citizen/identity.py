"""Login by real name: the code flow of OpenID Connect, and what its token must say (实名登录).

Who it is comes from a token that the service signed for us, for this login, now, at a level that
is enough. Its number and name leave this module as keyed hashes (``personal.sealing.Proven``).
"""

import base64
import hashlib
import hmac
import http.client
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from urllib.parse import urlencode, urlsplit

import jwt

from gongxin.citizen.realname import RealName, is_safe
from gongxin.core.errors import CreditError
from gongxin.personal import sealing
from gongxin.personal.keys import Keys
from gongxin.personal.sealing import Proven

ALGORITHMS = ("RS256", "PS256", "ES256", "EdDSA")  # never a shared secret, never none
DEMANDED = ("exp", "iat", "iss", "aud", "sub", "nonce")
LEEWAY = 60  # seconds that two clocks may differ
WAITS = 5  # seconds
LARGEST = 256 * 1024
OK = 200


class Why(StrEnum):
    """Why nobody was proved: for the log alone. A token that PyJWT refuses has its error's name."""

    AUDIENCE = "audience"
    ISSUER = "issuer"
    KEY = "key"
    LEVEL = "level"
    NO_NUMBER = "no_number"
    NO_TOKEN = "no_token"  # noqa: S105 - a reason
    NONCE = "nonce"
    SERVICE = "service"
    STATE = "state"


class NotProven(CreditError):
    """The identity service did not prove who somebody is; ``reason`` in the facts is for the log.

    Whoever asked is told the same for every reason.
    """

    code = "citizen.not_proven"

    @property
    def reason(self) -> str:
        """Why: a word of ours, nothing that was sent."""
        return str(self.facts["reason"])


@dataclass(frozen=True, slots=True)
class Entry:
    """A login that began: what comes back must fit it. The browser keeps it for ten minutes."""

    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What the browser brought back from the service."""

    code: str
    state: str
    issuer: str


def begin() -> Entry:
    """Begin a login."""
    return Entry(*(secrets.token_urlsafe(32) for _ in range(3)))


def address(service: RealName, entry: Entry, back: str) -> str:
    """Return where the browser is sent to.

    Raises:
        NotProven: the service does not answer as it must.
    """
    challenge = hashlib.sha256(entry.verifier.encode()).digest()
    asked = {
        "response_type": "code",
        "client_id": service.client,
        "redirect_uri": back,
        "scope": service.scope,
        "state": entry.state,
        "nonce": entry.nonce,
        "code_challenge": base64.urlsafe_b64encode(challenge).rstrip(b"=").decode("ascii"),
        "code_challenge_method": "S256",
        "acr_values": " ".join(sorted(service.levels)),
    }
    return f"{_endpoint(_about(service), 'authorization_endpoint')}?{urlencode(asked)}"


def prove(service: RealName, entry: Entry, answer: Answer, *, back: str, keys: Keys) -> Proven:
    """Return who logged in, as hashes.

    Raises:
        NotProven: for whatever reason.
    """
    if not hmac.compare_digest(answer.state.encode(), entry.state.encode()):
        raise _refused(Why.STATE)
    if answer.issuer not in ("", service.issuer):
        raise _refused(Why.ISSUER)
    about = _about(service)
    form = {
        "grant_type": "authorization_code",
        "code": answer.code,
        "redirect_uri": back,
        "client_id": service.client,
        "client_secret": service.secret,
        "code_verifier": entry.verifier,
    }
    token = _fetched(_endpoint(about, "token_endpoint"), form).get("id_token")
    if not isinstance(token, str):
        raise _refused(Why.NO_TOKEN)
    claims = _claims(token, service, _fetched(_endpoint(about, "jwks_uri")))
    _demand(claims, service, entry)
    name = claims.get(service.name, "")
    found = sealing.proven(claims[service.number], name if isinstance(name, str) else "", keys)
    if found.person == "":
        raise _refused(Why.NO_NUMBER)
    return found


def _demand(claims: Mapping[str, Any], service: RealName, entry: Entry) -> None:
    nonce, level, number = (claims.get(n) for n in ("nonce", service.level, service.number))
    if not isinstance(nonce, str) or not hmac.compare_digest(nonce.encode(), entry.nonce.encode()):
        raise _refused(Why.NONCE)
    many = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
    if claims.get("azp", None if many else service.client) != service.client:
        raise _refused(Why.AUDIENCE)
    if not isinstance(level, str) or level not in service.levels:
        raise _refused(Why.LEVEL)
    if not isinstance(number, str):
        raise _refused(Why.NO_NUMBER)


def _claims(token: str, service: RealName, published: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a token says that the service signed for us and that has not ended."""
    try:
        named = jwt.get_unverified_header(token).get("kid")
        keys = jwt.PyJWKSet.from_dict(dict(published)).keys
        fitting = [key for key in keys if key.key_id == named and key.public_key_use != "enc"]
        if len(fitting) != 1:
            raise _refused(Why.KEY)
        claims: dict[str, Any] = jwt.decode(
            token,
            fitting[0],
            algorithms=list(ALGORITHMS),
            audience=service.client,
            issuer=service.issuer,
            leeway=LEEWAY,
            options={"require": list(DEMANDED)},
        )
    except (jwt.PyJWTError, ValueError, TypeError, AttributeError) as error:
        raise _refused(type(error).__name__) from None
    return claims


def _about(service: RealName) -> dict[str, Any]:
    about = _fetched(f"{service.issuer.rstrip('/')}/.well-known/openid-configuration")
    if about.get("issuer") != service.issuer:
        raise _refused(Why.ISSUER)
    return about


def _endpoint(about: Mapping[str, Any], name: str) -> str:
    url = about.get(name)
    if not isinstance(url, str) or not is_safe(url):
        raise _refused(Why.SERVICE)
    return url


def _fetched(url: str, form: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Return the JSON object at an address of the service; nothing leads elsewhere."""
    parts = urlsplit(url)
    secure = parts.scheme == "https"
    kind = http.client.HTTPSConnection if secure else http.client.HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=WAITS)
    target = parts.path + (f"?{parts.query}" if parts.query else "")
    headers = {"Accept": "application/json"}
    if form is not None:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    try:
        body = None if form is None else urlencode(form)
        connection.request("GET" if form is None else "POST", target or "/", body, headers)
        answer = connection.getresponse()
        text = answer.read(LARGEST + 1)
        if answer.status != OK or len(text) > LARGEST:
            raise _refused(Why.SERVICE)
        found = json.loads(text)
    except (OSError, http.client.HTTPException, ValueError, RecursionError):
        raise _refused(Why.SERVICE) from None
    finally:
        connection.close()
    if not isinstance(found, dict):
        raise _refused(Why.SERVICE)
    return found


def _refused(reason: str) -> NotProven:
    return NotProven("who it is was not proved", reason=reason)
