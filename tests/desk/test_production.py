"""What the settings become when somebody beyond this machine is answered (T18, T26)."""

import json
import os
import subprocess
import sys

import pytest
from django.core.exceptions import ImproperlyConfigured

from gongxin.site.settings import Settings, SingleSignOn

READ = """
import json
from gongxin.site import settings as s
names = [n for n in dir(s) if n.startswith(("SESSION_", "CSRF_"))]
print(json.dumps({n: getattr(s, n) for n in names} | {"csp": s.CONTENT_SECURITY_POLICY}))
"""


def settings_of(**environment: str) -> dict[str, object]:
    env = {**os.environ, **environment}
    done = subprocess.run(
        [sys.executable, "-c", READ], env=env, capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout)


def test_a_public_platform_has_strict_cookies():
    found = settings_of(GONGXIN_ALLOWED_HOSTS="credit.example.gov.cn,127.0.0.1")

    assert found["SESSION_COOKIE_NAME"] == "__Host-session"
    assert found["CSRF_COOKIE_NAME"] == "__Host-csrf"
    assert found["SESSION_COOKIE_SECURE"] is found["CSRF_COOKIE_SECURE"] is True
    assert found["SESSION_COOKIE_HTTPONLY"] is True
    assert found["SESSION_COOKIE_SAMESITE"] == "Lax"
    assert found["CSRF_TRUSTED_ORIGINS"] == ["https://credit.example.gov.cn"]


def test_on_this_machine_alone_http_is_enough():
    found = settings_of(GONGXIN_ALLOWED_HOSTS="127.0.0.1,localhost")

    assert (found["SESSION_COOKIE_NAME"], found["SESSION_COOKIE_SECURE"]) == ("session", False)
    assert found["CSRF_TRUSTED_ORIGINS"] == []


def test_an_identity_service_is_reached_over_https(tmp_path):
    with pytest.raises(ImproperlyConfigured):
        Settings.read({"GONGXIN_HOME": str(tmp_path), "GONGXIN_SSO_ISSUER": "http://id.example"})


def test_the_secret_of_the_identity_service_stands_in_a_file(tmp_path):
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / "sso").write_text("geheim\n", encoding="ascii")
    given = {"GONGXIN_SSO_ISSUER": "https://id.example/realm", "GONGXIN_SSO_CLIENT": "gongxin"}

    sso = Settings.read({"GONGXIN_HOME": str(tmp_path), **given}).sso

    assert sso == SingleSignOn("https://id.example/realm", "gongxin", "geheim")
    assert sso.origin == "https://id.example"
    assert sso.provider != SingleSignOn("https://id.example", "gongxin", "geheim").provider
