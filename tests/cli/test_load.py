"""The promised load in short (SAFETY R5): every check is answered, kept and in the audit log.

How fast it is says ``python -m bench checking``; here nothing may fail or be lost.
"""

import json
import subprocess

import pytest
from bench import checking
from bench.load import load

from tests.cli.test_greedy import GONGXIN, server
from tests.derive import town as t

__all__ = ["server"]

CHECKS, A_SECOND, CONNECTIONS = 300, 100.0, 16
pytestmark = [pytest.mark.scale, pytest.mark.enable_socket]


def test_every_check_of_a_load_is_answered_kept_and_recorded(server):
    def gongxin(*arguments: str) -> dict[str, object]:
        command = [GONGXIN, *arguments, "--json"]
        done = subprocess.run(
            command, env=server.environment, capture_output=True, text=True, check=True
        )
        return json.loads(done.stdout)

    made = gongxin(
        *("client", "add", "行政审批系统", "--unit", t.MARKET, "--role", "checker"),
        *("--rate", "1000"),
    )
    client = {"client_id": made["client_id"], "client_secret": made["secret"]}
    token = checking.token(server.port, client, "check")
    asked = [t.company(number)[0] for number in range(1, 21)]

    def ask(number: int) -> bytes:
        return checking.request(asked[number % len(asked)], number, token)

    outcome = load(server.port, ask, connections=CONNECTIONS, requests=CHECKS, a_second=A_SECOND)

    assert dict(outcome.statuses) == {200: CHECKS}
    counted = gongxin("checks", "count", "--from", "2026-01-01", "--until", "2100-01-01")
    assert sum(one["checks"] for one in counted["looks"]) == CHECKS
    recorded = gongxin("audit", "fsck")
    assert recorded["faults"] == []
    assert recorded["rows"] + recorded["unsealed"] >= CHECKS
