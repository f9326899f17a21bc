"""The sealer goes on through what fails, and the witnesses catch up: R8, T16, T22."""

import shutil
from collections.abc import Callable, Iterator
from datetime import timedelta
from threading import Event

import psycopg
import pytest
from django.db import connection, transaction
from psycopg.conninfo import make_conninfo

from gongxin.audit import actions, signing
from gongxin.audit.models import Pending, SignedHead, Witnessed
from gongxin.audit.sealing import ClockSkew, Sealer, compare_clocks
from gongxin.audit.witness import Folder, folders
from gongxin.cli import clock
from tests.audit.conftest import AT, Log, deed

pytestmark = pytest.mark.django_db


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def sealer(log: Log, said: list[str]) -> Sealer:
    return Sealer(log.signer, (log.witness,), clock.now, said.append)


class Rounds(Event):
    """Runs ``between`` instead of waiting, and stops when nothing of it is left."""

    def __init__(self, *between: Callable[[], object]) -> None:
        super().__init__()
        self.between = list(between)

    def wait(self, timeout: float | None = None) -> bool:
        if not self.between:
            self.set()
        else:
            self.between.pop(0)()
        return self.is_set()


def test_what_was_recorded_is_sealed_and_witnessed(log, sealer):
    log.record(deed(1), deed(2))

    assert sealer.once() == 2
    assert log.witness.seen().size == 2
    assert list(Witnessed.objects.values_list("witness", "size")) == [("archive", 2)]


def test_a_second_round_has_nothing_to_do(log, sealer, said):
    log.record(deed(1))
    sealer.run(every=1, stop=Rounds(lambda: None))

    assert said == ["sealed 1 deeds"]
    assert SignedHead.objects.count() == 1


def test_sealing_goes_on_while_a_witness_is_away_and_it_catches_up(log, sealer, said, tmp_path):
    log.record(deed(1))
    away, there = tmp_path / "away", log.witness.path
    begun = [
        lambda: (there.rename(away), log.record(deed(2))),
        lambda: log.record(deed(3)),
        lambda: (shutil.rmtree(there, ignore_errors=True), away.rename(there)),
    ]
    sealer.run(every=1, stop=Rounds(*begun))

    assert said[0] == "sealed 1 deeds"
    assert said.count("sealed 1 deeds") == 3
    assert "witness archive is away (No such file or directory)" in said
    assert log.witness.seen().size == 3
    assert log.check().faults == ()


def test_a_witness_that_is_not_mounted_is_not_made_anew(log, sealer):
    log.record(deed(1))
    sealer.once()
    shutil.rmtree(log.witness.path)
    log.witness.path.mkdir()
    log.record(deed(2))
    sealer.once()

    assert list(log.witness.path.iterdir()) == []
    assert [fault.what for fault in log.check().faults] == [
        "archive is away, or holds nothing of this log: No such file or directory"
    ]


def test_a_witness_that_lost_what_it_took_is_named(log, sealer):
    log.record(deed(1))
    sealer.once()
    for name in ("notes", "leaves", "edge"):
        (log.witness.path / name).unlink()

    assert [fault.what for fault in log.check().faults] == ["archive took 1 leaves and holds 0"]


def test_a_witness_that_refuses_stops_neither_sealing_nor_the_other_witness(
    log, said, tmp_path, sealer
):
    other = Folder("other", tmp_path / "other")
    signing.make(tmp_path / "stranger", log.signer.name)
    other.begin(signing.read(tmp_path / "stranger").verifier)
    log.record(deed(1))

    both = Sealer(log.signer, (other, log.witness), clock.now, said.append)
    both.once()

    assert log.witness.seen().size == 1
    assert other.seen().size == 0
    assert said == [f"witness other refuses: no note that {log.signer.name} signed"]


@pytest.mark.parametrize("sign", [1, -1])
def test_five_seconds_of_skew_are_borne_and_more_are_not(sign):
    compare_clocks("archive", ours=AT, theirs=AT + sign * timedelta(seconds=5))
    with pytest.raises(ClockSkew, match="archive and ours differ by 6 s"):
        compare_clocks("archive", ours=AT, theirs=AT + sign * timedelta(seconds=6))


@pytest.mark.parametrize("apart", [timedelta(hours=2), timedelta(days=-2)])
def test_nothing_is_sealed_with_a_wrong_clock(log, said, apart):
    log.record(deed(1))
    wrong = Sealer(log.signer, (log.witness,), lambda: clock.now() + apart, said.append)

    with pytest.raises(ClockSkew):
        wrong.once()
    wrong.run(every=1, stop=Rounds())

    assert "nothing was sealed: audit.clock_skew: the clock of archive" in said[0]
    assert (Pending.objects.count(), SignedHead.objects.count()) == (1, 0)
    assert log.witness.seen().size == 0


def test_without_witnesses_it_is_sealed_all_the_same(log, said):
    log.record(deed(1))

    assert Sealer(log.signer, (), lambda: AT, said.append).once() == 1


@pytest.fixture
def emptied(transactional_db) -> Iterator[None]:
    """Leave nothing behind; the triggers would not let the log go."""
    yield
    tables = ("audit_row", "audit_pending", "audit_leaf", "audit_head", "audit_witnessed")
    with connection.cursor() as cursor:
        for change in ("DISABLE", "ENABLE"):
            if change == "ENABLE":
                cursor.execute(f"TRUNCATE {', '.join(tables)}")
            for table in tables:
                cursor.execute(f"ALTER TABLE {table} {change} TRIGGER USER")


def test_a_lost_database_is_said_and_met_again(emptied, tmp_path, said):
    signing.make(tmp_path, "example")
    signer = signing.read(tmp_path)

    named = connection.get_connection_params()
    known = ("dbname", "user", "password", "host", "port")
    dsn = make_conninfo(**{key: named[key] for key in known if named.get(key)})

    def lose() -> None:
        with transaction.atomic():
            actions.record(deed(1))
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            (pid,) = cursor.fetchone()
        with psycopg.connect(dsn) as other:
            other.execute("SELECT pg_terminate_backend(%s)", [pid])

    rounds = Rounds(lose, lambda: None)
    Sealer(signer, (), lambda: AT, said.append).run(every=1, stop=rounds)

    assert said == [
        "the database does not answer (OperationalError); trying again",
        "sealed 1 deeds",
    ]


def test_folders_of_one_name_have_their_whole_name(tmp_path):
    found = folders([tmp_path / "a/log", tmp_path / "b/log", tmp_path / "c/archive"])

    assert [one.name for one in found] == [f"{tmp_path}/a/log", f"{tmp_path}/b/log", "archive"]


def test_the_witness_grows_from_its_edge_or_without_it(log, sealer):
    """The edge is a saving: lost or spoilt, the leaves say the same."""
    for number, spoil in enumerate([None, "", "{}", '{"size": 2, "nodes": ["00"]}', "null"]):
        if spoil is not None:
            (log.witness.path / "edge").write_text(spoil)
        log.record(deed(number), deed(number + 10))
        sealer.once()

    assert log.witness.seen().size == 10
    assert log.check().faults == ()
