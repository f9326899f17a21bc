"""Which identity service proves who somebody is: ``keys/realname`` in the platform's folder (实名).

The file is TOML. ``issuer``, ``client`` and ``secret`` are as the service gave them; ``number`` and
``name`` are the claims that hold the person's number and name, ``level`` the one that says how
surely it is known who it is, and ``levels`` the values of it that are enough. ``scope`` is what the
service is asked for.
"""

import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from gongxin.core.errors import CreditError

FILE = "realname"
THIS_MACHINE = frozenset({"127.0.0.1", "localhost", "::1"})
TEXTS = ("issuer", "client", "secret", "number", "level")
DEFAULTS = {"name": "name", "scope": "openid"}


class BadRealName(CreditError):
    """The file of the identity service is missing or says something that cannot be."""

    code = "citizen.bad_realname"


@dataclass(frozen=True, slots=True)
class RealName:
    """An identity service of OpenID Connect, and the claims in which it says who somebody is."""

    issuer: str
    client: str
    secret: str = field(repr=False)
    number: str
    level: str
    levels: frozenset[str]
    name: str
    scope: str

    @property
    def origin(self) -> str:
        """Scheme and host, which the login form may lead to."""
        parts = urlsplit(self.issuer)
        return f"{parts.scheme}://{parts.netloc}"


def read(home: Path) -> RealName | None:
    """Return the identity service of a platform, None if there is none.

    Raises:
        BadRealName: what is wrong; never the secret.
    """
    path = home / "keys" / FILE
    try:
        given = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return None
    except ValueError as error:
        message = f"{path} is not TOML in UTF-8"
        raise BadRealName(message) from error
    texts = {name: given.pop(name, DEFAULTS.get(name, "")) for name in (*TEXTS, *DEFAULTS)}
    levels = given.pop("levels", [])
    faults = [f"{name} is not a text" for name in texts if not _is_text(texts[name])]
    if not isinstance(levels, list) or not levels or not all(map(_is_text, levels)):
        faults.append("levels names no level that is enough")
    faults += [f"{name} is unknown" for name in given]
    if not faults and not is_safe(texts["issuer"]):
        faults.append("issuer must begin with https://")
    if faults:
        message = f"{path}: {'; '.join(faults)}"
        raise BadRealName(message)
    return RealName(levels=frozenset(levels), **texts)


def is_safe(url: str) -> bool:
    """Tell whether a service is reached over https, or on this machine for rehearsals."""
    parts = urlsplit(url)
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in THIS_MACHINE)


def _is_text(value: object) -> bool:
    return isinstance(value, str) and value.strip() != ""
