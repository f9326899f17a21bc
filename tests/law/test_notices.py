"""Words of notices (告知文本): places that can be filled, and law that is cited."""

import pytest

from tests.law.conftest import World

FILE = "base/notices.yaml"
NOTICES = """\
kind: notices
notices:
  - notice: outcome
    text: "{day} {unit} {case_no} {outcome} {measure} {check_no}"
    cite: [{document: act, article: 第三条}]
"""


@pytest.fixture
def told(world: World) -> World:
    world.write(FILE, NOTICES)
    return world


def test_a_notice_stands_in_the_release(told: World) -> None:
    assert told.compile().notices["outcome"].startswith("{day} {unit}")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("{unit}", "{person}", "no place {person}"),
        ("{unit}", "{}", "no place {}"),
        ("{measure}", "", "the place {measure} is lacking"),
        ("{day}", "{day", "braces stand in pairs"),
        ("{day}", "}", "braces stand in pairs"),
        ("[{document: act, article: 第三条}]", "[]", "no source of law is cited"),
        ("document: act", "document: none", "the cited document none is not in any"),
    ],
)
def test_one_at_fault_is_refused(told: World, old: str, new: str, message: str) -> None:
    told.change(FILE, old, new)
    assert [said for said in told.messages() if message in said] != []
