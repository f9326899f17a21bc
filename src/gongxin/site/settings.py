"""Django settings from one typed object, read from the environment; only ``cli`` reads it besides.

``GONGXIN_HOME`` is the platform's folder, ``GONGXIN_DATABASE_URL`` its database (set by the
command line when the private cluster is used), ``GONGXIN_WEB_DATABASE_URL`` the same one as the
role that serves, ``GONGXIN_PERSONAL_DATABASE_URL`` the database of personal records, which only
processes that deal with them are told, ``GONGXIN_ALLOWED_HOSTS`` the names it answers to,
``GONGXIN_PROXIES`` the addresses of its own reverse proxies, whose ``X-Forwarded-For`` is believed,
``GONGXIN_WITNESSES`` the folders of the audit log's witnesses, parted as in ``PATH``,
``GONGXIN_MODE`` is production where the public is served, ``GONGXIN_METRICS_TOKEN`` opens /metrics.
``GONGXIN_SSO_ISSUER``, ``GONGXIN_SSO_CLIENT`` and the file ``keys/sso`` in the platform's folder
open the login of government single sign-on.
"""

import base64
import hashlib
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from gongxin.cluster import django_settings
from gongxin.site import logs, parts

THIS_MACHINE = frozenset({"127.0.0.1", "localhost", "[::1]"})


@dataclass(frozen=True, slots=True)
class SingleSignOn:
    """The government's login that accounts may be linked to (统一身份认证, OpenID Connect).

    ``provider`` is made of the issuer: a link to another issuer never opens an account here.
    """

    issuer: str
    client: str
    secret: str

    @property
    def provider(self) -> str:
        """Name of the issuer in links and addresses."""
        return "sso-" + hashlib.sha256(self.issuer.encode()).hexdigest()[:16]

    @property
    def origin(self) -> str:
        """Scheme and host, which the login form may lead to."""
        parts = urlsplit(self.issuer)
        return f"{parts.scheme}://{parts.netloc}"


@dataclass(frozen=True, slots=True)
class Settings:
    """What an operator sets."""

    home: Path
    database_url: str
    allowed_hosts: tuple[str, ...]
    secret_key: str
    witnesses: tuple[Path, ...] = ()
    mode: str = "development"
    metrics_token: str = ""
    tracebacks: bool = False
    web_database_url: str = ""
    personal_database_url: str = ""
    factor_key: bytes = b""
    proxies: tuple[str, ...] = ()
    sso: SingleSignOn | None = None

    @property
    def is_public(self) -> bool:
        """Whether somebody beyond this machine is answered: then cookies need https."""
        return self.mode != "development" or not THIS_MACHINE.issuperset(self.allowed_hosts)

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
            witnesses=_paths(env.get("GONGXIN_WITNESSES", "")),
            mode=env.get("GONGXIN_MODE", "development"),
            metrics_token=env.get("GONGXIN_METRICS_TOKEN", ""),
            tracebacks=bool(env.get("GONGXIN_DEBUG")),
            web_database_url=env.get("GONGXIN_WEB_DATABASE_URL", ""),
            personal_database_url=env.get("GONGXIN_PERSONAL_DATABASE_URL", ""),
            factor_key=base64.urlsafe_b64encode(
                hashlib.sha256(_secret(home / "keys" / "factors").encode()).digest()
            ),
            proxies=tuple(env.get("GONGXIN_PROXIES", "").replace(",", " ").split()),
            sso=_single_sign_on(env, home),
        )


def _paths(text: str) -> tuple[Path, ...]:
    return tuple(Path(part).absolute() for part in text.split(os.pathsep) if part.strip())


def _single_sign_on(env: Mapping[str, str], home: Path) -> SingleSignOn | None:
    """Read the single sign-on; it is reached over https, or on this machine for rehearsals."""
    issuer, client = env.get("GONGXIN_SSO_ISSUER", ""), env.get("GONGXIN_SSO_CLIENT", "")
    if issuer == "":
        return None
    parts = urlsplit(issuer)
    if parts.scheme != "https" and parts.hostname not in THIS_MACHINE:
        message = "GONGXIN_SSO_ISSUER must begin with https://"
        raise ImproperlyConfigured(message)
    secret = (home / "keys" / "sso").read_text(encoding="ascii").strip()
    return SingleSignOn(issuer, client, secret)


def _secret(path: Path) -> str:
    """Read the session secret, or use one that ends with the process if there is no platform."""
    try:
        return path.read_text(encoding="ascii")
    except FileNotFoundError:
        return secrets.token_urlsafe(48)


