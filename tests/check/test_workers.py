"""Several workers at one batch, on a database that they share."""

from threading import Thread

import pytest
from django.db import connection

from gongxin.check import batches
from gongxin.check.answer import Question
from gongxin.check.batches import open_batch, progress, work
from gongxin.check.models import Asked
from tests.derive import town as t
from tests.fixtures.platform import empty

ASKED = Question("", "procurement", "admission", t.TODAY, t.RECEIVED, "client:x", "批1", t.MARKET)


@pytest.mark.django_db(transaction=True)
def test_three_workers_answer_each_row_once(tmp_path, monkeypatch):
    monkeypatch.setattr(batches, "MOST", 2)
    town = t.Town.found(tmp_path, t.release())
    number = open_batch([t.code(place) for place in range(40)], ASKED, town.release)

    def run() -> None:
        for _ in work(number, home=town.home, release=town.release):
            pass
        connection.close()

    workers = [Thread(target=run) for _ in range(3)]
    try:
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        subjects = list(Asked.objects.values_list("subject", flat=True))
        assert (len(subjects), len(set(subjects))) == (40, 40)
        assert progress(number).done == 20
    finally:
        empty()
