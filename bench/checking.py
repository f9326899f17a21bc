"""Credit checks over HTTP against Datasette's look-up of the same rows, one after the other.

A check is authorised, counted, kept, signed and audited in PostgreSQL; Datasette reads an SQLite
file. Both get the same codes over as many connections from the same client on the same machine.
"""

import json
import os
import random
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from bench import city
from bench.load import Outcome, load
from bench.measure import Clock, Options, Report, Target, race, result, run

MODULE = "bench.checking"
CONNECTIONS = 16
REQUESTS = 20_000
WARM = 500
SPEED, SPEED_MS = 1_000, 50
STEADY, STEADY_MS, MINUTES = 200, 200, 10
STARTS_WITHIN = 60
OK = 200
ASKED = {"matter": "bidding", "purpose": "admission"}


def report(options: Options, *, repeat: int, say: Callable[[str], None]) -> tuple[Report, ...]:
    """Race both servers, then hold a steady rate."""
    try:
        say("  making the platform")
        city.stand(options)
        contenders = {
            "gongxin": (f"{MODULE}:ours", options),
            "datasette": (f"{MODULE}:peer", options),
        }
        ours, peer = race(contenders, repeat=repeat, say=say).values()
        steady = run(f"{MODULE}:steady", options)
    finally:
        run("bench.platform:stop", options)
    speed, ratio = ours.rows / ours.seconds, peer.seconds / ours.seconds
    targets = (
        Target(f"at least {SPEED:,}/s over {CONNECTIONS} connections", speed, speed >= SPEED),
        Target(f"p99 within {SPEED_MS} ms", ours.said["p99"], ours.said["p99"] <= SPEED_MS),
        Target("faster than Datasette", ratio, ratio > 1),
        Target(
            f"{STEADY}/s for {MINUTES} min: p99 within {STEADY_MS} ms and no error",
            steady["p99"],
            steady["p99"] <= STEADY_MS and steady["errors"] == 0,
        ),
    )
    title = f"Checking {ours.rows:,} organisations over HTTP, {options['rows']:,} records"
    notes = (f"errors: {ours.said['errors']}, of Datasette {peer.said['errors']}",)
    return (Report(title, (ours, peer), "datasette", targets, notes),)


def ours(options: Options) -> dict[str, Any]:
    """Check by the API, each connection as a client of its own."""
    with on_platform(options) as port:
        ask = _checks(options, port)
        load(port, ask, connections=CONNECTIONS, requests=WARM)
        return _told(load(port, ask, connections=CONNECTIONS, requests=REQUESTS))


def steady(options: Options) -> dict[str, Any]:
    """Check at the promised rate for ten minutes."""
    with on_platform(options) as port:
        ask, many = _checks(options, port), STEADY * MINUTES * 60
        load(port, ask, connections=CONNECTIONS, requests=WARM)
        return _told(
            load(port, ask, connections=CONNECTIONS, requests=many, a_second=float(STEADY))
        )


def peer(options: Options) -> dict[str, Any]:
    """Look the rows of an organisation up in Datasette."""
    port, drawn = free_port(), _drawn(options)
    query = {"_shape": "objects", "_nofacet": 1, "_nosuggest": 1, "_nocount": 1, "_size": "max"}
    fixed = urlencode(query)
    command = ["-m", "datasette", "serve", str(Path(options["folder"]) / "world.db"), "--port"]

    def ask(number: int) -> bytes:
        path = f"/world/record.json?subject__exact={drawn[number % len(drawn)]}&{fixed}"
        return f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode()

    with served([*command, str(port)], port, os.environ):
        load(port, ask, connections=CONNECTIONS, requests=WARM)
        return _told(load(port, ask, connections=CONNECTIONS, requests=REQUESTS))


@contextmanager
def on_platform(options: Options) -> Iterator[int]:
    """Serve the platform of the run with two workers and all that runs beside; gives the port."""
    port = free_port()
    command = ["-c", city.COMMAND, "serve", "--workers", "2", "--port", str(port)]
    with served(command, port, city.environment(options)):
        yield port


@contextmanager
def served(command: list[str], port: int, environment: Any) -> Iterator["subprocess.Popen[bytes]"]:
    """Keep a server on the port while something is done here."""
    server = subprocess.Popen([sys.executable, *command], env=environment, stdout=sys.stderr)
    try:
        _wait(port, server)
        yield server
    finally:
        server.terminate()
        server.wait()


def _wait(port: int, server: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < until and server.poll() is None:
        with socket.socket() as tried:
            if tried.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    message = "the server did not start"
    raise RuntimeError(message)


def _checks(options: Options, port: int) -> Callable[[int], bytes]:
    """Return what makes the n-th request: another organisation and case, the client in turn."""
    clients = json.loads((Path(options["folder"]) / "clients").read_text(encoding="ascii"))
    tokens = [token(port, client, "check") for client in clients]
    drawn = _drawn(options)

    def ask(number: int) -> bytes:
        return request(drawn[number % len(drawn)], number, tokens[number % len(tokens)])

    return ask


def request(code: str, number: int, key: str) -> bytes:
    """Return a check of an organisation for the case of a number, with a client's token."""
    body = json.dumps(ASKED | {"uscc": code, "case_no": f"case-{number}"}).encode()
    head = (
        f"POST /api/v1/checks HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        f"Authorization: Bearer {key}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def token(port: int, client: dict[str, str], scope: str) -> str:
    """Get a token of a client for a scope."""
    form = urlencode({"grant_type": "client_credentials", "scope": scope, **client}).encode()
    with urlopen(Request(f"http://127.0.0.1:{port}/api/v1/token", form)) as answer:
        given: str = json.load(answer)["access_token"]
    return given


def _drawn(options: Options) -> list[str]:
    """Draw organisations for the requests, the same for both sides."""
    listed = (Path(options["folder"]) / "codes").read_text(encoding="ascii").split()
    return random.Random(options["seed"]).choices(listed, k=REQUESTS)


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    return port


def _told(outcome: Outcome) -> dict[str, Any]:
    clock, many = Clock(), len(outcome.took)
    clock.seconds = outcome.seconds
    clock.steps = {"p50": outcome.within(0.5) / 1000, "p99": outcome.within(0.99) / 1000}
    errors = many - outcome.statuses[OK]
    return result(clock, many, p99=outcome.within(0.99), errors=errors)
