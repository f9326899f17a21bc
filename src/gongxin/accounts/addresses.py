"""The address that somebody calls from, as our own reverse proxies tell it (来源地址)."""

import ipaddress
from collections.abc import Collection

IPV6_HOME = 64  # what one subscriber gets


def seen(remote: str, forwarded: str, *, proxies: Collection[str]) -> str:
    """Return the address behind our proxies; what anybody else says of himself counts nothing.

    ``remote`` is who opened the connection, ``forwarded`` the header ``X-Forwarded-For``.

    >>> seen("10.0.0.1", "6.6.6.6, 1.2.3.4", proxies=("10.0.0.1",))
    '1.2.3.4'
    >>> seen("1.2.3.4", "6.6.6.6", proxies=("10.0.0.1",))
    '1.2.3.4'
    """
    if remote in proxies:
        return forwarded.rpartition(",")[2].strip() or remote
    return remote


def subscriber(address: str) -> str:
    """Return as what an address is counted: an IPv6 address as its /64, which one subscriber has.

    >>> subscriber("2001:db8::1")
    '2001:db8::/64'
    >>> subscriber("::ffff:1.2.3.4")
    '1.2.3.4/32'
    """
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return ""
    mapped = getattr(parsed, "ipv4_mapped", None) or parsed
    wide = IPV6_HOME if mapped.version == 6 else 32  # noqa: PLR2004 - IPv4 counts whole
    return str(ipaddress.ip_network(f"{mapped}/{wide}", strict=False))
