"""Many processes count one caller: nothing is lost and nobody gets more than his share."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from gongxin.api.limits import Standing, count_request
from gongxin.api.models import Used
from tests.api.test_limits import ANYBODY, AT

pytestmark = pytest.mark.django_db(transaction=True)
TIMES = 60


def test_of_sixty_requests_at_once_twenty_pass():
    def ask(_: int) -> Standing:
        try:
            return count_request("a", limits=ANYBODY, at=AT)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as threads:
        standings = list(threads.map(ask, range(TIMES)))

    assert sum(standing.over is None for standing in standings) == ANYBODY["second"]
    assert (Used.objects.get().in_second, Used.objects.get().in_day) == (TIMES, ANYBODY["second"])
