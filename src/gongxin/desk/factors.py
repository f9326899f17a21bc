"""Login and second factors: allauth's flows on our pages (登录, 第二因素)."""

from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.account.views import LoginView, LogoutView
from allauth.mfa.base.views import AuthenticateView, IndexView, ReauthenticateView
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.views import GenerateRecoveryCodesView, ViewRecoveryCodesView
from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView
from allauth.mfa.utils import is_mfa_enabled
from allauth.mfa.webauthn.views import (
    AddWebAuthnView,
    ReauthenticateWebAuthnView,
    RemoveWebAuthnView,
)
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse, reverse_lazy
from django.utils.safestring import SafeString

from gongxin.accounts import failures, logins
from gongxin.desk import clock
from gongxin.desk.access import frame, staff_of


class Framed:
    """A page of allauth's inside our frame."""

    request: HttpRequest

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return what the page shows, with the frame."""
        shown: dict[str, Any] = super().get_context_data(**kwargs)  # type: ignore[misc]
        return shown | frame(self.request)


class Recorded:
    """A form whose effect and whose row in the audit log stand or fall together."""

    deed = ""
    request: HttpRequest

    @transaction.atomic
    def form_valid(self, form: Any) -> HttpResponse:
        """Record the deed and do it."""
        logins.tell(staff_of(self.request), self.deed, at=clock.now())
        answer: HttpResponse = super().form_valid(form)  # type: ignore[misc]
        return answer


class Login(Framed, LoginView):  # type: ignore[misc]
    """Login name and password, or the government's single sign-on."""

    template_name = "desk/login.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return what the page shows; single sign-on only where one is set."""
        sso = settings.GONGXIN.sso
        address = reverse("openid_connect_login", args=[sso.provider]) if sso else ""
        return super().get_context_data(**kwargs) | {"sso": address}


class Logout(Framed, LogoutView):  # type: ignore[misc]
    """Leave: by a form, not by a link."""

    template_name = "desk/logout.html"

    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """End the session and record it."""
        if self.request.user.is_authenticated:
            logins.tell(staff_of(self.request), "logout", at=clock.now())
        answer: HttpResponse = super().post(*args, **kwargs)
        return answer


class SecondFactor(Framed, AuthenticateView):  # type: ignore[misc]
    """The code that follows the password."""

    template_name = "desk/second_factor.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return what the page shows; the key only to whom has one."""
        has_key = is_mfa_enabled(self.stage.login.user, [Authenticator.Type.WEBAUTHN])
        return super().get_context_data(**kwargs) | {"has_key": has_key}

    def form_invalid(self, form: Any) -> HttpResponse:
        """Record a key that was not the right one; a wrong code is recorded by its form."""
        if form is self.webauthn_form:
            failures.tell_failed(self.stage.login.user.login, "factor", at=clock.now())
        answer: HttpResponse = super().form_invalid(form)
        return answer


class FreshFactor(Framed, ReauthenticateView):  # type: ignore[misc]
    """The code again, before something that matters."""

    template_name = "desk/fresh_factor.html"


class Factors(Framed, IndexView):  # type: ignore[misc]
    """Which factors one has."""

    template_name = "desk/factors.html"


class SetUp(Framed, ActivateTOTPView):  # type: ignore[misc]
    """Set up an app that makes codes."""

    template_name = "desk/set_up.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return what the page shows; the drawing stands in the page, which loads nothing."""
        shown = super().get_context_data(**kwargs)
        drawing = shown["totp_svg"]
        return shown | {
            "drawing": SafeString(drawing[drawing.index("<svg") :]),
            "secret": shown["form"].secret,
        }

    def form_valid(self, form: Any) -> HttpResponse:
        """Keep the factor; its first code is as fresh as one can be."""
        staff = staff_of(self.request)
        with transaction.atomic():
            answer: HttpResponse = super().form_valid(form)
            logins.tell(staff, "add-factor", at=clock.now())
        record_authentication(self.request, staff, "mfa", type="totp", reauthenticated=True)
        return answer


class TakeAway(Recorded, Framed, DeactivateTOTPView):  # type: ignore[misc]
    """Take the app away; the next page asks for another."""

    template_name = "desk/take_away.html"
    deed = "remove-factor"


class AddKey(Framed, AddWebAuthnView):  # type: ignore[misc]
    """Add a security key or a device that serves as one (WebAuthn)."""

    template_name = "desk/add_key.html"

    def form_valid(self, form: Any) -> HttpResponse:
        """Keep the key; it was touched just now."""
        staff = staff_of(self.request)
        with transaction.atomic():
            answer: HttpResponse = super().form_valid(form)
            logins.tell(staff, "add-factor", at=clock.now())
        record_authentication(self.request, staff, "mfa", type="webauthn", reauthenticated=True)
        return answer


class RemoveKey(Recorded, Framed, RemoveWebAuthnView):  # type: ignore[misc]
    """Take a key away."""

    template_name = "desk/remove_key.html"
    success_url = reverse_lazy("mfa_index")
    deed = "remove-factor"


class FreshKey(Framed, ReauthenticateWebAuthnView):  # type: ignore[misc]
    """Touch the key again, before something that matters."""

    template_name = "desk/fresh_key.html"


class RecoveryCodes(Framed, ViewRecoveryCodesView):  # type: ignore[misc]
    """The codes for the day on which the telephone is lost, shown once."""

    template_name = "desk/recovery_codes.html"


class NewRecoveryCodes(Recorded, Framed, GenerateRecoveryCodesView):  # type: ignore[misc]
    """Make new recovery codes; the old ones end."""

    template_name = "desk/new_recovery_codes.html"
    deed = "make-recovery-codes"
