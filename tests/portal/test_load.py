"""The load of a province's site in short (3-10): a mix of pages from many addresses.

How fast it is says ``python -m bench pages``; here no page may fail or come without its tag.
"""

from collections import Counter
from dataclasses import replace

import pytest
from bench import pages

from tests.derive import town as t
from tests.derive.fixtures import settled

__all__ = ["settled"]

pytestmark = pytest.mark.django_db

PAGES = 150
KNOWN = {
    "codes": [t.FINED[0], t.LISTED[0], t.QUIET[0], t.RENAMED[0]],
    "names": ["盘锦示例", "示例第1贸易"],
    "numbers": ["盘交罚〔2026〕1号", "盘交罚〔2026〕2号"],
}
PROXY = "127.0.0.1"


def asked(number: int) -> tuple[str, str]:
    """The path and the address of a request of the load."""
    lines = pages.requests(KNOWN, pages.MIX, seed=7)(number).decode().split("\r\n")
    return lines[0].split(" ")[1], lines[2].removeprefix("X-Forwarded-For: ")


@pytest.fixture
def site(settled, settings) -> None:
    """The settled town, behind a proxy."""
    settings.GONGXIN = replace(settings.GONGXIN, home=settled.home, proxies=(PROXY,))
    settings.PORTAL_TODAY = t.TODAY


def test_the_load_is_a_mix_from_many_addresses_and_always_the_same():
    paths = [asked(number)[0] for number in range(PAGES)]
    kinds = Counter(path.partition("?")[0].partition(t.code(1)[:8])[0] for path in paths)

    assert set(kinds) == {"/", "/search", "/subjects/"}
    assert sum(path.endswith("/explanation") for path in paths) > 0
    assert len({asked(number)[1] for number in range(PAGES)}) > PAGES // 2
    assert asked(3) == asked(3)


def test_no_page_of_the_load_fails_and_each_may_be_kept(client, site):
    for_others = []
    statuses: Counter[int] = Counter()
    for number in range(PAGES):
        path, address = asked(number)
        response = client.get(path, headers={"X-Forwarded-For": address})
        statuses[response.status_code] += 1
        for_others.append((response["Cache-Control"], response.get("ETag"), path, address))

    assert set(statuses) == {200, 302}
    assert {kept for kept, *_ in for_others} == {"public, max-age=300"}
    again = {
        client.get(path, headers={"X-Forwarded-For": address, "If-None-Match": tag}).status_code
        for _, tag, path, address in for_others
        if tag is not None
    }
    assert again == {304}
