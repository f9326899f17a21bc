"""What a password must not be, beside Django's own rules (密码要求)."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

SHORTEST = 2  # a Chinese name


class NotOneself:
    """Refuses a password that holds the login name, the name or the staff number."""

    def validate(self, password: str, user: Any = None) -> None:
        """Refuse, or return nothing.

        Raises:
            ValidationError: the password holds what everybody knows of its owner.
        """
        known = [getattr(user, part, "") or "" for part in ("login", "name", "staff_no")]
        typed = password.lower()
        if any(len(part) >= SHORTEST and part.lower() in typed for part in known):
            message = _("The password holds your name, login name or staff number.")
            raise ValidationError(message, code="password_is_oneself")

    def get_help_text(self) -> str:
        """Say what is asked for."""
        return _("At least 12 characters; neither your name nor your login name.")
