"""Where something may be sent to: an address, and the networks it may lead into (推送目的地).

An address that somebody proposes must not lead into the platform's own network (SAFETY T10). So an
address is a plain https address of a name, and every number that the name stands for is judged
before anything connects. What a reader could take for another address is refused, never mended.
"""

import re
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import NoReturn

from gongxin.core import privacy
from gongxin.core.errors import CreditError

LONGEST = 500
HTTPS = 443
Network = IPv4Network | IPv6Network

_ADDRESS = re.compile(r"https://([a-z0-9.-]+)(?::([0-9]{1,5}))?(/[!-~]*)?", re.ASCII)
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?", re.ASCII)
_LAST = re.compile(r"[a-z]{2,63}|xn--[a-z0-9-]{1,59}", re.ASCII)  # never a number, nor 0x7f
_PATH = re.compile(r"[A-Za-z0-9/._~!$&'()*+,;=:@%?-]*", re.ASCII)
_INSIDE = ("localhost", "local", "internal", "intranet", "lan", "home", "corp", "arpa", "onion")
LONGEST_NAME = 253


def _networks(text: str) -> tuple[Network, ...]:
    return tuple(map(ip_network, text.split()))


# Nobody opens these: the machine itself, the link, the services that tell a cloud machine its keys.
NEVER = _networks(
    "0.0.0.0/8 127.0.0.0/8 169.254.0.0/16 224.0.0.0/4 240.0.0.0/4 255.255.255.255/32"
    " 100.100.100.200/32 168.63.129.16/32 192.0.0.192/32"
    " ::/128 ::1/128 fe80::/10 fec0::/10 ff00::/8 fd00:ec2::254/128"
    # An address within an address: what is judged and what is reached would be two.
    " ::/96 ::ffff:0:0/96 ::ffff:0:0:0/96 64:ff9b::/96 64:ff9b:1::/48 2001::/32 2002::/16"
)
# Not for the public: the operator of a government network names the parts that are his (政务外网).
PRIVATE = _networks(
    "10.0.0.0/8 100.64.0.0/10 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24 192.31.196.0/24"
    " 192.52.193.0/24 192.88.99.0/24 192.168.0.0/16 192.175.48.0/24 198.18.0.0/15"
    " 198.51.100.0/24 203.0.113.0/24"
    " 100::/64 2001::/23 2001:db8::/32 3fff::/20 5f00::/16 fc00::/7"
)
OPEN_V6 = ip_network("2000::/3")  # all that was ever given to the public
LOOPBACK = _networks("127.0.0.0/8 ::1/128")


class BadDestination(CreditError):
    """Nothing is sent to such an address; ``facts["reason"]`` says why in one word."""

    code = "push.bad_address"


@dataclass(frozen=True, slots=True)
class Destination:
    """An address in its parts: ``target`` is path and query."""

    host: str
    port: int
    target: str


@dataclass(frozen=True, slots=True)
class Allowed:
    """What an operator opened: own networks, and ports beside 443; ``loopback`` is for rehearsals.

    Networks come from the place's pack (``push.networks``); nothing is open by default.
    """

    networks: tuple[Network, ...] = ()
    ports: tuple[int, ...] = (HTTPS,)
    loopback: bool = False


def destination(address: str, allowed: Allowed) -> Destination:
    """Read an address; nothing is looked up.

    Raises:
        BadDestination: not https, no name, a number instead of a name, a person's number in it, a
            port that is not open, a name of this machine, or anything that two readers could read
            differently.
    """
    found = _ADDRESS.fullmatch(address)
    if found is None or len(address) > LONGEST:
        _refuse("form", "write https://name/path in small ASCII letters, without user or #")
    host, port, target = found[1], int(found[2] or HTTPS), found[3] or "/"
    if not _is_name(host):
        _refuse("name", "the address has a full name, never a number")
    if host.split(".")[-1] in _INSIDE:
        _refuse("name", "the name is one of this machine or of a network inside")
    if port not in allowed.ports:
        _refuse("port", f"open ports: {', '.join(map(str, allowed.ports))}")
    if _PATH.fullmatch(target) is None or ".." in target or "//" in target:
        _refuse("path", "path and query have plain signs, and no .. or //")
    if privacy.holds_person_number(target):
        _refuse("person", "the address holds a person's number: leave it out")
    return Destination(host, port, target)


def judge(number: str, allowed: Allowed) -> None:
    """Make sure that a number that a name stands for may be connected to.

    Raises:
        BadDestination: it is no plain number, is of a network that nobody opens, or of one that the
            operator did not open.
    """
    try:
        found = ip_address(number)
    except ValueError:
        _refuse("number", "the name stands for no address")
    if isinstance(found, IPv6Address) and found.scope_id is not None:
        _refuse("network", "an address of the link is never reached")
    if allowed.loopback and _within(found, LOOPBACK):
        return
    if _within(found, NEVER):
        _refuse("network", "the machine itself, its link and such are never reached")
    if _within(found, allowed.networks):
        return
    if _within(found, PRIVATE) or not _is_open(found):
        _refuse("network", "a private network that push.networks of the pack does not open")


def may_be_opened(text: str) -> bool:
    """Tell whether a pack may open the network: a private one, and nothing that nobody opens.

    >>> [may_be_opened(one) for one in ("10.8.0.0/16", "127.0.0.0/8", "0.0.0.0/0", "10.8.0.1/16")]
    [True, False, False, False]
    """
    try:
        network = ip_network(text)
    except ValueError:
        return False
    inside = any(_contains(one, network) for one in PRIVATE)
    never = any(_contains(one, network) for one in NEVER if one.prefixlen < one.max_prefixlen)
    return inside and not never


def _refuse(reason: str, message: str) -> NoReturn:
    message = f"nothing is sent there: {message}"
    raise BadDestination(message, reason=reason) from None


def _is_name(host: str) -> bool:
    labels = host.split(".")
    return (
        len(host) <= LONGEST_NAME
        and len(labels) > 1
        and all(_LABEL.fullmatch(label) for label in labels)
        and _LAST.fullmatch(labels[-1]) is not None
    )


def _within(found: IPv4Address | IPv6Address, networks: tuple[Network, ...]) -> bool:
    return any(found in network for network in networks)


def _contains(outer: Network, inner: Network) -> bool:
    if isinstance(outer, IPv4Network):
        return isinstance(inner, IPv4Network) and inner.subnet_of(outer)
    return isinstance(inner, IPv6Network) and inner.subnet_of(outer)


def _is_open(found: IPv4Address | IPv6Address) -> bool:
    """Whether it was given to the public; the library knows what these lists may not."""
    open_here = isinstance(found, IPv4Address) or found in OPEN_V6
    return open_here and found.is_global
