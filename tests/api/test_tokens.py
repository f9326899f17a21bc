"""Tokens: client credentials and nothing else, short, stored as a checksum, ended at once."""

import base64
import hashlib
from datetime import timedelta

import pytest
from django.db import connection
from django.urls import Resolver404, resolve
from oauth2_provider.models import get_access_token_model, get_refresh_token_model

from gongxin.accounts.client_actions import BadClient, Credentials, disable_client, rotate_secret
from gongxin.accounts.client_queries import client_actor
from gongxin.accounts.clients import Client
from gongxin.accounts.models import Unit
from gongxin.api import clock
from tests.api.conftest import BY, Api, ask_token, deeds, token_of
from tests.derive import town as t

pytestmark = pytest.mark.django_db
AccessToken = get_access_token_model()


def form(who, **changes):
    given = {
        "grant_type": "client_credentials",
        "client_id": who.client_id,
        "client_secret": who.secret,
    }
    return given | changes


def test_a_client_gets_a_short_token_and_no_refresh_token(platform, anybody, register):
    answer = ask_token(anybody.browser, form(register()))

    assert answer.status_code == 200
    found = answer.json()
    assert (found["token_type"], found["expires_in"]) == ("Bearer", 900)
    assert set(found["scope"].split()) == {
        "check",
        "evaluation",
        "changes",
        "webhooks",
        "open-data",
    }
    assert "refresh_token" not in found
    assert answer.headers["Cache-Control"] == "no-store"


def test_basic_is_taken_too(platform, anybody, register):
    who = register()
    shown = base64.b64encode(f"{who.client_id}:{who.secret}".encode()).decode()

    answer = ask_token(
        anybody.browser, {"grant_type": "client_credentials"}, Authorization=f"Basic {shown}"
    )

    assert answer.status_code == 200


def test_neither_token_nor_secret_is_in_the_database(platform, anybody, register):
    who = register()
    token = token_of(anybody.browser, who)

    stored = AccessToken.objects.get()
    assert (stored.token, stored.token_checksum) == ("", hashlib.sha256(token.encode()).hexdigest())
    for table in connection.introspection.table_names():
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT coalesce(string_agg(x::text, chr(10)), '') FROM \"{table}\" x")
            held = cursor.fetchone()[0]
        assert token not in held
        assert who.secret not in held


@pytest.mark.parametrize(
    "grant",
    [
        "password",
        "authorization_code",
        "implicit",
        "refresh_token",
        "urn:ietf:params:oauth:grant-type:device_code",
        "urn:ietf:params:oauth:grant-type:jwt-bearer",
    ],
)
def test_every_other_grant_is_off(platform, anybody, register, grant):
    extra = {
        "username": "a",
        "password": "b",
        "code": "c",
        "refresh_token": "d",
        "device_code": "e",
    }

    answer = ask_token(anybody.browser, form(register(), grant_type=grant) | extra)

    assert (answer.status_code, answer.json()["error"]) == (400, "unsupported_grant_type")
    assert not AccessToken.objects.exists()
    assert not get_refresh_token_model().objects.exists()


@pytest.mark.parametrize(
    "path",
    [
        "authorize/",
        "token/",
        "revoke_token/",
        "introspect/",
        "device-authorization/",
        "device/",
        "register/",
        "applications/",
        "applications/register/",
        "userinfo/",
        ".well-known/openid-configuration",
    ],
)
@pytest.mark.parametrize("root", ["/", "/o/", "/api/v1/", "/oauth/"])
def test_the_librarys_other_addresses_are_not_there(root, path):
    with pytest.raises(Resolver404):
        resolve(root + path)


@pytest.mark.parametrize(
    ("changes", "status", "error"),
    [
        ({"client_secret": "wrong"}, 401, "invalid_client"),
        ({"client_id": "nobody"}, 401, "invalid_client"),
        ({"client_id": "\0"}, 400, "invalid_request"),
        ({"scope": "hand-in"}, 400, "invalid_scope"),
        ({"scope": "everything"}, 400, "invalid_scope"),
        ({"resource": "https://elsewhere.example/"}, 400, "invalid_target"),
    ],
)
def test_a_refusal_says_which_and_repeats_nothing(  # noqa: PLR0917
    platform, anybody, register, changes, status, error
):
    answer = ask_token(anybody.browser, form(register(), **changes))

    assert (answer.status_code, answer.json()["error"]) == (status, error)
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert "elsewhere" not in answer.content.decode()
    assert not AccessToken.objects.exists()


