"""Reading JSON strictly: what two readers could understand differently is refused (请求体)."""

import json
from typing import Any, NoReturn

from django.http import HttpRequest
from ninja.parser import Parser

from gongxin.api.problems import BAD_REQUEST, UNSUPPORTED_MEDIA_TYPE, Problem

DEEPEST = 16
LONGEST_NUMBER = 30


class StrictParser(Parser):
    """Reads bodies as I-JSON (RFC 7493) and nothing else."""

    def parse_body(self, request: HttpRequest) -> Any:
        """Return the body.

        Raises:
            Problem: not ``application/json``, not UTF-8, not JSON, a member twice, NaN, a number
                too long or too large, nesting too deep, NUL or half a surrogate pair in a text.
        """
        require_media_type(request, "application/json")
        return read(request.body)


def require_media_type(request: HttpRequest, wanted: str) -> None:
    """Refuse a body of another media type or character set."""
    charset = (request.content_params or {}).get("charset", "utf-8").lower()
    if request.content_type != wanted or charset not in ("utf-8", "utf8"):
        raise Problem(UNSUPPORTED_MEDIA_TYPE, f"the body is to be {wanted} in UTF-8")


def read(body: bytes) -> Any:
    """Return what a body says, or refuse it."""
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        _refuse("the body is not UTF-8")
    try:
        found = json.loads(
            text,
            object_pairs_hook=_members,
            parse_constant=_no_constant,
            parse_int=_whole,
            parse_float=_fraction,
        )
    except RecursionError:
        _refuse("nested too deep")
    except ValueError:
        _refuse("the body is not JSON")
    _inspect(found, 0)
    return found


def _refuse(detail: str) -> NoReturn:
    raise Problem(BAD_REQUEST, detail) from None  # what lies below may repeat what was typed


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        _refuse("an object has a member twice")
    return found


def _no_constant(_: str) -> NoReturn:
    _refuse("NaN and Infinity are no JSON")


def _whole(text: str) -> int:
    if len(text) > LONGEST_NUMBER:
        _refuse("a number is too long")
    return int(text)


def _fraction(text: str) -> float:
    found = float(text) if len(text) <= LONGEST_NUMBER else float("inf")
    if found in (float("inf"), float("-inf")):
        _refuse("a number is too long or too large")
    return found


def _inspect(value: Any, depth: int) -> None:
    if depth > DEEPEST:
        _refuse("nested too deep")
    match value:
        case str():
            _inspect_text(value)
        case list():
            for part in value:
                _inspect(part, depth + 1)
        case dict():
            for name, part in value.items():
                _inspect_text(name)
                _inspect(part, depth + 1)


def _inspect_text(text: str) -> None:
    if "\0" in text or any("\ud800" <= c <= "\udfff" for c in text):
        _refuse("a text holds NUL or half a surrogate pair")
