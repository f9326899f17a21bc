"""Django settings of the process that serves people their own records, and nothing else.

It is told two databases: that of personal records, and the platform's own as the role
``gongxin_citizen``, which writes the audit log and verifies clients (ADR 0024). Read from the
environment: ``GONGXIN_HOME``, ``GONGXIN_CITIZEN_DATABASE_URL``, ``GONGXIN_PERSONAL_DATABASE_URL``,
``GONGXIN_ALLOWED_HOSTS``, ``GONGXIN_PROXIES`` and ``GONGXIN_MODE``, which mean what they mean for
the site, each in the environment of its own process.
"""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from csp.constants import NONE, SELF

from gongxin.citizen import realname
from gongxin.citizen.realname import RealName
from gongxin.cluster import django_settings
from gongxin.site import logs

THIS_MACHINE = frozenset({"127.0.0.1", "localhost", "[::1]"})
ROOM = Path(__file__).resolve().parent
KEY = "citizen"


@dataclass(frozen=True, slots=True)
class Citizen:
    """What an operator sets for this process."""

    home: Path
    database_url: str
    personal_database_url: str
    allowed_hosts: tuple[str, ...]
    proxies: tuple[str, ...]
    mode: str
    secret_key: str
    realname: RealName | None = None

    @property
    def is_public(self) -> bool:
        """Whether somebody beyond this machine is answered: then cookies need https."""
        return self.mode != "development" or not THIS_MACHINE.issuperset(self.allowed_hosts)

    @classmethod
    def read(cls, env: Mapping[str, str]) -> "Citizen":
        """Read the settings from an environment.

        Raises:
            BadRealName: the file of the identity service says something that cannot be.
        """
        home = Path(env.get("GONGXIN_HOME", ".gongxin")).absolute()
        hosts = env.get("GONGXIN_ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]")
        return cls(
            home=home,
            database_url=env.get("GONGXIN_CITIZEN_DATABASE_URL", ""),
            personal_database_url=env.get("GONGXIN_PERSONAL_DATABASE_URL", ""),
            allowed_hosts=tuple(host.strip() for host in hosts.split(",")),
            proxies=tuple(env.get("GONGXIN_PROXIES", "").replace(",", " ").split()),
            mode=env.get("GONGXIN_MODE", "development"),
            secret_key=_secret(home / "keys" / KEY),
            realname=realname.read(home),
        )


def policy(service: RealName | None) -> dict[str, object]:
    """Return the content security policy: nothing but our own files; forms may lead to a login."""
    leads = [SELF, *([service.origin] if service else [])]
    directives = {
        "default-src": [NONE],
        "style-src": [SELF],
        "img-src": [SELF],
        "form-action": leads,
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
    return {"DIRECTIVES": directives}


def _secret(path: Path) -> str:
    """Read the key of cookies, or use one that ends with the process if there is none."""
    try:
        return path.read_text(encoding="ascii")
    except FileNotFoundError:
        return secrets.token_urlsafe(48)


CITIZEN = Citizen.read(os.environ)

SECRET_KEY = CITIZEN.secret_key
DEBUG = False
ALLOWED_HOSTS = list(CITIZEN.allowed_hosts)
ROOT_URLCONF = "gongxin.citizen.urls"
WSGI_APPLICATION = "gongxin.citizen.wsgi.application"
# Those whose tables the process reads or writes; none has pages here.
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "oauth2_provider",
    "gongxin.audit.apps.AuditConfig",
    "gongxin.accounts.apps.AccountsConfig",
    "gongxin.personal.apps.PersonalConfig",
]
MIDDLEWARE = [
    "gongxin.citizen.keeping.KeptNowhere",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "gongxin.citizen.limits.Limits",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOM / "templates"],
        "OPTIONS": {"libraries": {"citizen": "gongxin.citizen.marks"}},
    }
]
DATABASES = {
    "default": django_settings(CITIZEN.database_url),
    "personal": django_settings(CITIZEN.personal_database_url),
}
DATABASE_ROUTERS = ["gongxin.personal.routing.Apart"]
AUTH_USER_MODEL = "accounts.Staff"  # where its table is; nobody of staff enters here
OAUTH2_PROVIDER_APPLICATION_MODEL = "accounts.Client"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

PERSON_COOKIE = "__Host-own" if CITIZEN.is_public else "own"
ENTRY_COOKIE = "__Host-own-entry" if CITIZEN.is_public else "own-entry"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = CITIZEN.is_public
CSRF_COOKIE_NAME = "__Host-own-csrf" if CITIZEN.is_public else "own-csrf"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_TRUSTED_ORIGINS = [
    f"https://{host}" for host in CITIZEN.allowed_hosts if host not in THIS_MACHINE and host != "*"
]
CSRF_FAILURE_VIEW = "gongxin.citizen.access.stale_form"

# Requests a minute [design]: pages from an address (a hall of counters may share one), tries to log
# in from there, pages in a session, and operations from the address of a system.
PERSON_LIMITS = {"address": 240, "login": 30, "session": 60, "system": 600}

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [ROOM / "locale"]
USE_I18N = True
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

STATIC_URL = "/static/"
STATICFILES_DIRS = [ROOM / "static", ROOM.parent / "portal" / "static"]
STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
WHITENOISE_USE_FINDERS = True

SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if CITIZEN.proxies else None
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 64 * 1024
CONTENT_SECURITY_POLICY = policy(CITIZEN.realname)
LOGGING = logs.LOGGING
