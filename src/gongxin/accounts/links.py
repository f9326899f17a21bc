"""One-time links that set a password, once released, until used, for a day (一次性链接)."""

from django.contrib.auth.tokens import default_token_generator
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_decode, urlsafe_base64_encode

from gongxin.accounts import entering
from gongxin.accounts.staff import Staff


def parts(staff: Staff) -> tuple[str, str]:
    """Return who and token, as the link holds them."""
    return urlsafe_base64_encode(force_bytes(staff.pk)), default_token_generator.make_token(staff)


def staff_of(who: str, token: str) -> Staff | None:
    """Return whose link this is, None if it is none, not released, used, or too old."""
    try:
        number = int(urlsafe_base64_decode(who))
    except (ValueError, OverflowError):
        return None
    staff = Staff.objects.filter(pk=number, is_active=True).first()
    if staff is None or not default_token_generator.check_token(staff, token):
        return None
    return staff if entering.is_released(staff) else None
