"""The probe that ships with the platform: it watches from outside (SAFETY R10)."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from gongxin.cli.probe import Probe, availability

pytestmark = pytest.mark.enable_socket
STATUSES = {"/": 200, "/limited": 429, "/away": 503}


class Site(BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path == "/cut":
            self.connection.close()
            return
        self.send_response(STATUSES[self.path])
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


@pytest.fixture
def site() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def looked(at, path="/", status=200, milliseconds=5):
    return Probe(at, path, status, milliseconds)


def test_the_worst_address_of_a_month_comes_first():
    probes = [looked("2026-11-02T00:00:00+00:00") for _ in range(3)]
    probes += [looked("2026-11-02T00:00:00+00:00", "/check", s, 70) for s in (200, 503, 0, 404)]

    found = availability(probes)

    assert [(one.month, one.path, one.share, one.slowest) for one in found] == [
        ("2026-11", "/check", 50.0, 70),  # 200 and 404 of four
        ("2026-11", "/", 100.0, 5),
    ]


def test_a_month_is_one_of_china():
    probes = [looked("2026-10-31T15:59:59+00:00"), looked("2026-10-31T16:00:00+00:00")]

    assert [one.month for one in availability(probes)] == ["2026-10", "2026-11"]


def test_an_answer_counts_and_an_outage_does_not(gongxin, site):
    paths = [part for path in ("/", "/limited", "/away", "/cut") for part in ("--path", path)]

    said = gongxin("probe", site, *paths, "--times", 2, "--every", 0.1, "--json")

    rows = {row["path"]: (row["asked"], row["share"]) for row in said.document["availability"]}
    assert rows == {"/": (2, 100.0), "/limited": (2, 100.0), "/away": (2, 0.0), "/cut": (2, 0.0)}
    assert said.code == 3


def test_all_good_ends_with_0_and_what_was_seen_is_kept(gongxin, site, tmp_path):
    log = tmp_path / "looks.jsonl"
    ask = ("probe", site, "--path", "/", "--log", log)

    assert gongxin(*ask).code == 0
    said = gongxin(*ask)

    assert said.code == 0
    assert "/ 100.000 % of 2, slowest" in said.out
    assert [json.loads(line)["status"] for line in log.read_text().splitlines()] == [200, 200]


def test_a_line_that_a_crash_cut_off_is_left_out_and_spoils_none_after_it(gongxin, site, tmp_path):
    log = tmp_path / "looks.jsonl"
    ask = ("probe", site, "--path", "/", "--log", log)
    gongxin(*ask)
    log.write_text(log.read_text()[:-9])

    said = gongxin(*ask)

    assert "/ 100.000 % of 1, slowest" in said.out
    assert "1 lines are no look and were left out" in said.err
    assert len(log.read_text().splitlines()) == 2


def test_a_log_that_cannot_be_written_is_told(gongxin, site, tmp_path):
    said = gongxin("probe", site, "--path", "/", "--log", tmp_path / "none" / "log")

    assert (said.code, said.out) == (2, "")
    assert "cannot be written" in said.err
