"""What allauth asks about accounts, second factors and single sign-on: our answers (登录适配).

Every login, failed login and change of a factor is in the audit log. Nobody signs up, no mail is
sent, and only an account that exists and is linked enters by single sign-on.
"""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from cryptography.fernet import Fernet
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from gongxin.accounts import addresses, failures, logins
from gongxin.accounts.logins import Brake, TooSoon
from gongxin.accounts.staff import Staff
from gongxin.desk import clock, sessions


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Login by name and password."""

    error_messages = {  # noqa: RUF012 - allauth's own form
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": _("The login name or the password is wrong."),
        "too_many_login_attempts": _("Too many wrong codes. Try again in five minutes."),
        "rate_limited": _("Too many wrong codes. Try again in five minutes."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody signs up: an administrator makes accounts."""
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send nothing."""

    def add_message(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Say nothing between pages: each page says what it did."""

    def send_notification_mail(self, *_: Any, **__: Any) -> None:
        """Send nothing: the audit log is told where a factor changes."""

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Refuse while earlier failures slow this login down."""
        self.brakes = self._brakes(request, credentials)
        try:
            logins.attempt(self.brakes, at=clock.now())
        except TooSoon as error:
            failures.tell_failed(credentials.get("username", ""), "too_soon", at=clock.now())
            message = gettext("Too many logins failed. Try again in %(seconds)s seconds.")
            raise ValidationError(message % error.facts) from error

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Staff | None:
        """Return whose name and password these are; a closed account is as good as none."""
        found: Staff | None = super().authenticate(request, **credentials)
        if found is None:
            return None
        if not found.is_active:
            failures.tell_failed(found.login, "closed", at=clock.now())
            return None
        logins.succeeded(self.brakes)
        return found

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Record the failure, never what was typed."""
        failures.tell_failed(credentials.get("username", ""), "password", at=clock.now())

    def _rollback_login_failed_rl_usage(self) -> None:
        """Leave counting to ``accounts.logins``."""

    def login(self, request: HttpRequest, user: Staff) -> None:
        """Open the session and record it, both or none."""
        with transaction.atomic():
            super().login(request, user)
            sessions.begin(request)
            logins.tell(user, "login", at=clock.now())

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Ask for a fresh factor once there is one; the first is set up right after the login."""
        return bool(is_mfa_enabled(self.request.user))

    def get_reauthentication_methods(self, user: Staff) -> list[dict[str, Any]]:
        """Return the second factors only: a password is not fresh proof (T18)."""
        if not is_mfa_enabled(user):
            return []
        names = ["mfa_reauthenticate"]
        if is_mfa_enabled(user, [Authenticator.Type.WEBAUTHN]):
            names.append("mfa_reauthenticate_webauthn")
        return [{"id": name, "description": "", "url": reverse(name)} for name in names]

    def get_client_ip(self, request: HttpRequest) -> str:
        """Return the address behind our own proxies, as the API sees it."""
        remote: str = request.META.get("REMOTE_ADDR", "")
        forwarded = request.headers.get("X-Forwarded-For", "")
        return addresses.seen(remote, forwarded, proxies=settings.GONGXIN.proxies)

    def _brakes(self, request: HttpRequest, credentials: dict[str, Any]) -> tuple[Brake, ...]:
        address = self.get_client_ip(request)
        login = str(credentials.get("username", ""))
        return logins.brakes(login, address, secret=settings.SECRET_KEY)


class FactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Second factors: their secrets are encrypted with a key outside the database."""

    error_messages = {  # noqa: RUF012 - allauth's own form
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("The code is wrong."),
    }

    def encrypt(self, text: str) -> str:
        """Return the text encrypted."""
        return Fernet(settings.GONGXIN.factor_key).encrypt(text.encode()).decode("ascii")

    def decrypt(self, encrypted_text: str) -> str:
        """Return the text of an encrypted one."""
        return Fernet(settings.GONGXIN.factor_key).decrypt(encrypted_text).decode()


class SingleSignOnAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Login through the government's identity service."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        """Nobody signs up."""
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Let in only who is linked by issuer and subject to an open account."""
        logging_in = sociallogin.state.get("process") == "login"
        if logging_in and sociallogin.is_existing and sociallogin.user.is_active:
            return
        failures.tell_failed("", "not_linked", at=clock.now())
        raise ImmediateHttpResponse(not_entered(request))

    def on_authentication_error(self, request: HttpRequest, *_: Any, **__: Any) -> None:
        """Answer every failure of the identity service alike."""
        failures.tell_failed("", "single_sign_on", at=clock.now())
        raise ImmediateHttpResponse(not_entered(request))


def not_entered(request: HttpRequest) -> HttpResponse:
    """Say that the identity service did not open an account here, for whatever reason."""
    return render(request, "desk/not_entered.html", status=403)