def identity_services(sso: SingleSignOn | None) -> dict[str, dict[str, object]]:
    """Return the identity services in allauth's form."""
    if sso is None:
        return {}
    app: dict[str, object] = {
        "provider_id": sso.provider,
        "name": "SSO",
        "client_id": sso.client,
        "secret": sso.secret,
        "settings": {"server_url": sso.issuer},
    }
    service = {"OAUTH_PKCE_ENABLED": True, "SCOPE": ["openid"], "APPS": [app]}
    return {"openid_connect": service}


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
    "gongxin.check.apps.CheckConfig",
    "gongxin.push.apps.PushConfig",
    "gongxin.opendata.apps.OpenDataConfig",
    "gongxin.feedback.apps.FeedbackConfig",
    "gongxin.exchange.apps.ExchangeConfig",
    "gongxin.portal.apps.PortalConfig",
    "gongxin.api.apps.ApiConfig",
    "gongxin.desk.apps.DeskConfig",
    "gongxin.site.apps.SiteConfig",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "gongxin.site.places.Places",  # before all that asks the database
    "gongxin.api.gate.ApiGate",  # before all pages: nothing leaves /api/ without passing it
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "gongxin.portal.language.LanguageMiddleware",
    "gongxin.site.outage.Outage",
    "gongxin.site.limits.PageLimits",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "gongxin.desk.sessions.SessionMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
THREADS = parts.THREADS  # of each process that serves
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
AUDIT_WITNESSES = GONGXIN.witnesses
DATABASES = {"default": django_settings(GONGXIN.database_url)}
if GONGXIN.personal_database_url:  # a process that is not told it has no way there (ADR 0019)
    DATABASES["personal"] = django_settings(GONGXIN.personal_database_url)
DATABASE_ROUTERS = ["gongxin.personal.routing.Apart"]
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
# Letters of complaint that an address sends, and answers that it asks for.
LETTER_LIMITS = {"second": 2, "minute": 6, "day": 30}
ACCOUNT_USER_MODEL_USERNAME_FIELD = "login"
ACCOUNT_USER_MODEL_EMAIL_FIELD = None  # nobody signs up or gets a password by mail
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_ADAPTER = "gongxin.desk.adapters.AccountAdapter"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_FORMS = {"login": "gongxin.desk.forms.LoginForm"}
MFA_ADAPTER = "gongxin.desk.adapters.FactorAdapter"
MFA_FORMS = {
    "authenticate": "gongxin.desk.forms.FactorForm",
    "reauthenticate": "gongxin.desk.forms.FreshFactorForm",
    "activate_totp": "gongxin.desk.forms.FirstCodeForm",
    "add_webauthn": "gongxin.desk.forms.KeyForm",
    "authenticate_webauthn": "gongxin.desk.forms.KeyFactorForm",
    "reauthenticate_webauthn": "gongxin.desk.forms.FreshKeyForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_TOTP_ISSUER = "Gongxin"
MFA_TOTP_TOLERANCE = 1  # a telephone's clock is half a minute off
MFA_RECOVERY_CODES_SHOW_ONCE = True
SOCIALACCOUNT_ADAPTER = "gongxin.desk.adapters.SingleSignOnAdapter"
SOCIALACCOUNT_LOGIN_ON_GET = False
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_PROVIDERS = identity_services(GONGXIN.sso)
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("login", "name", "staff_no")},
    },
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "gongxin.desk.passwords.NotOneself"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
# scrypt is memory-hard and in the standard library; Argon2 would be one more dependency.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher"]
PASSWORD_RESET_TIMEOUT = 24 * 3600  # a link that sets the first password
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "desk:home"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
# The longest that a row lives; gongxin.desk.sessions ends sessions earlier (SAFETY T18).
SESSION_COOKIE_AGE = 8 * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"  # the way back from single sign-on
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = GONGXIN.is_public
SESSION_COOKIE_NAME = "__Host-session" if GONGXIN.is_public else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if GONGXIN.is_public else "csrf"
CSRF_TRUSTED_ORIGINS = [
    f"https://{host}" for host in GONGXIN.allowed_hosts if host not in THIS_MACHINE and host != "*"
]
CSRF_FAILURE_VIEW = "gongxin.desk.access.stale_form"
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
        "form-action": [SELF, *([GONGXIN.sso.origin] if GONGXIN.sso else [])],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
# People search for organisations; what they type is nobody's business and stays out of logs.
LOGGING = logs.LOGGING
