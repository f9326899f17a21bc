"""Batches (requirement 2-28): each row answered once, as it would be alone, whoever dies."""

import json

import pytest

from gongxin.audit.models import Row
from gongxin.check import asking, batches
from gongxin.check.answer import CheckRefused, Question
from gongxin.check.asking import check
from gongxin.check.batches import NoCodes, NotDone, open_batch, progress, result, work
from gongxin.check.documents import content_of
from gongxin.check.models import Asked, Batch, Chunk
from tests.derive import town as t

pytestmark = pytest.mark.django_db

ROWS = [t.FINED[0], t.TRADER[0], t.RESIDENT_ID, "no code", t.LISTED[0].lower(), t.ABSENT[0]]
ASKED = Question("", "procurement", "admission", t.TODAY, t.RECEIVED, "client:x", "批1", t.MARKET)


@pytest.fixture
def small(monkeypatch):
    """Chunks of two rows."""
    monkeypatch.setattr(batches, "MOST", 2)


def opened(town: t.Town, rows: list[str] = ROWS) -> str:
    return open_batch([f"{row}\r\n" for row in rows], ASKED, town.release)


def done(town: t.Town, number: str) -> list[dict]:
    for _ in work(number, home=town.home, release=town.release):
        pass
    files = result(number, unit=t.MARKET, home=town.home)
    return [json.loads(line) for file in files for line in file.read_text("utf-8").splitlines()]


def test_each_row_has_its_answer_or_why_not(settled, small):
    told = done(settled, opened(settled))

    assert [line["row"] for line in told] == [1, 2, 3, 4, 5, 6]
    assert ["answer" in line for line in told] == [True, False, False, False, True, True]
    assert "sole trader" in told[1]["refused"]
    assert told[4]["answer"]["uscc"] == t.LISTED[0]
    for line in told:
        if "answer" in line:
            uscc, number = line["answer"]["uscc"], line["answer"]["check_no"]
            alone = check(Question(uscc, *_asked()), settled.release)
            assert line["answer"] == json.loads(content_of(alone)) | {"check_no": number}


def _asked():
    return "procurement", "admission", t.TODAY, t.RECEIVED


def test_each_row_is_recorded_and_counted(settled, small):
    number = opened(settled)
    done(settled, number)

    far = progress(number)
    assert (far.chunks, far.done, far.answered, far.refused) == (3, 3, 3, 3)
    assert Row.objects.filter(action="check").count() == len(ROWS)
    assert Row.objects.filter(action="open-batch", object=number).count() == 1
    assert Asked.objects.filter(batch=number, content="").count() == 3


def test_what_may_be_a_persons_number_is_kept_nowhere(settled, small):
    number = opened(settled)
    kept = "\n".join(Chunk.objects.values_list("codes", flat=True))
    told = done(settled, number)

    content = b"".join(bytes(row.content) for row in Row.objects.all()).decode()
    for text in (kept, json.dumps(told, ensure_ascii=False), content):
        assert t.RESIDENT_ID not in text
        assert "no code" not in text
    assert set(Chunk.objects.values_list("codes", flat=True)) == {""}


def test_a_worker_that_dies_leaves_its_chunk_to_the_next(settled, small, monkeypatch):
    number = opened(settled)
    first = next(work(number, home=settled.home, release=settled.release))
    assert first.done == 1

    def die(*_: object, **__: object) -> None:
        raise ConnectionError

    with monkeypatch.context() as broken:
        broken.setattr(asking, "run_together", die)
        with pytest.raises(ConnectionError):
            done(settled, number)
    assert (progress(number).done, Asked.objects.filter(batch=number).count()) == (1, 1)

    assert len(done(settled, number)) == len(ROWS)
    assert Asked.objects.filter(batch=number).count() == 3


@pytest.mark.parametrize(
    "lines", [[], ["", " \t\n"], ["x" * 201]], ids=["nothing", "blanks", "a long line"]
)
def test_what_is_no_list_is_refused(settled, lines):
    with pytest.raises(NoCodes):
        open_batch(lines, ASKED, settled.release)

    assert (Batch.objects.count(), Chunk.objects.count(), Row.objects.count()) == (0, 0, 0)


def test_an_unknown_matter_is_refused_before_anything_is_kept(settled):
    asked = Question("", "hiring", "admission", t.TODAY, t.RECEIVED)
    with pytest.raises(CheckRefused):
        open_batch(ROWS, asked, settled.release)

    assert Batch.objects.count() == 0


@pytest.mark.parametrize("unit", [t.TRANSPORT, ""])
def test_a_result_is_its_units_and_whole(settled, small, unit):
    number = opened(settled)
    with pytest.raises(NotDone) as open_yet:
        result(number, unit=t.MARKET, home=settled.home)
    done(settled, number)
    with pytest.raises(NotDone) as foreign:
        result(number, unit=unit, home=settled.home)

    assert open_yet.value.message == foreign.value.message


def test_the_code_of_a_sole_trader_is_kept_by_no_chunk_and_gets_its_refusal(settled):
    """Who is one person's livelihood stands on no list, not even until a worker comes (L3)."""
    rows = [t.TRADER[0], t.TRADER[0].lower(), t.FINED[0], t.TRADER[0][:-1] + "?"]
    number = opened(settled, rows)

    assert Chunk.objects.get(batch=number).codes.split("\n") == ["92", "92", t.FINED[0], ""]
    told = done(settled, number)

    assert ["sole trader" in line.get("refused", "") for line in told] == [True, True, False, False]
    assert "not a valid" in told[3]["refused"]
    assert not Row.objects.filter(object__startswith="92").exists()
