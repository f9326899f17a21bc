"""How fast anybody and clients may ask: the same for all processes, told in every answer."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from gongxin.api import clock, limits
from gongxin.api.limits import blind_name, count_request
from gongxin.api.models import Used
from gongxin.site.settings import API_LIMITS, Settings
from tests.api.conftest import Api, ask_token, deeds, token_of
from tests.derive import town as t

pytestmark = pytest.mark.django_db
AT = datetime(2026, 6, 1, 3, 0, 30, tzinfo=UTC)  # 11:00:30 in China
ANYBODY = {"second": 20, "minute": 600, "day": 5_000}


@pytest.fixture
def still(monkeypatch) -> None:
    """A clock that stands still."""
    monkeypatch.setattr(clock, "now", lambda: AT)


@pytest.fixture
def few(platform, settings, still) -> None:
    settings.API_LIMITS = {
        "anonymous": {"second": 3, "minute": 5, "day": 8},
        "client": {"second": 2, "minute": 9},
    }


def test_the_limits_are_those_that_were_promised():
    assert API_LIMITS["anonymous"] == ANYBODY


def counted(caller: str, times: int, at: datetime = AT):
    return [count_request(caller, limits=ANYBODY, at=at) for _ in range(times)][-1]


def test_the_twentieth_of_a_second_passes_and_the_next_does_not():
    assert counted("a", 20).over is None
    over = counted("a", 1).over

    assert over is not None
    assert (over.name, over.reset) == ("second", 1)


def test_a_day_is_used_up_though_no_minute_is():
    for minute in range(9):
        counted("a", 20, AT + timedelta(minutes=minute))
    Used.objects.update(in_day=4_999)

    assert counted("a", 1, AT + timedelta(minutes=9)).over is None
    over = counted("a", 1, AT + timedelta(minutes=9)).over
    assert over is not None
    assert (over.name, over.reset) == ("day", 46_770 - 9 * 60)


def test_a_minute_of_full_seconds_is_too_much():
    start = AT.replace(second=0)
    standings = [counted("a", 20, start + timedelta(seconds=n)) for n in range(31)]

    assert [s.over.name if s.over else "" for s in standings] == [""] * 30 + ["minute"]
    assert standings[-1].over is not None
    assert standings[-1].over.reset == 30


def test_what_the_second_refuses_is_not_taken_from_minute_and_day():
    counted("a", 50)

    used = [window.used for window in counted("a", 1, AT + timedelta(seconds=1)).windows]
    assert used == [1, 21, 21]


def test_what_the_minute_refuses_is_not_taken_from_the_day():
    Used.objects.create(
        caller="a",
        second=0,
        in_second=0,
        minute=int(AT.timestamp()) // 60,
        in_minute=600,
        day=AT.toordinal(),
        in_day=600,
    )

    over = counted("a", 3).over
    assert over is not None
    assert (over.name, Used.objects.get().in_day) == ("minute", 600)


def test_a_day_ends_at_midnight_in_china():
    late = datetime(2026, 6, 1, 15, 59, 59, tzinfo=UTC)

    assert counted("a", 1, late).windows[2].reset == 1
    assert counted("a", 1, late + timedelta(seconds=1)).windows[2].used == 1


def test_what_is_left_is_told(platform, anybody, few):
    answer = anybody.get("/catalog")

    assert (
        answer.headers["RateLimit-Policy"]
        == '"second";q=3;w=1, "minute";q=5;w=60, "day";q=8;w=86400'
    )
    assert answer.headers["RateLimit"] == '"second";r=2;t=1'


def test_who_is_over_waits_and_others_do_not(platform, anybody, few):
    answers = [anybody.get("/catalog") for _ in range(4)]
    other = anybody.browser.get("/api/v1/catalog", REMOTE_ADDR="192.0.2.7")

    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert answers[3].json()["type"] == "/api/v1/problems/rate-limited"
    assert answers[3].headers["Retry-After"] == "1"
    assert other.status_code == 200


def test_every_address_counts_and_so_do_refused_tokens(platform, anybody, few):
    anybody.get("/nothing")
    anybody.get("/docs")
    anybody.get("/catalog", Authorization="Bearer nonsense")

    assert ask_token(anybody.browser, {}).status_code == 429


def test_a_client_is_counted_by_itself(checker, few, anybody):
    answers = [checker.check(t.FINED[0]) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert len(deeds()) == 2
    assert anybody.get("/catalog").status_code == 200


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8:0:1::1", "2001:db8:0:1:ffff::2", True),
        ("2001:db8:0:1::1", "2001:db8:0:2::1", False),
        ("192.0.2.1", "192.0.2.2", False),
        ("192.0.2.1", "::ffff:192.0.2.1", True),
        ("nonsense", "", True),
    ],
)
def test_a_home_of_ipv6_counts_as_one(one, other, same):
    assert (blind_name(one) == blind_name(other)) is same


def test_no_address_is_stored(platform, anybody):
    anybody.browser.get("/api/v1/catalog", REMOTE_ADDR="192.0.2.99")

    (name,) = Used.objects.values_list("caller", flat=True)
    assert "192.0.2.99" not in name


def test_forwarded_addresses_are_believed_from_our_proxies_alone(platform, anybody, few, settings):
    def ask(forwarded: str) -> int:
        headers = {"X-Forwarded-For": forwarded}
        return anybody.browser.get("/api/v1/catalog", headers=headers).status_code

    assert [ask(f"192.0.2.{n}") for n in range(4)] == [200, 200, 200, 429]

    settings.GONGXIN = replace(settings.GONGXIN, proxies=("127.0.0.1",))
    assert ask("10.9.9.9, 192.0.2.1") == 200


def test_proxies_are_read_from_the_environment():
    assert Settings.read({"GONGXIN_PROXIES": "10.0.0.1, 10.0.0.2"}).proxies == (
        "10.0.0.1",
        "10.0.0.2",
    )


def test_rows_of_former_days_are_taken_along():
    counted("a", 1, AT)
    counted("b", 1, AT + timedelta(days=1))

    assert list(Used.objects.values_list("caller", flat=True)) == ["b"]


def test_the_day_has_so_many_seconds_left():
    assert limits.seconds_to_midnight(AT) == 46_771


def test_a_client_with_an_agreed_rate_has_that_one(platform, anybody, few, register):
    api = Api(anybody.browser, token_of(anybody.browser, register(rate=4)))

    answers = [api.check(t.FINED[0]) for _ in range(5)]

    assert [answer.status_code for answer in answers] == [200, 200, 200, 200, 429]
    assert answers[0].headers["RateLimit-Policy"] == '"second";q=4;w=1, "minute";q=240;w=60'
