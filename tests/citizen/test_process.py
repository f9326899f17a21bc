"""The two servers as an operator starts them: a person at one, a unit's system at both (P1, P2)."""

import re
import signal
import subprocess
from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx
import pytest

from gongxin.cluster import stop
from gongxin.personal import consent
from tests.citizen.conftest import ANNA, PENALTY
from tests.cli.test_processes import Platform
from tests.cli.test_sealing_process import begun, comes, free_port
from tests.desk import identity
from tests.desk.test_single_sign_on import visit
from tests.fixtures.penalties import person, write_csv
from tests.fixtures.platform import MARKET

pytestmark = pytest.mark.scale
SECONDS = 60
REALNAME = """
issuer = "{issuer}"
client = "{client}"
secret = "{secret}"
number = "id_number"
name = "real_name"
level = "acr"
levels = ["real-name-3"]
"""


@pytest.fixture(scope="module")
def platform(tmp_path_factory, issuer) -> Iterator[Platform]:
    folder = tmp_path_factory.mktemp("persons")
    made = Platform(folder / "home")
    assert made.run("init", "--pack", "demo").returncode == 0
    file = write_csv(folder / "a.csv", [person(1), person(2)])
    assert made.document("intake", file, "--unit", MARKET)["personal"] == 2
    refused = made.run("personal", "serve")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "names no identity service" in refused.stderr
    key = made.home / "keys" / "realname"
    secrets = {"client": identity.CLIENT, "secret": identity.SECRET}
    key.write_text(REALNAME.format(issuer=issuer, **secrets), encoding="utf-8")
    yield made
    stop(made.home)


def ended(process: subprocess.Popen[str]) -> str:
    process.send_signal(signal.SIGTERM)
    said, faults = process.communicate(timeout=SECONDS)
    return said + faults


def answers(address: str) -> bool:
    try:
        return httpx.get(address).status_code < 500
    except httpx.HTTPError:
        return False


def sent(browser: httpx.Client, page: str, action: str, **form: object) -> httpx.Response:
    """Send a form of a page as a browser would."""
    found = re.search(r'csrfmiddlewaretoken" value="([^"]+)"', browser.get(page).text)
    assert found is not None
    return browser.post(action, data={"csrfmiddlewaretoken": found[1], **form})


@pytest.fixture
def browser() -> Iterator[httpx.Client]:
    with httpx.Client() as opened:
        yield opened


def test_a_person_sees_allows_and_withdraws_and_a_system_asks(platform, browser):
    port, other = free_port(), free_port()
    own, site = f"http://127.0.0.1:{port}", f"http://127.0.0.1:{other}"
    made = platform.document(*("client", "add", "授信系统", "--unit", MARKET, "--role", "bank"))
    served = begun(platform, "personal", "serve", "--port", str(port))
    usual = begun(platform, "serve", "--port", str(other))
    try:
        assert comes(lambda: answers(f"{own}/"))
        assert comes(lambda: answers(f"{site}/"))

        browser.base_url = own
        led = sent(browser, "/", "/entry")
        back = urlsplit(visit(led.headers["Location"], as_=ANNA))
        assert browser.get(f"{back.path}?{back.query}").headers["Location"] == "/records"
        page = browser.get("/records").text
        assert "盘环罚〔2026〕0001号" in page
        assert "盘环罚〔2026〕0002号" not in page
        assert browser.get("/static/portal/portal.css").status_code == 200
        assert browser.get("/static/citizen/citizen.css").status_code == 200

        given = sent(
            browser,
            "/consents/new",
            "/consents/new",
            client=f"client:{made['client_id']}",
            purpose="lending",
            items=[PENALTY],
            days="1",
            uses="5",
            notices=sorted(consent.NOTICES),
            text_version=consent.TEXT_VERSION,
        )
        token = re.search(r'own-token">([^<]+)<', given.text)[1]
        form = {"grant_type": "client_credentials", "scope": "persons"}
        login = (made["client_id"], made["secret"])
        access = httpx.post(f"{site}/api/v1/token", data=form, auth=login).json()["access_token"]
        body = {"token": token, "purpose": "lending", "items": [PENALTY]}

        def ask(base: str = own) -> httpx.Response:
            headers = {"Authorization": f"Bearer {access}"}
            return httpx.post(f"{base}/api/v1/persons/records", json=body, headers=headers)

        first = ask()
        assert first.status_code == 200, first.text
        assert [one["fields"]["CF_WSH"] for one in first.json()["records"]] == [
            "盘环罚〔2026〕0001号"
        ]
        assert ask(site).status_code == 404  # the ordinary site has no such operation
        id_ = re.search(r"/consents/(\w+)/withdraw", browser.get("/consents").text)[1]
        assert sent(browser, "/consents", f"/consents/{id_}/withdraw").status_code == 302
        assert (ask().status_code, ask().json()["title"]) == (403, "No consent that covers this")
        assert httpx.get(f"{own}/search").status_code == 404
        assert httpx.get(f"{site}/records", follow_redirects=True).status_code == 404

        assert platform.run("client", "disable", made["client_id"]).returncode == 0
        assert ask().status_code == 401
    finally:
        said = ended(served) + ended(usual)
    assert ANNA not in said


def test_doctor_says_how_the_database_of_persons_stands(platform):
    found = platform.document("doctor")["personal"]

    assert found == {"answers": "yes", "role": "gongxin_personal", "wrong": ""}
