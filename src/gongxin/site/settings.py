"""Django settings from one typed object, read from the environment; only ``cli`` reads it besides.

``GONGXIN_HOME`` is the platform's folder, ``GONGXIN_DATABASE_URL`` its database (set by the
command line when the private cluster is used), ``GONGXIN_ALLOWED_HOSTS`` the names it answers to,
``GONGXIN_PROXIES`` the addresses of its own reverse proxies, whose ``X-Forwarded-For`` is believed.
"""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from csp.constants import NONE, SELF

from gongxin.cluster import django_settings


@dataclass(frozen=True, slots=True)
class Settings:
    """What an operator sets."""

    home: Path
    database_url: str
    allowed_hosts: tuple[str, ...]
    secret_key: str
    proxies: tuple[str, ...] = ()

    @classmethod
    def read(cls, env: Mapping[str, str]) -> "Settings":
        """Read the settings from an environment."""
        home = Path(env.get("GONGXIN_HOME", ".gongxin")).absolute()
        hosts = env.get("GONGXIN_ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]")
        return cls(
            home=home,
            database_url=env.get("GONGXIN_DATABASE_URL", "postgresql:///gongxin"),
            allowed_hosts=tuple(host.strip() for host in hosts.split(",")),
            secret_key=_secret(home / "keys" / "session"),
            proxies=tuple(env.get("GONGXIN_PROXIES", "").replace(",", " ").split()),
        )


def _secret(path: Path) -> str:
    """Read the session secret, or use one that ends with the process if there is no platform."""
    try:
        return path.read_text(encoding="ascii")
    except FileNotFoundError:
        return secrets.token_urlsafe(48)


GONGXIN = Settings.read(os.environ)

SECRET_KEY = GONGXIN.secret_key
DEBUG = False
ALLOWED_HOSTS = list(GONGXIN.allowed_hosts)
ROOT_URLCONF = "gongxin.site.urls"
WSGI_APPLICATION = "gongxin.site.wsgi.application"
INSTALLED_APPS = [
    "django.contrib.staticfiles",
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "oauth2_provider",
    "gongxin.audit.apps.AuditConfig",
    "gongxin.accounts.apps.AccountsConfig",
    "gongxin.ledger.apps.LedgerConfig",
    "gongxin.personal.apps.PersonalConfig",
    "gongxin.intake.apps.IntakeConfig",
    "gongxin.derive.apps.DeriveConfig",
    "gongxin.portal.apps.PortalConfig",
    "gongxin.api.apps.ApiConfig",
]
MIDDLEWARE = [
    "gongxin.api.gate.ApiGate",  # first: nothing leaves /api/ without passing it
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "gongxin.portal.language.LanguageMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
            ],
        },
    }
]
DATABASES = {"default": django_settings(GONGXIN.database_url)}
AUTH_USER_MODEL = "accounts.Staff"
OAUTH2_PROVIDER_APPLICATION_MODEL = "accounts.Client"
OAUTH2_PROVIDER = {
    # Client credentials alone: the library's other grants have no server and no address.
    "OAUTH2_SERVER_CLASS": "oauthlib.oauth2.BackendApplicationServer",
    "SCOPES_BACKEND_CLASS": "gongxin.accounts.clients.ClientScopes",
    "ACCESS_TOKEN_EXPIRE_SECONDS": 900,
    "ALLOWED_REDIRECT_URI_SCHEMES": ["https"],
    "REFRESH_TOKEN_REUSE_PROTECTION": True,
    "COMPLIANT_BCP_RFC9700_TOKEN_STORAGE": True,  # the checksum of a token, never the token
    "COMPLIANT_BCP_RFC9700_IMPLICIT_GRANT": True,
    "COMPLIANT_BCP_RFC9700_PASSWORD_GRANT": True,
    "COMPLIANT_BCP_RFC9700_PKCE_METHOD": True,
    "COMPLIANT_BCP_RFC9700_ACCESS_TOKEN_TRANSPORT": True,
    "COMPLIANT_BCP_RFC9700_AUTHZ_RESPONSE_ISS": True,
}
# Requests of an address (an IPv6 home counts as one) and of a client, by span.
API_LIMITS = {
    "anonymous": {"second": 20, "minute": 600, "day": 5_000},
    "client": {"second": 100, "minute": 3_000},
}
ACCOUNT_USER_MODEL_USERNAME_FIELD = "login"
ACCOUNT_USER_MODEL_EMAIL_FIELD = None  # nobody signs up or gets a password by mail
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
USE_I18N = True
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

STATIC_URL = "static/"
WHITENOISE_USE_FINDERS = True

# Only where a proxy of ours stands in front, which sets the header itself: signatures cover it.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if GONGXIN.proxies else None
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "style-src": [SELF],
        "script-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
# People search for organisations; what they type is nobody's business and stays out of logs.
LOGGING_CONFIG = None
