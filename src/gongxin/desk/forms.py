"""What people type at the desk: forms read it, functions below decide (表单)."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from allauth.account.forms import LoginForm as AllauthLoginForm
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from django import forms
from django.contrib.auth.password_validation import validate_password
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from gongxin.accounts import failures, queries, units
from gongxin.accounts.actions import Person, Term
from gongxin.accounts.agents import Mandate
from gongxin.accounts.policy import Role
from gongxin.accounts.staff import Staff
from gongxin.core import privacy, uscc
from gongxin.desk import clock
from gongxin.desk.wording import ROLES

LONGEST = 128
ISO = ["%Y-%m-%d"]  # what a date field sends, whatever the page's language


def day_input() -> forms.DateInput:
    """Return the widget of a day."""
    return forms.DateInput(attrs={"type": "date"}, format=ISO[0])


class LoginForm(AllauthLoginForm):  # type: ignore[misc]
    """Login name and password; what was typed is not shown again."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"] = forms.CharField(
            label=_("Login name"),
            max_length=LONGEST,
            widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none"}),
        )
        self.fields["password"] = forms.CharField(
            label=_("Password"),
            max_length=LONGEST,
            strip=False,
            widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        )
        self.order_fields(["login", "password"])


class FactorForm(AuthenticateForm):  # type: ignore[misc]
    """The code that a login needs beside the password."""

    code = forms.CharField(
        label=_("One-time code"),
        max_length=32,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )

    def _emit_authentication_failed(self, authenticator: Any) -> None:
        failures.tell_failed(self.user.login, "factor", at=clock.now())


class FreshFactorForm(ReauthenticateForm):  # type: ignore[misc]
    """The code that is asked for again before something that matters."""

    code = forms.CharField(
        label=_("One-time code"),
        max_length=32,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )

    def _emit_authentication_failed(self, authenticator: Any) -> None:
        failures.tell_failed(self.user.login, "fresh_factor", at=clock.now())


class FirstCodeForm(ActivateTOTPForm):  # type: ignore[misc]
    """The first code of an app that was just set up."""

    code = forms.CharField(
        label=_("One-time code"),
        max_length=32,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )


class KeyForm(AddWebAuthnForm):  # type: ignore[misc]
    """A new security key."""

    def clean(self) -> dict[str, Any]:
        """Return the key; what is none is a wrong key, not a fault of ours."""
        with _well_formed():
            cleaned: dict[str, Any] = super().clean()
        return cleaned


class KeyFactorForm(AuthenticateWebAuthnForm):  # type: ignore[misc]
    """The key that a login needs beside the password."""

    def clean_credential(self) -> Any:
        """Return whose key it is."""
        with _well_formed():
            return super().clean_credential()


class FreshKeyForm(ReauthenticateWebAuthnForm):  # type: ignore[misc]
    """The key that is asked for again before something that matters."""

    def clean_credential(self) -> Any:
        """Return whose key it is."""
        with _well_formed():
            return super().clean_credential()


@contextmanager
def _well_formed() -> Iterator[None]:
    """Turn what the key's library cannot read into a wrong key."""
    try:
        yield
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        wrong = get_adapter().validation_error("incorrect_code")
        raise wrong from error


