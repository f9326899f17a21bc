"""docs/howto/receive-changes.md as it is written: its samples against real messages."""

import re

import pytest

from gongxin.push import actions
from gongxin.push.signing import platform_key, secret
from tests.conftest import ROOT
from tests.derive import town as t
from tests.push.conftest import CLIENT

pytestmark = pytest.mark.django_db
PAGE = ROOT / "docs/howto/receive-changes.md"


@pytest.fixture(scope="module")
def sample() -> dict:
    """Everything that the page's Python defines."""
    found: dict = {}
    for block in re.findall(r"```python\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL):
        exec(compile(block, str(PAGE), "exec"), found)
    return found


@pytest.fixture
def message(busy) -> tuple[str, dict[str, str], bytes]:
    """The receiver's secret, and the headers and body of the first message that came."""
    number = busy.follow_from_the_beginning()
    busy.pusher.once()
    headers, body = busy.receiver.came[0]
    return secret(platform_key(busy.town.home), number, 1), headers, body


NOW = t.RECEIVED.timestamp()


def test_a_message_of_ours_is_believed(sample, message):
    assert sample["is_ours"](*message, NOW)


@pytest.mark.parametrize(
    "change",
    [
        lambda key, headers, body: (key, headers, body + b" "),
        lambda key, headers, body: (key, headers | {"webhook-id": "msg_2"}, body),
        lambda key, headers, body: (key, headers | {"webhook-timestamp": "1"}, body),
        lambda key, headers, body: (key, headers | {"webhook-timestamp": "x"}, body),
        lambda key, headers, body: (key, headers | {"webhook-signature": "v1,"}, body),
        lambda key, headers, body: (key, headers | {"webhook-signature": "v2,AAAA"}, body),
        lambda key, headers, body: ("whsec_AAAA", headers, body),
    ],
)
def test_a_message_that_was_changed_is_not(sample, message, change):
    assert not sample["is_ours"](*change(*message), NOW)


def test_an_old_message_is_not(sample, message):
    assert not sample["is_ours"](*message, NOW + 301)


def test_either_secret_is_good_after_a_rotation(sample, busy):
    number = busy.follow_from_the_beginning()
    actions.rotate(number, unit=t.MARKET, generation=1, by=CLIENT)
    busy.pusher.once()
    key = platform_key(busy.town.home)

    for generation in (1, 2):
        assert sample["is_ours"](secret(key, number, generation), *busy.receiver.came[0], NOW)


def test_a_message_has_one_effect(sample, message):
    _, headers, body = message
    seen: set[str] = set()
    copies: dict[str, str | None] = {}

    assert sample["take"](headers, body, seen, copies) == 204
    first = dict(copies)
    copies.clear()
    assert sample["take"](headers, body, seen, copies) == 204
    assert (len(first) > 3, copies) == (True, {})
