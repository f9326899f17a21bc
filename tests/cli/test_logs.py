"""What is typed at the command line is in no log line, and a number in no message: T29."""

import json

import pytest

from tests.derive import town as t

pytestmark = pytest.mark.django_db
NAME = "欧阳金丝雀"
NUMBERS = (t.RESIDENT_ID, "13912345678", "6222021234567890123")
COMMANDS = (
    ["subject", "show", "{}"],
    ["explain", "{}"],
    ["check", "{}", "--matter=bidding", "--purpose=lending"],
    ["check", t.FINED[0], "--matter={}", "--purpose=lending"],
    ["check", t.FINED[0], "--matter=bidding", "--purpose={}"],
    ["check", t.FINED[0], "--matter=bidding", "--purpose=lending", "--case={}"],
    ["audit", "looks", "{}"],
)


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_a_number_is_in_no_message_and_a_name_in_no_log_line(gongxin, inhabited, command):
    for canary in (NAME, *NUMBERS):
        said = gongxin(*(part.format(canary) for part in command))
        logged = [line for line in said.err.splitlines() if is_line(line)]

        assert [line for line in logged if canary in line] == []
        assert canary == NAME or canary not in said.out + said.err


def is_line(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except ValueError:
        return False
