"""The language of a page follows from its address alone, so every page can be cached (页面语言).

Simplified Chinese has no prefix, English has ``/en/``; neither cookie nor header has a say.
"""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils import translation

from gongxin.core.citation import Label

ENGLISH = "en"
_PREFIX = f"/{ENGLISH}"


class LanguageMiddleware:
    """Speaks the language of the address until the answer is made."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer in the language of the address."""
        with translation.override(language_of(request.path_info)):
            response = self.get_response(request)
            response.headers["Content-Language"] = translation.get_language() or ""
        return response


def language_of(path: str) -> str:
    """Return the language of an address.

    >>> language_of("/en/search"), language_of("/entry")
    ('en', 'zh-hans')
    """
    return ENGLISH if path == _PREFIX or path.startswith(f"{_PREFIX}/") else settings.LANGUAGE_CODE


def other_address(path: str) -> str:
    """Return the address of the same page in the other language.

    >>> other_address("/search?q=x"), other_address("/en/")
    ('/en/search?q=x', '/')
    """
    return path.removeprefix(_PREFIX) if language_of(path) == ENGLISH else _PREFIX + path


def is_english() -> bool:
    """Tell whether the page being made is in English."""
    return translation.get_language() == ENGLISH


def text_of(label: Label) -> str:
    """Return the label in the page's language; Chinese where there is no English."""
    return label.en or label.zh if is_english() else label.zh
