from datetime import date
from pathlib import Path

import pytest

from gongxin.law import LawError, load, read_release
from gongxin.law.active import active, store
from gongxin.law.release import Release
from tests.law.conftest import World


def test_equal_content_gives_an_equal_hash(world: World) -> None:
    assert world.compile().hash == world.compile().hash


def test_another_word_gives_another_hash(world: World) -> None:
    before = world.compile().hash
    world.change("base/documents.yaml", "示例备忘录", "示例备忘")
    assert world.compile().hash != before


def test_a_release_is_read_back_as_it_was_compiled(world: World, tmp_path: Path) -> None:
    release = world.compile()
    path = tmp_path / "release.json"
    path.write_text(release.text, encoding="utf-8")
    again = read_release(path)
    assert again.content == release.content
    assert again.hash == release.hash


def test_a_release_that_was_written_over_is_refused(world: World, tmp_path: Path) -> None:
    path = tmp_path / "release.json"
    path.write_text(world.compile().text.replace('"rank": "law"', '"rank":  "law"'))
    with pytest.raises(LawError, match="the release was changed after it was compiled"):
        read_release(path)


@pytest.mark.parametrize("content", [b"{", b"\xff", b"[" * 100_000])
def test_what_is_no_json_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "release.json"
    path.write_bytes(content)
    with pytest.raises(LawError, match="not a compiled release"):
        read_release(path)


@pytest.mark.parametrize("text", ["1", "{}"])
def test_json_of_another_shape_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "release.json"
    path.write_text(text)
    with pytest.raises(LawError, match="another version of the program") as refused:
        read_release(path)
    assert len(refused.value.faults) == 1  # what to do, not every key that is missing


def test_clauses_are_found_by_their_ids(world: World) -> None:
    release = world.compile()
    assert set(release.items) == {"penalty", "honour"}
    assert release.publicity["penalty"].rule == "terms"
    assert release.models["points"].base == 100_000
    assert release.documents["act"].title == "示例法"


def test_a_child_adds_to_the_safeguards(world: World) -> None:
    world.write(
        "town/safeguards.yaml",
        "kind: safeguards\ncolumns: [血型]\nbases: []\ntexts: []\ncite: [{document: act}]\n",
    )
    assert world.compile().safeguards.columns == ("宗教", "religion", "血型")


def test_the_calendar_covers_the_published_years(world: World) -> None:
    empty = "kind: calendar\nyear: 2027\nholidays: []\nworkdays: []\norigin: ''\n"
    world.write("base/calendar/2027.yaml", empty)
    calendar = world.compile().calendar
    assert (calendar.first, calendar.last) == (date(2026, 1, 1), date(2026, 12, 31))
    assert not calendar.is_working_day(date(2026, 1, 2))
    assert calendar.is_working_day(date(2026, 1, 4))


def test_a_place_without_calendar_knows_weekends_only(world: World) -> None:
    (world.root / "base/calendar/2026.yaml").unlink()
    calendar = world.compile().calendar
    assert calendar.is_provisional(date(2026, 5, 10))


def test_the_stored_release_is_the_active_one(world: World, tmp_path: Path) -> None:
    home = tmp_path / "home"
    first = world.compile()
    path = store(home, first)
    assert path == home / "release.json"
    assert active(home).hash == first.hash
    world.change("base/documents.yaml", "示例备忘录", "示例备忘")
    second = Release(load(world.root / "town").content)
    store(home, second)
    kept = sorted(p.name for p in (home / "releases").iterdir())
    assert kept == sorted(f"{r.hash.replace(':', '-')}.json" for r in (first, second))


def test_without_a_release_there_is_no_platform(tmp_path: Path) -> None:
    with pytest.raises(LawError, match="there is no platform here yet"):
        active(tmp_path)