def test_a_parameter_stands_once(platform, anybody, register):
    body = "grant_type=client_credentials&grant_type=password"

    answer = anybody.browser.post(
        "/api/v1/token", body, content_type="application/x-www-form-urlencoded"
    )

    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")


def test_a_token_in_the_address_is_none(checker, anybody):
    answer = anybody.get(f"/subjects/{t.FINED[0]}?access_token={checker.token}")

    assert answer.status_code == 400


def test_a_disabled_client_is_out_at_once(checker):
    disable_client(Client.objects.get().client_id, by=BY)

    assert checker.check(t.FINED[0]).status_code == 401
    assert [deed["action"] for deed in deeds("disable-client")] == ["disable-client"]


def test_a_client_disabled_elsewhere_is_out_at_once_too(checker):
    Client.objects.update(disabled=True)

    assert checker.check(t.FINED[0]).status_code == 401


def test_a_disabled_client_gets_no_token(platform, anybody, register):
    who = register()
    disable_client(who.client_id, by=BY)

    assert ask_token(anybody.browser, form(who)).json()["error"] == "invalid_client"


def test_a_client_of_a_dissolved_unit_is_refused_like_a_wrong_secret(platform, anybody, register):
    who = register()
    wrong = ask_token(anybody.browser, form(who, client_secret="wrong"))
    Unit.objects.filter(uscc=t.MARKET).update(valid_until=t.TODAY - timedelta(days=1))

    answer = ask_token(anybody.browser, form(who))

    assert answer.status_code == 401
    told = [one.json() for one in (answer, wrong)]
    assert told[0] | {"trace_id": ""} == told[1] | {"trace_id": ""}
    assert answer.headers["WWW-Authenticate"] == wrong.headers["WWW-Authenticate"]
    assert not AccessToken.objects.exists()
    assert [(deed["object"], deed["decision"], deed["reason"]) for deed in deeds("token")] == [
        (f"client:{who.client_id}", "deny", "secret"),
        (f"client:{who.client_id}", "deny", "no_access"),
    ]


def test_a_unit_on_its_last_day_still_has_its_access(platform, anybody, register):
    who = register()
    Unit.objects.filter(uscc=t.MARKET).update(valid_until=t.TODAY)

    assert ask_token(anybody.browser, form(who)).status_code == 200


def test_guessed_clients_make_one_row_a_minute(platform, anybody):
    for number in range(4):
        ask_token(anybody.browser, form(Credentials(f"guess{number}", "wrong")))

    assert len(deeds("token")) < 4
    assert {deed["object"] for deed in deeds("token")} == {"client:nobody"}


def test_another_secret_ends_the_old_one_and_its_tokens(checker):
    client = Client.objects.get()

    fresh = rotate_secret(client.client_id, by=BY)

    assert checker.check(t.FINED[0]).status_code == 401
    assert ask_token(checker.browser, form(fresh)).status_code == 200
    assert len(deeds("rotate-client")) == 1
    assert fresh.secret not in str(deeds("rotate-client"))


def test_an_ended_token_is_good_for_nothing(checker):
    AccessToken.objects.update(expires=clock.now())

    answer = checker.check(t.FINED[0])

    assert answer.status_code == 401
    assert 'error="invalid_token"' in answer.headers["WWW-Authenticate"]


def test_a_bad_token_is_refused_where_none_is_needed(platform, anybody):
    api = Api(anybody.browser, "nonsense")

    assert api.get(f"/subjects/{t.FINED[0]}").status_code == 401


def test_who_calls_is_found_with_one_query(checker, django_assert_num_queries):
    with django_assert_num_queries(1):
        actor = client_actor(checker.token, at=clock.now())

    assert actor is not None
    assert (actor.unit, [role.value for role in actor.roles]) == (t.MARKET, ["checker"])


@pytest.mark.parametrize(
    "changes",
    [{"unit": t.FINED[0]}, {"roles": ()}, {"roles": ("system-admin",)}, {"name": " "}],
)
def test_a_client_that_may_not_be_is_not_registered(platform, register, changes):
    with pytest.raises(BadClient):
        register(**changes)

    assert not Client.objects.exists()
    assert deeds("add-client") == []


def test_a_new_client_is_recorded_without_its_secret(platform, register):
    who = register(purposes=("admission",))

    (deed,) = deeds("add-client")
    assert (deed["object"], deed["on_behalf"]) == (f"client:{who.client_id}", t.MARKET)
    assert (deed["details"]["purposes"], deed["details"]["roles"]) == ("admission", "checker")
    assert who.secret not in str(deed)
