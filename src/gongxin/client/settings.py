"""Who calls, how patient, and what may come out of it (设置)."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from ipaddress import ip_address
from ssl import SSLContext
from urllib.parse import urlsplit

from gongxin.client.faults import ClientFault

LARGEST = 64 * 1024 * 1024


class Why(StrEnum):
    """Why nothing is known; none of them says anything about an organisation."""

    NO_CONNECTION = "no_connection"
    SLOW = "slow"
    CERTIFICATE = "certificate"
    CUT = "cut"
    NONSENSE = "nonsense"
    BAD_SIGNATURE = "bad_signature"
    OUTAGE = "outage"
    BUSY = "busy"
    QUOTA = "quota"
    NOT_ASKED = "not_asked"
    TOO_FEW = "too_few"


@dataclass(frozen=True, slots=True)
class Credentials:
    """What ``gongxin client add`` printed; ``sign`` signs calls (docs/reference/signatures.md).

    ``sign`` takes bytes and returns their Ed25519 signature; ``keys.signing_key`` makes one of a
    file. Without it calls are not signed, which the platform takes as well.
    """

    client_id: str
    secret: str = field(repr=False)
    sign: Callable[[bytes], bytes] | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Manner:
    """How a client asks. Spans are seconds.

    ``timeout`` is for one request, ``patience`` for a call with all that is sent again.
    ``answer_key`` is the platform's public key, had from elsewhere: an answer that it did not sign
    is ``unknown``. ``certificates`` is for platforms with an authority of their own. ``plain_http``
    lets secrets and answers go unencrypted: for a tunnel that encrypts by itself.
    """

    timeout: float = 10.0
    patience: float = 20.0
    attempts: int = 3
    pause: float = 0.2
    answer_key: str = ""
    certificates: SSLContext | None = None
    proxy: str | None = None
    plain_http: bool = False


def address(url: str, manner: Manner) -> str:
    """Return the platform's address without a slash at its end.

    Raises:
        ClientFault: it is no address, or would send the secret unencrypted.
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    if parts.scheme not in ("http", "https") or host == "" or parts.query or parts.username:
        message = "the address of the platform is like https://credit.example.gov.cn"
        raise ClientFault(message)
    if parts.scheme == "http" and not (manner.plain_http or _is_this_machine(host)):
        message = "http would send the secret unencrypted; use https"
        raise ClientFault(message)
    return url.rstrip("/")


def _is_this_machine(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
