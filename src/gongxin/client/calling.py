"""How a request is sent, sent again and understood, without sending anything itself (调用).

Each flow is a generator: it yields what is to be sent or waited for and is given what came. Both
clients drive the same flows, so that they behave alike.
"""

import base64
import json
import random
from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar
from urllib.parse import urlencode

from gongxin.client import answers, clock
from gongxin.client.answers import Nonsense, ProblemDocument, Token
from gongxin.client.faults import ClientFault, Refused
from gongxin.client.settings import Credentials, Manner, Why, address
from gongxin.client.signing import signed_headers

API = "/api/v1"
PROBLEM = "application/problem+json"
JSON = "application/json"
PROBLEMS = f"{API}/problems/"
OK, UNAUTHORIZED, TOO_MANY, FAILED = 200, 401, 429, 500
AGAIN = frozenset({502, 503, 504})
LATEST = 30  # seconds before its end a token is renewed


@dataclass(frozen=True, slots=True)
class Call:
    """One request of the API. A ``key`` makes it one effect however often it is sent."""

    method: str
    path: str
    body: Mapping[str, object] | None = None
    key: str = ""
    scope: str = ""
    is_signed: bool = False


@dataclass(frozen=True, slots=True)
class Send:
    """A request to be sent; ``until`` is the instant of ``clock.elapsed`` at which it is over."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes | None
    until: float


@dataclass(frozen=True, slots=True)
class Pause:
    """So many seconds to wait."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Got:
    """What came: all of it."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Lost:
    """Nothing came, or not all of it."""

    why: Why


@dataclass(frozen=True, slots=True)
class Silence:
    """There is no answer, after all that was tried."""

    why: Why
    retry_after: float | None = None


Result = TypeVar("Result")
Flow = Generator[Send | Pause, Got | Lost | None, Result]


@dataclass(slots=True)
class Line:
    """The way to one platform: its address, who calls, and the tokens that were issued."""

    url: str
    who: Credentials | None
    manner: Manner
    tokens: dict[str, tuple[str, float]] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        """Refuse an address that would send the secret unencrypted."""
        self.url = address(self.url, self.manner)

    def call(self, call: Call) -> Flow[Any | Silence]:
        """Send a call until it is answered, refused, or the patience has ended.

        Returns the JSON document, or why there is none.

        Raises:
            Refused: the platform says that the request is not to be answered.
        """
        until = clock.elapsed() + self.manner.patience
        renewed = False
        while True:
            token: str | Silence = ""
            if call.scope:
                token = yield from self._token(call.scope, until)
            if isinstance(token, Silence):
                return token
            found = yield from self._patiently(call, token, until)
            if isinstance(found, Got) and found.status == UNAUTHORIZED and token and not renewed:
                # Ended early: the platform was restored, or the client's secret was renewed.
                renewed = True
                self.tokens.pop(call.scope, None)
                continue
            return _understood(found)

    def _token(self, scope: str, until: float) -> Flow[str | Silence]:
        kept, end = self.tokens.get(scope, ("", 0.0))
        if kept and clock.elapsed() < end:
            return kept
        found = yield from self._patiently(Call("POST", "/token", {"scope": scope}), "", until)
        document = _understood(found)
        if isinstance(document, Silence):
            return document
        try:
            token = answers.read(Token, document)
        except Nonsense:
            return Silence(Why.NONSENSE)
        if token.token_type.lower() != "bearer" or not _is_plain(token.access_token):
            return Silence(Why.NONSENSE)
        life = max(0, token.expires_in - LATEST)
        self.tokens[scope] = (token.access_token, clock.elapsed() + life)
        return token.access_token

    def _patiently(self, call: Call, token: str, until: float) -> Flow[Got | Silence]:
        """Send, and again after what passes by itself, as long as patience lasts."""
        last: Silence = Silence(Why.SLOW)
        for attempt in range(1, self.manner.attempts + 1):
            now = clock.elapsed()
            if now >= until:
                return last
            end = min(until, now + self.manner.timeout)
            found = yield self._request(call, token, end)
            if isinstance(found, Got) and not _passes(found):
                return found
            last = _silence(found)
            wait = self._wait(last, attempt)
            if attempt == self.manner.attempts or clock.elapsed() + wait >= until:
                return last
            yield Pause(wait)
        return last

    def _wait(self, last: Silence, attempt: int) -> float:
        """As long as the platform says; else longer each time, and not all callers at once."""
        if last.retry_after is not None:
            return last.retry_after
        longest = self.manner.pause * float(2 ** (attempt - 1))
        return longest * random.uniform(0.5, 1.0)  # noqa: S311 - spreads callers, hides nothing

    def _request(self, call: Call, token: str, until: float) -> Send:
        url = f"{self.url}{API}{call.path}"
        if call.path == "/token":
            return self._token_request(url, call, until)
        headers = {"Accept": JSON}
        body = None
        if call.body is not None:
            body = json.dumps(call.body, ensure_ascii=False).encode()
            headers["Content-Type"] = JSON
        if token:
            headers["Authorization"] = f"Bearer {token}"
        if call.key:
            headers["Idempotency-Key"] = f'"{call.key}"'
        if call.is_signed and self.who is not None and body is not None:
            created = clock.now()
            signed = signed_headers(call.method, url, body, by=self.who, created=created)
            headers.update(signed)
        return Send(call.method, url, headers, body, until)

    def _token_request(self, url: str, call: Call, until: float) -> Send:
        if self.who is None:
            message = "this call needs credentials"
            raise ClientFault(message)
        shown = f"{self.who.client_id}:{self.who.secret}".encode()
        form = {"grant_type": "client_credentials", **(call.body or {})}
        headers = {
            "Accept": JSON,
            "Authorization": f"Basic {base64.b64encode(shown).decode()}",
            "Content-Type": "application/x-www-form-urlencoded",
        }
        return Send("POST", url, headers, urlencode(form).encode(), until)


def _is_plain(token: str) -> bool:
    return token.isascii() and token.isprintable() and " " not in token and token != ""


def _passes(got: Got) -> bool:
    """Tell whether the same request may be answered a little later; a day's quota is not."""
    return got.status in AGAIN or (got.status == TOO_MANY and _problem_name(got) != "quota")


