"""The platform behind an address, and a place where everything goes wrong."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings as shown
from django.db import connection
from django.test.utils import override_settings
from pytest_django.live_server_helper import LiveServer

from gongxin.accounts.client_actions import NewClient, add_client, set_verify_key
from gongxin.client import Credentials
from tests.api.conftest import BY, LIMITS
from tests.client.faulty import Faulty
from tests.derive import town as t
from tests.derive.fixtures import inhabit
from tests.derive.town import Town, release
from tests.fixtures.platform import empty


@dataclass(frozen=True)
class Served:
    """A settled town behind an address, and the system of one of its units with its key."""

    town: Town
    url: str
    who: Credentials
    key: Ed25519PrivateKey


@pytest.fixture(scope="module")
def served(
    django_db_setup: None, django_db_blocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    """Lasts for a module: what is asked is committed, as the server has threads of its own."""
    home = tmp_path_factory.mktemp("served")
    changed = {
        "GONGXIN": replace(shown.GONGXIN, home=home),
        "PORTAL_TODAY": t.TODAY,
        "PASSWORD_HASHERS": ["django.contrib.auth.hashers.MD5PasswordHasher"],
        "API_LIMITS": LIMITS,
        "ALLOWED_HOSTS": ["127.0.0.1"],
    }
    with ExitStack() as stack:
        stack.enter_context(django_db_blocker.unblock())
        stack.enter_context(override_settings(**changed))
        assert connection.settings_dict["NAME"].startswith("test_"), "mark the module django_db"
        town = Town.found(home, release())
        stack.callback(empty)
        inhabit(town)
        new = NewClient(name="行政审批系统", unit=t.MARKET, roles=("checker",))
        made = add_client(new, by=BY)
        signing = Ed25519PrivateKey.generate()
        public = signing.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        set_verify_key(made.client_id, public.decode(), by=BY)
        server = LiveServer("127.0.0.1:0")
        stack.callback(server.stop)
        yield Served(town, server.url, Credentials(made.client_id, made.secret), signing)


@pytest.fixture
def faulty() -> Iterator[Faulty]:
    with Faulty.started() as server:
        yield server
