"""Coming in by real name and leaving again (实名登录与退出)."""

from dataclasses import asdict

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import translation
from django.views.decorators.http import require_GET, require_POST, require_safe

from gongxin.citizen import access, clock, identity
from gongxin.citizen.identity import Answer, Entry, NotProven
from gongxin.personal import sessions

SALT = "gongxin.citizen.entry"
LASTS = 600  # seconds from the form to the way back


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Say what there is here and lead to the login (首页)."""
    inside = access.who_asks(request) != sessions.NOBODY
    opened = access.given().realname is not None
    return access.page(request, "home.html", {"inside": inside, "opened": opened})


@require_POST
def enter(request: HttpRequest) -> HttpResponse:
    """Lead to the identity service."""
    service = access.given().realname
    if service is None:
        return access.not_found(request)
    began = identity.begin()
    try:
        address = identity.address(service, began, _back(request))
    except NotProven as error:
        return _not_entered(request, error.reason)
    answer = redirect(address)
    kept = asdict(began) | {"language": translation.get_language() or settings.LANGUAGE_CODE}
    _give(answer, _names()[1], signing.dumps(kept, salt=SALT), age=LASTS)
    return answer


@require_GET
def back(request: HttpRequest) -> HttpResponse:
    """Come back from the identity service; whatever is wrong, the answer is the same."""
    service, began = access.given().realname, _began(request)
    if service is None or began is None:  # nobody began: not in the log, or anybody could fill it
        return _not_entered(request)
    language = began.pop("language", settings.LANGUAGE_CODE)
    said = (request.GET.get(name, "") for name in ("code", "state", "iss"))
    try:
        who = identity.prove(
            service, Entry(**began), Answer(*said), back=_back(request), keys=access.own_keys()
        )
    except NotProven as error:
        return _not_entered(request, error.reason)
    key = sessions.begin(who, at=clock.now())
    with translation.override(language):
        answer = redirect("citizen:records")
    own, entry = _names()
    _give(answer, own, key)
    answer.delete_cookie(entry)
    return answer


@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """End the session."""
    own, _ = _names()
    sessions.end(request.COOKIES.get(own, ""), at=clock.now())
    answer = redirect("citizen:home")
    answer.delete_cookie(own)
    return answer


@require_safe
def never(request: HttpRequest) -> HttpResponse:
    """Say what is never kept or reckoned of a person, and what rights there are."""
    inside = access.who_asks(request) != sessions.NOBODY
    return access.page(request, "never.html", {"inside": inside})


def _names() -> tuple[str, str]:
    return settings.PERSON_COOKIE, settings.ENTRY_COOKIE  # type: ignore[misc]


def _back(request: HttpRequest) -> str:
    return request.build_absolute_uri(reverse("back"))


def _began(request: HttpRequest) -> dict[str, str] | None:
    """Return what the browser was given when the login began, None if it was not."""
    try:
        given: dict[str, str] = signing.loads(
            request.COOKIES.get(_names()[1], ""), salt=SALT, max_age=LASTS
        )
    except signing.BadSignature:
        return None
    return given


def _give(answer: HttpResponse, name: str, value: str, *, age: int | None = None) -> None:
    secure = settings.SESSION_COOKIE_SECURE
    answer.set_cookie(name, value, max_age=age, secure=secure, httponly=True, samesite="Lax")


def _not_entered(request: HttpRequest, reason: str = "") -> HttpResponse:
    if reason:
        sessions.refuse(reason, at=clock.now())
    answer = access.page(request, "not_entered.html", {}, status=403)
    answer.delete_cookie(_names()[1])
    return answer
