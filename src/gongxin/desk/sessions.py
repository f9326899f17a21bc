"""How long somebody stays logged in, and what the desk shows before a second factor (T18)."""

from collections.abc import Callable
from datetime import datetime, timedelta

from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.utils import is_mfa_enabled
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.urls import Resolver404, resolve
from django.utils.cache import patch_vary_headers

from gongxin.accounts import logins
from gongxin.desk import clock

IDLE = timedelta(minutes=30)
WHOLE = timedelta(hours=8)
FRESH = timedelta(minutes=5)
STEP = timedelta(minutes=1)  # how exactly idleness is kept
_BEGAN, _SEEN = "desk_began_at", "desk_seen_at"
# All that pages of the desk take. The libraries' views would delete a key for DELETE, unrecorded.
METHODS = ("GET", "HEAD", "POST")
# What somebody without a second factor may open.
SETTING_UP = frozenset({"mfa_activate_totp", "mfa_add_webauthn", "account_logout", "account_login"})


def begin(request: HttpRequest) -> None:
    """Note in a new session when it began."""
    request.session[_BEGAN] = request.session[_SEEN] = clock.now().isoformat()


def has_fresh_factor(request: HttpRequest) -> bool:
    """Tell whether a second factor was shown again in the last minutes."""
    records = get_authentication_records(request, request.user)
    shown = [r["at"] for r in records if r["method"] == "mfa" and r.get("reauthenticated")]
    return bool(shown) and clock.now().timestamp() - shown[-1] < FRESH.total_seconds()


class SessionMiddleware:
    """Ends sessions that are idle or old, and leads whoever has no second factor to set one up."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer; pages of the desk are kept nowhere."""
        name = _desk_page(request)
        if name is None:
            return self.get_response(request)
        if name and request.method not in METHODS:
            return HttpResponseNotAllowed(METHODS)
        response = self._stopped(request, name) or self.get_response(request)
        response.headers["Cache-Control"] = "no-store"
        response.headers["X-Robots-Tag"] = "noindex, noarchive"
        patch_vary_headers(response, ["Cookie"])
        return response

    def _stopped(self, request: HttpRequest, name: str) -> HttpResponse | None:
        if not request.user.is_authenticated:
            return None
        if _has_ended(request):
            logins.tell(request.user, "session-ended", at=clock.now())
            logout(request)
            return redirect("account_login")
        if name not in SETTING_UP and not is_mfa_enabled(request.user):
            return redirect("mfa_activate_totp")
        return None


def _desk_page(request: HttpRequest) -> str | None:
    """Return the name of the desk's page that is asked for; None for all other addresses."""
    if not request.path_info.startswith(("/desk/", "/en/desk/")):
        return None
    try:
        return resolve(request.path_info).url_name or ""
    except Resolver404:
        return ""


def _has_ended(request: HttpRequest) -> bool:
    now, session = clock.now(), request.session
    if _BEGAN not in session or _SEEN not in session:
        return True
    began = datetime.fromisoformat(session[_BEGAN])
    seen = datetime.fromisoformat(session[_SEEN])
    if now - seen > IDLE or now - began > WHOLE:
        return True
    if now - seen > STEP:
        session[_SEEN] = now.isoformat()
    return False
