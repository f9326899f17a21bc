"""Webhooks: the platform's own calls pass, whatever else claims to be one does not."""

import base64
import hashlib
import hmac

import pytest

from gongxin.client import BadWebhook, verify_webhook

# The example of the specification: https://github.com/standard-webhooks/standard-webhooks
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
ID, AT = "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330
BODY = b'{"test": 2432232314}'
SIGNATURE = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
HEADERS = {"webhook-id": ID, "webhook-timestamp": str(AT), "webhook-signature": SIGNATURE}
OTHER = "whsec_" + base64.b64encode(b"x" * 32).decode()


def test_the_example_of_the_specification_is_good():
    found = verify_webhook(HEADERS, BODY, SECRET, now=AT)

    assert (found.id, found.at, found.body) == (ID, AT, {"test": 2432232314})


def test_names_of_headers_may_be_written_otherwise():
    named = {name.title(): value for name, value in HEADERS.items()}

    assert verify_webhook(named, BODY, SECRET, now=AT).id == ID


@pytest.mark.parametrize(
    "signatures", [f"v1,AAAA {SIGNATURE}", f"{SIGNATURE} v2,x", f" {SIGNATURE}"]
)
def test_one_good_signature_of_several_is_enough(signatures):
    headers = HEADERS | {"webhook-signature": signatures}

    assert verify_webhook(headers, BODY, SECRET, now=AT).id == ID


def test_while_a_secret_is_renewed_either_is_good():
    assert verify_webhook(HEADERS, BODY, [OTHER, SECRET], now=AT).id == ID


@pytest.mark.parametrize("now", [AT - 300, AT + 300])
def test_five_minutes_either_way_are_good(now):
    assert verify_webhook(HEADERS, BODY, SECRET, now=now).id == ID


@pytest.mark.parametrize("now", [AT - 301, AT + 301])
def test_more_than_five_minutes_are_not(now):
    with pytest.raises(BadWebhook):
        verify_webhook(HEADERS, BODY, SECRET, now=now)


@pytest.mark.parametrize(
    "changed",
    [
        {"webhook-id": "msg_other"},
        {"webhook-timestamp": str(AT + 1)},
        {"webhook-timestamp": f"{AT}.0"},
        {"webhook-timestamp": ""},
        {"webhook-timestamp": "9" * 5000},
        {"webhook-timestamp": "²"},
        {"webhook-signature": ""},
        {"webhook-signature": SIGNATURE.replace("v1", "v2")},
        {"webhook-signature": SIGNATURE[3:]},
        {"webhook-signature": "v1,签"},
    ],
)
def test_a_changed_header_is_not_good(changed):
    with pytest.raises(BadWebhook):
        verify_webhook(HEADERS | changed, BODY, SECRET, now=AT)


@pytest.mark.parametrize("name", HEADERS)
def test_a_missing_header_is_not_good(name):
    headers = {n: value for n, value in HEADERS.items() if n != name}

    with pytest.raises(BadWebhook):
        verify_webhook(headers, BODY, SECRET, now=AT)


@pytest.mark.parametrize("body", [b"", BODY + b" ", BODY.replace(b"2432", b"2433")])
def test_a_changed_body_is_not_good(body):
    with pytest.raises(BadWebhook):
        verify_webhook(HEADERS, body, SECRET, now=AT)


@pytest.mark.parametrize("secret", [OTHER, "whsec_", "", "whsec_!!", "whsec_AAAA", []])
def test_another_secret_is_not_good(secret):
    with pytest.raises(BadWebhook):
        verify_webhook(HEADERS, BODY, secret, now=AT)


def test_a_body_that_is_no_json_is_not_good():
    key = base64.b64decode(SECRET.removeprefix("whsec_"))
    signed = hmac.digest(key, f"{ID}.{AT}.<x>".encode(), hashlib.sha256)
    headers = HEADERS | {"webhook-signature": f"v1,{base64.b64encode(signed).decode()}"}

    with pytest.raises(BadWebhook):
        verify_webhook(headers, b"<x>", SECRET, now=AT)