class PasswordForm(forms.Form):
    """A new password, typed twice; with a link also the code that belongs to it."""

    code = forms.CharField(
        label=_("Code from the security administrator"),
        max_length=32,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "autocapitalize": "none"}),
    )

    password = forms.CharField(
        label=_("New password"),
        max_length=LONGEST,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("At least 12 characters; neither your name nor your login name."),
    )
    again = forms.CharField(
        label=_("New password once more"),
        max_length=LONGEST,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, staff: Staff, coded: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.staff = staff
        if not coded:
            del self.fields["code"]

    def clean_password(self) -> str:
        """Return the password if it is strong enough for the account."""
        password: str = self.cleaned_data["password"]
        validate_password(password, self.staff)
        return password

    def clean_again(self) -> str:
        """Return the repetition if it is the same."""
        again: str = self.cleaned_data["again"]
        if again != self.cleaned_data.get("password", again):
            raise forms.ValidationError(gettext("The two are not the same."))
        return again


def holds_person(text: str) -> bool:
    """Tell whether a person's number is, or is in, a text."""
    return privacy.mask(text) != text or uscc.is_person_number(uscc.compact(text))


class TypedForm(forms.Form):
    """A form that refuses a person's number in any field and does not repeat it."""

    def __init__(self, data: QueryDict | None = None, **kwargs: Any) -> None:
        typed = {name: " ".join(data.getlist(name)) for name in data} if data else {}
        self.persons = {name for name, text in typed.items() if holds_person(text)}
        if data:
            data = data.copy()
            for name in self.persons:
                data[name] = ""
        super().__init__(data, **kwargs)

    def _clean_fields(self) -> None:
        super()._clean_fields()  # type: ignore[misc]
        for name in self.persons & set(self.fields):
            self.errors.pop(name, None)
            self.add_error(name, gettext("It holds a person's number: leave it out."))


def _units() -> list[tuple[str, str]]:
    return [(unit.uscc, unit.name) for unit in units.registered()]


def _people() -> list[tuple[str, str]]:
    return [
        (one.login, f"{one.name} {one.staff_no} · {one.unit_name}")
        for one in queries.accounts()
        if one.active
    ]


def _roles() -> list[tuple[str, str]]:
    return [(role.value, str(ROLES[role])) for role in Role if role is not Role.SUBJECT]


class AccountForm(TypedForm):
    """Who an account is for."""

    login = forms.CharField(label=_("Login name"), max_length=64)
    name = forms.CharField(label=_("Name"), max_length=64)
    staff_no = forms.CharField(label=_("Staff number"), max_length=64)
    unit = forms.ChoiceField(label=_("Unit"), choices=_units)

    def person(self) -> Person:
        """Return what was typed."""
        return Person(**self.cleaned_data)


class AgentForm(TypedForm):
    """Who an agent's account is for, and of which organisation."""

    login = forms.CharField(label=_("Login name"), max_length=64)
    name = forms.CharField(label=_("Name"), max_length=64)
    staff_no = forms.CharField(label=_("Number of the agent"), max_length=64)
    unit = forms.CharField(label=_("Unified social credit code of the organisation"), max_length=18)

    def person(self) -> Person:
        """Return what was typed."""
        return Person(**self.cleaned_data)


class LoginNameForm(TypedForm):
    """Whose account something is done to."""

    login = forms.ChoiceField(label=_("Person"), choices=_people)


class GrantForm(LoginNameForm):
    """Which role a person is to hold where, from when to when."""

    role = forms.ChoiceField(label=_("Role"), choices=_roles)
    unit = forms.ChoiceField(label=_("Unit"), choices=_units)
    from_on = forms.DateField(
        input_formats=ISO, label=_("From"), widget=day_input(), initial=clock.today
    )
    until_on = forms.DateField(
        input_formats=ISO, label=_("Last day"), widget=day_input(), required=False
    )

    def term(self) -> Term:
        """Return the days."""
        return Term(self.cleaned_data["from_on"], self.cleaned_data["until_on"])


class AppointForm(LoginNameForm):
    """Who acts for the organisation of his account, on which document, from when to when."""

    document = forms.CharField(
        label=_("Document of authorisation: title, number, day"), max_length=LONGEST
    )
    from_on = forms.DateField(
        input_formats=ISO, label=_("From"), widget=day_input(), initial=clock.today
    )
    until_on = forms.DateField(input_formats=ISO, label=_("Last day"), widget=day_input())

    def mandate(self) -> Mandate:
        """Return what was typed."""
        given = self.cleaned_data
        term = Term(given["from_on"], given["until_on"])
        return Mandate(given["login"], given["document"], term)


class HandOverForm(LoginNameForm):
    """Whose work goes to whom."""

    taker = forms.ChoiceField(label=_("Goes to"), choices=_people)


class NumberForm(TypedForm):
    """Which assignment or delegation is to be ended."""

    number = forms.IntegerField(min_value=1)


class StandInForm(TypedForm):
    """Who stands in for one's own role, from when to when."""

    number = forms.ChoiceField(label=_("Role"))
    taker = forms.ChoiceField(label=_("Stands in"))
    from_on = forms.DateField(
        input_formats=ISO, label=_("From"), widget=day_input(), initial=clock.today
    )
    until_on = forms.DateField(input_formats=ISO, label=_("Last day"), widget=day_input())

    def __init__(self, data: QueryDict | None = None, *, staff: Staff) -> None:
        super().__init__(data)
        own = [h for h in queries.holdings(staff, clock.today()) if h.of == ""]
        number, taker = self.fields["number"], self.fields["taker"]
        assert isinstance(number, forms.ChoiceField)  # noqa: S101 - for the type checker
        assert isinstance(taker, forms.ChoiceField)  # noqa: S101
        number.choices = [(h.number, f"{ROLES[h.role]} · {h.unit_name}") for h in own]
        taker.choices = [(c.login, f"{c.name} {c.staff_no}") for c in queries.colleagues(staff)]

    def term(self) -> Term:
        """Return the days."""
        return Term(self.cleaned_data["from_on"], self.cleaned_data["until_on"])
