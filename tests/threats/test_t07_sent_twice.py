"""T07: a call that is sent twice at once has one effect and one answer (real threads)."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.db import connections
from django.http import HttpResponse
from django.test import Client as Browser

from gongxin.api.models import Asked
from tests.api.conftest import Api, deeds, register, serve, token_of
from tests.derive import town as t
from tests.derive.town import Town, release
from tests.fixtures.platform import empty

__all__ = ["register"]

pytestmark = pytest.mark.django_db(transaction=True)
AT_ONCE = 8


@pytest.fixture
def token(transactional_db: None, tmp_path: Path, settings, register) -> Iterator[str]:
    """A client of a platform whose rows are really committed."""
    serve(Town.found(tmp_path, release()), settings)
    yield token_of(Browser(), register(quota=AT_ONCE))
    empty()


def at_once(token: str, bodies: list[dict[str, str]]) -> list[HttpResponse]:
    """Send a request with each body, all at the same time."""

    def send(body: dict[str, str]) -> HttpResponse:
        try:
            return Api(Browser(raise_request_exception=False), token).check(**body)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(AT_ONCE) as threads:
        return list(threads.map(send, bodies))


def test_the_same_call_eight_times_at_once_is_one_check(token):
    answers = at_once(token, [{"code": t.ABSENT[0], "key": "one"}] * AT_ONCE)

    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.content for answer in answers}) == 1
    assert len(deeds()) == 1
    assert Asked.objects.get().organisations == 1


def test_of_different_calls_under_one_key_one_is_done(token):
    codes = (t.ABSENT[0], t.FINED[0], t.QUIET[0])
    answers = at_once(token, [{"code": code, "key": "one"} for code in codes])

    assert sorted(answer.status_code for answer in answers) == [200, 422, 422]
    assert len(deeds()) == 1


def test_calls_at_once_do_not_ask_beyond_the_quota(token):
    answers = at_once(token, [{"code": t.ABSENT[0]}] * (AT_ONCE + 4))

    assert sorted(answer.status_code for answer in answers) == [200] * AT_ONCE + [429] * 4
    assert len(deeds()) == AT_ONCE
    assert Asked.objects.get().organisations == AT_ONCE
