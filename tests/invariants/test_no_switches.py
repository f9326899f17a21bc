"""The switches for P1, P4, P11, P14 and P18 do not exist: no setting, variable or pack key."""

import ast
import dataclasses
import re
import typing
from pathlib import Path

import pytest

import gongxin
from gongxin.cli.main import app
from gongxin.law import Content
from gongxin.site.settings import Settings

SOURCE = Path(gongxin.__file__).parent
VARIABLES = {
    "GONGXIN_HOME",
    "GONGXIN_DATABASE_URL",
    "GONGXIN_ALLOWED_HOSTS",
    "GONGXIN_DEBUG",
    "GONGXIN_PG_BIN",
    "GONGXIN_WITNESSES",
    "GONGXIN_MODE",  # production only refuses more
    "GONGXIN_METRICS_TOKEN",
    "GONGXIN_PROXIES",
    "GONGXIN_WEB_DATABASE_URL",  # without it the server says that the second net is not there
    "GONGXIN_PERSONAL_DATABASE_URL",  # without it nothing of persons can be taken in
    "GONGXIN_CITIZEN_DATABASE_URL",  # without it nobody is served their own records
    "GONGXIN_SSO_ISSUER",
    "GONGXIN_SSO_CLIENT",
}
# Words that a switch of one of the protections would have in its name.
SWITCHES = re.compile(
    r"disable|enable|allow_?(person|sole|trader)|bypass|override|unsafe|(?<!in_)force|skip|ignore_safe"
    r"|no_safeguard|without_safeguard|score_person|grade_person|auto_?(decide|deny|approve|restrict)"
    r"|secret|hidden_list|reviewer_may",
    re.IGNORECASE,
)
INNOCENT = {"secret_key"}  # the session's


def sources() -> dict[str, ast.Module]:
    paths = sorted(SOURCE.rglob("*.py"))
    return {str(p.relative_to(SOURCE)): ast.parse(p.read_text("utf-8")) for p in paths}


def test_every_variable_of_the_environment_is_known():
    strings = {
        node.value
        for tree in sources().values()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }

    assert {text for text in strings if re.fullmatch(r"GONGXIN_[A-Z_]+", text)} <= VARIABLES


@pytest.mark.parametrize("room", ["core", "law", "derive", "check", "intake", "ledger", "engines"])
def test_the_rooms_that_protect_read_no_setting_and_no_environment(room):
    reading = [
        (name, node.lineno)
        for name, tree in sources().items()
        if name.startswith(f"{room}/")
        for node in ast.walk(tree)
        if (isinstance(node, ast.Attribute) and node.attr in {"environ", "getenv"})
        or (isinstance(node, ast.ImportFrom) and node.module == "django.conf")
    ]

    assert reading == []


def test_no_setting_is_a_switch():
    names = {field.name for field in dataclasses.fields(Settings)}

    servers = {"witnesses", "mode", "metrics_token", "tracebacks", "proxies", "sso"}
    servers |= {"web_database_url", "personal_database_url", "factor_key"}
    assert names == {"home", "database_url", "allowed_hosts", "secret_key"} | servers
    assert {name for name in names if SWITCHES.search(name)} <= INNOCENT


def keys(shape: object, seen: set[object]) -> set[str]:
    """Every key that a pack may write, by walking the shapes it is read into."""
    found: set[str] = set()
    for part in typing.get_args(shape):
        found |= keys(part, seen)
    if not dataclasses.is_dataclass(shape) or shape in seen:
        return found
    seen.add(shape)
    hints = typing.get_type_hints(shape)
    for field in dataclasses.fields(shape):
        found |= {f"{shape.__name__}.{field.name}"} | keys(hints[field.name], seen)
    return found


def test_no_key_of_a_pack_is_a_switch():
    found = keys(Content, set())

    assert len(found) > 100  # the walk sees something
    assert [key for key in found if SWITCHES.search(key)] == []


def test_no_option_of_a_command_is_a_switch():
    from typer.main import get_command  # noqa: PLC0415 - only here

    def options(command) -> list[str]:
        own = [parameter.name for parameter in command.params]
        return own + [
            name for sub in getattr(command, "commands", {}).values() for name in options(sub)
        ]

    found = options(get_command(app))
    assert "as_json" in found
    assert [name for name in found if SWITCHES.search(name)] == []


def test_safeguards_can_only_be_added_to(place):
    """P18: the merged words of a chain hold every word of every pack in it."""
    release = place.compile()
    merged = release.safeguards

    for part in release.content.safeguards:
        assert set(part.columns) <= set(merged.columns)
        assert set(part.bases) <= set(merged.bases)
        assert set(part.texts) <= set(merged.texts)
