"""What a file says cannot speak to the terminal of whoever reads it."""

import json

from gongxin.cli import output

HOSTILE = "盘锦\x1b[2J\x1b]0;x\x07\x9b31m\u202e试验\u200b\r\x00\x7f有限公司"
CONTROLS = {*map(chr, range(0x20)), *map(chr, range(0x7F, 0xA0)), *"\u202e\u200b"}


def test_a_line_holds_no_control_but_tab_and_newline(capsys):
    output.say(f"一\t二\n{HOSTILE}")

    said = capsys.readouterr().out
    assert set(said) & CONTROLS <= {"\t", "\n"}
    assert "有限公司" in said


def test_an_error_holds_no_control(capsys):
    output.fail(HOSTILE)

    assert set(capsys.readouterr().err) & CONTROLS == {"\n"}


def test_json_holds_the_text_and_no_control(capsys):
    output.print_json({"name": HOSTILE})

    written = capsys.readouterr().out
    assert set(written) & CONTROLS == {"\n"}
    assert json.loads(written) == {"name": HOSTILE}
