"""The samples in Java and JavaScript, compiled and run against the platform and against faults."""

import base64
import hashlib
import hmac
import json
import os
import shutil
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from gongxin.client import clock
from tests.client.faulty import DRIP, HANG, Faulty, problem, reply
from tests.client.test_outage import ANSWER, GOOD, USCC, without
from tests.derive import town as t
from tests.derive.town import ROOT

pytestmark = [pytest.mark.django_db, pytest.mark.scale]
SAMPLES = ROOT / "examples/clients"


@dataclass(frozen=True)
class Sample:
    """A sample program, ready to be run."""

    command: tuple[str, ...]

    def run(
        self, environment: Mapping[str, str], *said: str, body: bytes = b""
    ) -> subprocess.CompletedProcess[bytes]:
        command = [*self.command, *said]
        env = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", **environment}
        return subprocess.run(
            command, env=env, input=body, capture_output=True, timeout=60, check=False
        )

    def says(self, environment: Mapping[str, str], *said: str, body: bytes = b"") -> Any:
        done = self.run(environment, *said, body=body)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)


def program(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is not on this machine")
    return found


def java(folder: Path) -> Sample:
    compiler, machine = program("javac"), program("java")
    source = str(SAMPLES / "GongxinClient.java")
    options = ["-encoding", "UTF-8", "-Xlint:all", "-Werror", "-d", str(folder)]
    done = subprocess.run([compiler, *options, source], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    fast = ("-XX:TieredStopAtLevel=1", "-Xshare:auto", "-Dfile.encoding=UTF-8")
    return Sample((machine, *fast, "-cp", str(folder), "GongxinClient"))


def javascript(folder: Path) -> Sample:
    del folder
    return Sample((program("node"), str(SAMPLES / "gongxin-client.mjs")))


@pytest.fixture(scope="module", params=[java, javascript], ids=["java", "javascript"])
def sample(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Sample:
    make: Callable[[Path], Sample] = request.param
    return make(tmp_path_factory.mktemp("sample"))


@pytest.fixture
def environment(served) -> dict[str, str]:
    return {
        "GONGXIN_URL": served.url,
        "GONGXIN_CLIENT": served.who.client_id,
        "GONGXIN_SECRET": served.who.secret,
    }


def at(server: Faulty, timeout: int = 20_000) -> dict[str, str]:
    return {
        "GONGXIN_URL": server.url,
        "GONGXIN_CLIENT": "client",
        "GONGXIN_SECRET": "secret",
        "GONGXIN_TIMEOUT": str(timeout),
    }


QUESTION = ("bidding", "admission", "盘审批〔2026〕1号")


def test_a_check_and_its_outcome(sample, environment):
    told = sample.says(environment, "check", t.LISTED[0], *QUESTION)
    measure = told["measures"][0]["measure"]
    said = sample.says(environment, "outcome", told["check_no"], "strict", measure)

    assert (told["status"], told["name"]) == ("facts", t.LISTED[1])
    assert said == {"check_no": told["check_no"], "outcome": "strict"}


def test_who_is_not_checked_and_who_may_not_ask(sample, environment):
    trader = sample.says(environment, "check", t.TRADER[0], *QUESTION)
    mistake = sample.run(environment, "check", t.FINED[0], "nothing", *QUESTION[1:])

    assert trader == {"status": "refused", "why": "check-one-person"}
    assert mistake.returncode == 1
    assert mistake.stderr.startswith(b"check-unknown-matter: ")


FAULTS = {
    "silent": (HANG, "slow"),
    "drips": (DRIP, "slow"),
    "cut": (GOOD[:-20], "no_connection"),
    "no JSON": (reply(200, b"<html>", "text/html"), "nonsense"),
    "deep": (reply(200, b"[" * 100_000), "nonsense"),
    "half an answer": (reply(200, without("measures")), "nonsense"),
    "another organisation": (reply(200, ANSWER | {"uscc": t.FINED[0]}), "nonsense"),
    "a portal's 403": (reply(403, b"<html>log in</html>", "text/html"), "nonsense"),
    "500": (problem("internal", 500), "internal"),
    "quota": (problem("quota", 429, Retry_After="9"), "quota"),
}


@pytest.mark.parametrize(("answer", "why"), FAULTS.values(), ids=FAULTS)
def test_a_fault_is_unknown_and_never_bad(sample, faulty, answer, why):
    faulty.answers = [answer]

    told = sample.says(at(faulty, 700 if why == "slow" else 20_000), "check", USCC, *QUESTION)

    assert told == {"status": "unknown", "why": why}


def test_nobody_there_is_unknown(sample):
    environment = {"GONGXIN_URL": "http://127.0.0.1:1", "GONGXIN_CLIENT": "", "GONGXIN_SECRET": ""}

    told = sample.says(environment, "check", USCC, *QUESTION)

    assert told == {"status": "unknown", "why": "no_connection"}


def test_what_passes_by_itself_is_sent_again_with_the_same_key(sample, faulty):
    faulty.answers = [
        problem("unavailable", 503, Retry_After="0"),
        problem("unauthenticated", 401),
        GOOD,
    ]

    told = sample.says(at(faulty), "check", USCC, *QUESTION)

    assert told == ANSWER
    assert len({asked.headers["idempotency-key"] for asked in faulty.checks}) == 1


def test_a_webhook_is_told_from_what_claims_to_be_one(sample):
    key, body, sent = b"k" * 32, '{"type": "变更"}'.encode(), str(clock.now())
    signed = hmac.digest(key, b"msg_1." + sent.encode() + b"." + body, hashlib.sha256)
    signatures = f"v1,AAAA v1,{base64.b64encode(signed).decode()}"
    secret = "whsec_" + base64.b64encode(key).decode()

    def is_good(sent: str, body: bytes) -> Any:
        return sample.says({}, "webhook", secret, "msg_1", sent, signatures, body=body)["good"]

    assert is_good(sent, body) is True
    assert is_good(sent, body + b" ") is False
    assert is_good(str(int(sent) - 301), body) is False
