"""Files and keys of a platform in its archive: those of each moment, whatever happens between."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from gongxin.cli import archive_folder
from gongxin.cli.archive_folder import BadArchive, Base, Reached
from gongxin.cli.kept_files import LONG_AGO, Files, Look, bring_back, follow_keys, state

NONE: frozenset[str] = frozenset()
FIRST = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)


def minutes(n: int) -> datetime:
    return FIRST + timedelta(minutes=n)


@pytest.fixture
def home(tmp_path) -> Path:
    (tmp_path / "home/segments").mkdir(parents=True)
    return tmp_path / "home"


@pytest.fixture
def archive(tmp_path) -> Path:
    (tmp_path / "archive").mkdir()
    return tmp_path / "archive"


def look(n: int) -> Look:
    """The look at the mark of a minute, a minute after the one before."""
    return Look(minutes(n - 1) if n else LONG_AGO, minutes(n))


def contents(archive: Path, until: datetime | None, folder: Path) -> dict[str, str]:
    bring_back(archive, state(archive, until), folder)
    return {
        str(path.relative_to(folder)): path.read_text()
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.fixture
def told(home, archive) -> Path:
    """``a`` was there; ``b`` came, ``a`` changed at minute 2; looks missed ``b`` at 3 and 4."""
    files = Files(archive)
    (home / "segments/a").write_text("one")
    files.follow(home, NONE, look(0))
    files.follow(home, NONE, look(1))
    (home / "segments/a").write_text("another")
    (home / "segments/b").write_text("two")
    files.follow(home, NONE, look(2))
    (home / "segments/b").unlink()
    files.follow(home, NONE, look(3))
    files.follow(home, NONE, look(4))
    return archive


def test_each_moment_has_its_files(told, tmp_path):
    assert contents(told, minutes(1), tmp_path / "1") == {"segments/a": "one"}
    both = {"segments/a": "another", "segments/b": "two"}
    assert contents(told, minutes(2), tmp_path / "2") == both
    assert contents(told, minutes(3), tmp_path / "3") == both
    assert contents(told, None, tmp_path / "4") == {"segments/a": "another"}


def test_what_may_have_come_or_gone_since_the_look_before_is_there(told, tmp_path):
    # Between two looks nobody knows: a file too many harms nothing, one too few does.
    just_after = minutes(1) + timedelta(seconds=1)
    assert set(contents(told, just_after, tmp_path / "1")) == {"segments/a", "segments/b"}
    just_before = minutes(4) - timedelta(seconds=1)
    assert set(contents(told, just_before, tmp_path / "2")) == {"segments/a", "segments/b"}


def test_nothing_is_forgotten_that_a_kept_moment_has(told, tmp_path):
    Files(told).prune(minutes(3))

    assert contents(told, minutes(3), tmp_path / "3") == {
        "segments/a": "another",
        "segments/b": "two",
    }
    assert contents(told, None, tmp_path / "4") == {"segments/a": "another"}
    kept = {path.read_text() for path in told.glob("files/*/*")}
    assert kept == {"another", "two"}

    Files(told).prune(minutes(5))

    assert {path.read_text() for path in told.glob("files/*/*")} == {"another"}


def test_who_follows_again_copies_nothing_twice_and_forgets_a_torn_line(told, home):
    before = (told / "files.jsonl").read_text()
    (told / "files.jsonl").write_text(before + '{"since": "2026')

    Files(told).follow(home, NONE, look(5))

    assert (told / "files.jsonl").read_text() == before


def test_a_line_that_a_full_disk_tore_is_cut_before_the_next(home, archive, tmp_path):
    files = Files(archive)
    (home / "segments/a").write_text("one")
    files.follow(home, NONE, look(0))
    with (archive / "files.jsonl").open("a") as journal:
        journal.write('{"since": "2026')
    assert contents(archive, None, tmp_path / "torn") == {"segments/a": "one"}

    (home / "segments/b").write_text("two")
    files.follow(home, NONE, look(1))

    both = {"segments/a": "one", "segments/b": "two"}
    assert contents(archive, None, tmp_path / "next") == both
    assert len((archive / "files.jsonl").read_text().splitlines()) == 2


def test_a_file_that_one_look_misses_is_not_gone(home, archive):
    files = Files(archive)
    (home / "segments/a").write_text("one")
    files.follow(home, NONE, look(0))

    (home / "segments/a").rename(home.parent / "aside")
    files.follow(home, NONE, look(1))
    (home.parent / "aside").rename(home / "segments/a")
    files.follow(home, NONE, look(2))
    (home / "segments/a").rename(home.parent / "aside")
    files.follow(home, NONE, look(3))

    assert list(state(archive, None)) == ["segments/a"]

    files.follow(home, NONE, look(4))

    assert list(state(archive, None)) == []
    assert list(state(archive, minutes(3))) == ["segments/a"]


def test_what_is_left_out_is_not_there(home, archive):
    (home / "keys").mkdir()
    (home / "keys/personal").write_text("secret")
    (home / "segments/keys").write_text("no key")
    (home / "cluster.json").write_text("passwords")
    (home / "cluster.json.5d1c09aa").write_text("passwords of a process that was killed")

    Files(archive).follow(home, frozenset({"keys", "cluster.json"}), look(0))

    assert list(state(archive, None)) == ["segments/keys"]


def test_a_name_that_leads_out_is_refused(told, tmp_path):
    line = json.loads((told / "files.jsonl").read_text().splitlines()[0])
    line["changed"] = {"../outside": line["changed"]["segments/a"]}
    (told / "files.jsonl").write_text(json.dumps(line) + "\n")

    with pytest.raises(BadArchive, match="outside the platform"):
        contents(told, None, tmp_path / "new")

    assert not (tmp_path / "outside").exists()


def test_keys_are_copied_and_lists_only_grow(tmp_path):
    own, kept = tmp_path / "own", tmp_path / "kept"
    (own / "months").mkdir(parents=True)
    (own / "months/.erased").write_text("a\nb\n")
    (own / "months/.blocked").write_text("d\n")
    (own / "months/.2026-12-half").write_text("half a key")
    (own / "personal").write_text("key")
    (own / "personal").chmod(0o400)
    (kept / "months").mkdir(parents=True)
    (kept / "months/.erased").write_text("a\nc\n")
    (kept / "months/2026-11").write_text("of a month that is over here")

    follow_keys(own, kept, growing=frozenset({".erased", ".blocked"}))

    assert (kept / "months/.erased").read_text() == "a\nc\nb\n"
    assert (kept / "months/.blocked").read_text() == "d\n"
    assert (kept / "personal").read_text() == "key"
    assert (kept / "personal").stat().st_mode & 0o777 == 0o400
    assert sorted(path.name for path in kept.rglob("*") if path.is_file()) == [
        ".blocked",
        ".erased",
        "2026-11",
        "personal",
    ]


def based(archive: Path, *, n: int, files: list[str]) -> archive_folder.Stretch:
    """A stretch with WAL and ``n`` base copies that its mark covers, an hour apart."""
    made = archive_folder.next_stretch(archive)
    made.begin()
    for name in files:
        (made.wal / name).touch()
    for number in range(n):
        (made.folder / "base.new").mkdir()
        ended_at = minutes(60 * number)
        folder = made.folder / f"base-{ended_at:%Y%m%dT%H%M%S}"
        made.keep(Base(folder, ended_at, files[number], number))
    made.reach(Reached(minutes(60 * n), "700", n, 0, 0))
    return made


NAMES = [f"0000000100000000000000{n:02X}" for n in (0xFD, 0xFE, 0xFF)] + [
    "000000010000000100000000",
    "000000010000000100000001.partial",
]


def test_the_last_two_base_copies_are_kept_with_their_wal(archive):
    lost = based(archive, n=1, files=NAMES)
    stretch = based(archive, n=3, files=NAMES)

    assert archive_folder.prune(archive) == minutes(60)

    assert not lost.folder.exists()
    assert [base.ended_at for base in stretch.bases()] == [minutes(60), minutes(120)]
    assert sorted(path.name for path in stretch.wal.iterdir()) == NAMES[1:]


def test_nothing_is_deleted_before_there_are_two(archive):
    based(archive, n=1, files=NAMES)
    making = based(archive, n=1, files=NAMES)
    making.reach(Reached(minutes(1), "700", -1, 0, 0))  # its WAL has not come as far yet

    assert archive_folder.prune(archive) is None

    assert len(archive_folder.stretches(archive)) == 2


def test_wal_goes_on_from_file_to_file_or_is_refused(archive):
    stretch = based(archive, n=1, files=NAMES)
    assert [name for name, _ in stretch.files_from(NAMES[0])] == [n[:24] for n in NAMES]

    (stretch.wal / NAMES[2]).unlink()

    with pytest.raises(BadArchive, match="missing"):
        stretch.files_from(NAMES[0])
    with pytest.raises(BadArchive, match="missing"):
        stretch.files_from("0000000100000000000000F0")


def test_an_archive_is_of_one_history(archive):
    archive_folder.make(archive)
    archive_folder.claim(archive, "1-00000001")
    archive_folder.make(archive)
    archive_folder.claim(archive, "1-00000001")

    with pytest.raises(BadArchive, match="before it was restored"):
        archive_folder.claim(archive, "1-00000002")


def test_what_is_no_archive_is_not_written_into(archive, tmp_path):
    (archive / "something").touch()

    with pytest.raises(BadArchive, match="not empty"):
        archive_folder.make(archive)
    with pytest.raises(BadArchive, match="mounted"):
        archive_folder.claim(tmp_path / "unmounted", "1-00000001")

    assert [path.name for path in archive.iterdir()] == ["something"]
    assert not (tmp_path / "unmounted").exists()