def _silence(found: object) -> Silence:
    if isinstance(found, Got):
        why = Why.BUSY if found.status == TOO_MANY else Why.OUTAGE
        if _problem_name(found) == "quota":
            why = Why.QUOTA
        return Silence(why, _retry_after(found))
    return Silence(found.why if isinstance(found, Lost) else Why.NO_CONNECTION)


def _retry_after(got: Got) -> float | None:
    """Seconds of the header; a date, or nonsense, says nothing."""
    text = got.headers.get("retry-after", "")
    return float(text) if text.isascii() and text.isdigit() and len(text) <= 6 else None  # noqa: PLR2004 - digits


def _problem(got: Got) -> ProblemDocument | None:
    """Return the platform's own word; what others on the way say, such as a proxy, is none."""
    if got.headers.get("content-type", "").partition(";")[0].strip() != PROBLEM:
        return None
    try:
        found = answers.read(ProblemDocument, _json(got.body))
    except Nonsense:
        return None
    own = found.type.startswith(PROBLEMS) and found.status == got.status
    return found if own else None


def _problem_name(got: Got) -> str:
    found = _problem(got)
    return found.type.removeprefix(PROBLEMS) if found else ""


def _understood(found: Got | Silence) -> Any | Silence:
    """Return the document of an answer, or why there is none.

    Raises:
        Refused: the platform itself refuses the request.
    """
    if isinstance(found, Silence):
        return found
    if found.status >= FAILED or found.status == TOO_MANY:
        return _silence(found)
    if found.status != OK:
        told = _problem(found)
        if told is None:
            return Silence(Why.NONSENSE)
        name = told.type.removeprefix(PROBLEMS)
        raise Refused(name, told.status, told.detail, told.trace_id)
    try:
        return _json(found.body)
    except Nonsense:
        return Silence(Why.NONSENSE)


def _json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Nonsense from error
