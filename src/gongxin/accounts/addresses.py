"""The address that somebody calls from, as our own reverse proxies tell it (来源地址)."""

from collections.abc import Collection


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
